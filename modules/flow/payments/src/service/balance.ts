import { setTimeout as pause } from 'node:timers/promises';
import {
  assert,
  base32,
  currencies,
  DAY,
  err,
  MILLISECOND,
  type Micros,
  ok,
  type Result,
  SECOND,
} from '@tpmall/kernel';
import { accountId } from '@tpmall/ledger/contract';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
import type { Balance, BalanceMove, BalanceTransaction } from '../contract/index.ts';
import { findTransactions, readSeen, storeTransactions } from '../store/balance-transactions.ts';
import { transactionsOf } from './balance-moves.ts';
import { readContext } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';
import { findParties } from './look-up.ts';

/** Transactions follow their payments by a moment; a reader of one that is so young waits for it so long. */
const YOUNG: Micros = 10 * SECOND;
const LOOKS_MAX = 40;
const LOOK_EVERY_MS = 50;

/**
 * Transactions of this tenant by their ids, in any order; those that are not there are left out. An id is
 * known before its row is there, so one whose id is of the last seconds is waited for.
 */
export async function findTransactionsSoon(
  { db, clock }: Pick<PaymentsDeps, 'db' | 'clock'>,
  tenant: string,
  ids: readonly string[],
): Promise<BalanceTransaction[]> {
  const [oldest = '', newest = ''] = [clock.now() - YOUNG, clock.now() + SECOND].map(
    (at) => `txn_${base32(BigInt(Math.floor(at / 1000)) << 80n)}`,
  );
  const found = new Map<string, BalanceTransaction>();
  let missing = ids;
  for (let looks = 1; ; looks += 1) {
    for (const one of await findTransactions(db, tenant, missing)) found.set(one.id, one);
    missing = missing.filter((id) => !found.has(id));
    const isSoon = missing.some((id) => oldest <= id && id <= newest);
    if (!isSoon || looks >= LOOKS_MAX) return [...found.values()];
    await pause(LOOK_EVERY_MS);
  }
}

/** The accounts of the ledger that are the platform's own money. */
const OWN = ['merchant_payable', 'platform_commission'] as const;

/** Keeps balance transactions, from this module's own outbox. */
export function balanceSubscription(deps: Pick<PaymentsDeps, 'config'>): BatchLearningSubscription {
  const delay: Micros = deps.config.balanceDelayDays * DAY;
  return {
    from: 'payments',
    types: ['balance.moved'],
    cursor: 'balance',
    gather: 100 * MILLISECOND,
    async handleAll(events: readonly StoredEvent[], tx: Queryable) {
      const transactions = events.flatMap(({ payload, tenant, at }) =>
        transactionsOf(moveOf(payload), tenant, at, delay),
      );
      await storeTransactions(tx, transactions);
    },
  };
}

/** Amounts are digits in an outbox. */
function moveOf(payload: object): BalanceMove {
  const told = payload as Omit<BalanceMove, 'amount' | 'shares'> & {
    amount: string;
    shares: { amount: string; fee: string }[];
  };
  const shares = told.shares.map(({ amount, fee }) => ({ amount: BigInt(amount), fee: BigInt(fee) }));
  return { ...told, amount: BigInt(told.amount), shares };
}

/**
 * The platform's balance in every currency that it has money in, or had; in its own currency where there is
 * none. All of it is the ledger's; available is what the transactions have seen and is not pending any more,
 * so that what they have not seen yet counts as pending.
 */
export async function readBalance(
  deps: PaymentsDeps,
  context: CallContext,
): Promise<Result<readonly Balance[], 'unavailable'>> {
  const { tenant } = context;
  const outgoing = readContext(context);
  const seen = await readSeen(deps.db, tenant, deps.clock.now());
  const all = [...currencies.values()];
  const ids = all.flatMap(({ number }) => OWN.map((kind) => accountId(kind, tenant, number)));
  const found = await deps.ports.ledger.lookupAccounts(outgoing, { ids });
  if (!found.ok) {
    return err('unavailable', 'the ledger cannot be read now');
  }
  const byId = new Map(found.value.map((account) => [account.id, account]));
  const balances = all.flatMap(({ code, number }): Balance[] => {
    const own = OWN.flatMap((kind) => byId.get(accountId(kind, tenant, number)) ?? []);
    if (own.length === 0) return [];
    const total = own.reduce((sum, account) => sum + account.creditsPosted - account.debitsPosted, 0n);
    const available = seen.get(code) ?? 0n;
    return [{ currency: code, available, pending: total - available }];
  });
  if (balances.length > 0) return ok(balances);
  const parties = await findParties(deps, outgoing, [tenant]);
  if (!parties.ok) return parties;
  const platform = parties.value.get(tenant);
  assert(platform, `platform ${tenant} has an account`);
  return ok([{ currency: platform.defaultCurrency, available: 0n, pending: 0n }]);
}
