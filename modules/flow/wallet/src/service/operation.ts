import { assert, err, ok, type Result } from '@tpmall/kernel';
import { type Accepted, type Claim, objectId } from '@tpmall/platform/command';
import { findOperation, lockOperation, type OperationRecord, updateOperation } from '../store/operations.ts';
import { type Behalf, nextAttempt, type WalletDeps } from './deps.ts';
import { readBalance } from './ledger.ts';
import type { LimitCode } from './limits.ts';

/** What moving money of a wallet can be refused with. */
export type MovementCode = 'not_found' | 'wallet_frozen' | 'insufficient_funds' | LimitCode;

type Given = Pick<OperationRecord, 'kind' | 'wallet' | 'currency' | 'amount' | 'movingTo' | 'dueAt'> &
  Partial<OperationRecord>;

/** An operation as it is accepted. */
export function newOperation(claim: Claim, given: Given): OperationRecord {
  return {
    id: objectId('wop', claim),
    tenant: claim.tenant,
    counterparty: null,
    status: 'pending',
    failure: null,
    missing: null,
    note: null,
    paymentIntent: null,
    captured: 0n,
    refunded: 0n,
    destination: null,
    reference: null,
    approvedBy: null,
    paidBy: null,
    decisionReason: null,
    expiresAt: null,
    createdAt: claim.at,
    commandId: claim.id,
    attempts: 0,
    charge: null,
    tag: null,
    customer: null,
    receiptEmail: null,
    ...given,
  };
}

/** The operation of a command that was accepted before. */
export async function repeatOperation(
  deps: WalletDeps,
  tenant: string,
  accepted: Accepted,
): Promise<Result<OperationRecord, never>> {
  const record = await findOperation(deps.db, tenant, objectId('wop', accepted));
  assert(record, 'an accepted operation is there');
  return ok(record);
}

/** What the balance lacks, as far as it can be read now; the ledger has refused the movement. */
export async function shortBy(
  deps: WalletDeps,
  behalf: Behalf,
  { wallet, currency, amount }: OperationRecord,
) {
  const balance = (await readBalance(deps, behalf, wallet, [currency]))?.get(currency);
  const missing = balance && amount > balance.available ? amount - balance.available : null;
  return { failure: 'insufficient_funds', missing };
}

/** What is told of an operation: what it is, or that the balance was too small, as often as it is asked. */
export function outcomeOf<T>(record: OperationRecord, value: T): Result<T, 'insufficient_funds'> {
  if (record.failure !== 'insufficient_funds') return ok(value);
  const { id, missing, amount, currency } = record;
  return err('insufficient_funds', 'the balance of this wallet is too small', {
    field: 'amount',
    detail: {
      operation: id,
      currency,
      missing: missing === null ? null : missing.toString(),
      available: missing === null ? null : (amount - missing).toString(),
    },
  });
}

/** Nobody knows yet: somebody comes back. */
export async function postpone(deps: WalletDeps, seen: OperationRecord): Promise<OperationRecord> {
  return deps.db.transaction(async (tx) => {
    const operation = await lockOperation(tx, seen.tenant, seen.id);
    assert(operation, 'operations are never removed');
    if (operation.status !== seen.status || operation.movingTo !== seen.movingTo) return operation;
    if (operation.movingTo === null) return operation;
    const after = { ...operation, dueAt: nextAttempt(deps, deps.clock.now(), operation.attempts) };
    await updateOperation(tx, after);
    return after;
  });
}
