import type { PartyAccount } from '@tpmall/accounts/contract';
import { type Clock, type IdSource, type Micros, type Random, SECOND } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { JobQueue } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import type { Card } from '@tpmall/vault/contract';
import type { PaymentsConfig } from '../config.ts';
import type { AccountsPort, AcquiringPort, LedgerPort, RiskPort, VaultPort } from '../needs.ts';
import type { FindPayment } from '../store/find-payments.ts';
import type { PaymentStore } from '../store/save-payments.ts';
import type { Cache } from './cache.ts';

/** Everything that the use cases of this module stand on. */
export interface PaymentsDeps {
  readonly db: Database;
  readonly store: PaymentStore;
  readonly findPayment: FindPayment;
  readonly ports: {
    readonly ledger: LedgerPort;
    readonly acquiring: AcquiringPort;
    readonly vault: VaultPort;
    readonly accounts: AccountsPort;
    readonly risk: RiskPort;
  };
  readonly cards: Cache<Card>;
  readonly parties: Cache<PartyAccount>;
  /** Ledger accounts that are known to be open. */
  readonly openAccounts: Set<bigint>;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly jobs: JobQueue;
  readonly config: PaymentsConfig;
}

/** Until when a payment that is worked on from now belongs to whoever works on it. */
export function leaseFrom(deps: Pick<PaymentsDeps, 'config'>, now: Micros): Micros {
  return now + deps.config.leaseSeconds * SECOND;
}

/**
 * When an unknown outcome is looked at again: pauses double from the first to the last that are configured.
 */
export function nextAttempt(deps: PaymentsDeps, now: Micros, attempts: number): Micros {
  const { retryFirstSeconds, retryLastSeconds } = deps.config;
  const pause = Math.min(retryFirstSeconds * 2 ** Math.min(attempts, 30), retryLastSeconds);
  return now + pause * SECOND;
}
