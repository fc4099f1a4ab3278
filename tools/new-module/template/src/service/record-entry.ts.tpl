import { assert, type Clock, type IdSource, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { Entry } from '../contract/index.ts';
import { findEntryByCommand, insertEntry } from '../store/entries.ts';

/** Records a text. A command that has recorded before answers the entry of the first time. */
export async function recordEntry(
  { db, clock, ids }: { db: Database; clock: Clock; ids: IdSource },
  context: CallContext,
  input: { readonly text: string },
): Promise<Result<Entry>> {
  const { tenant, commandId } = context;
  const entry = { id: ids.next('ent'), text: input.text, recordedAt: clock.now() };
  const stored =
    (await insertEntry(db, tenant, commandId, entry)) ?? (await findEntryByCommand(db, tenant, commandId));
  assert(stored, 'a command that cannot be stored twice has been stored once');
  return ok(stored);
}
