import type { Database } from '@tpmall/platform/db';
import type { LedgerWriter } from '../writer/create-writer.ts';

/** What the ledger's use cases stand on. */
export interface LedgerDeps {
  readonly db: Database;
  readonly writer: LedgerWriter;
  /** The most accounts the ledger keeps in memory. */
  readonly accountsMax: number;
}
