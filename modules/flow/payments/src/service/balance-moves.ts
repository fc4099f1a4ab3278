import { base32, type Micros, transferId } from '@tpmall/kernel';
import type { BalanceMove, BalanceTransaction, BalanceTransactionType } from '../contract/index.ts';
import type { Told } from '../store/save-payments.ts';
import type { ChargeRecord, RefundRecord, Share } from './records.ts';

/** The transfer by which money enters or leaves; the others of a move have the names of their legs. */
const LEADING_LEG = {
  sale: 'sale',
  capture: 'capture',
  refund: 'settle',
  refund_failure: 'return.settle',
} as const;

/** An event about a platform's balance, in the order of its payment. */
export function balanceEvent(intent: string, move: BalanceMove): Told {
  return { type: 'balance.moved', aggregateId: intent, payload: move };
}

/** What a sale or one capture of a charge did. */
export function captureMove(
  charge: ChargeRecord,
  kind: 'sale' | 'capture',
  operation: { readonly id: string; readonly at: Micros; readonly amount: bigint },
  shares: readonly Share[],
): BalanceMove {
  return {
    ...{ kind, source: charge.id, operationId: operation.id, operationAt: operation.at },
    ...{ amount: operation.amount, currency: charge.currency, shares },
  };
}

/** What a refund did, or its return. */
export function refundMove(refund: RefundRecord, kind: 'refund' | 'refund_failure'): BalanceMove {
  const { id: source, amount, currency, parts, commandId: operationId, commandAt: operationAt } = refund;
  const shares = Array.from({ length: (parts.length - 1) / 2 }, (_, index) => {
    const fee = parts[index * 2 + 1] ?? 0n;
    return { amount: (parts[index * 2] ?? 0n) + fee, fee };
  });
  return { kind, source, operationId, operationAt, amount, currency, shares };
}

/** The id of the transaction that a move begins with. */
export function balanceTransactionId({ kind, operationId, operationAt }: BalanceMove): string {
  return idOf(operationId, operationAt, LEADING_LEG[kind]);
}

function idOf(operationId: string, operationAt: Micros, leg: string): string {
  return `txn_${base32(transferId(operationId, operationAt, leg))}`;
}

/** What each kind of move makes of its amount, of the merchants' parts and of their commissions. */
const EFFECTS = {
  sale: { of: 'charge', share: 'transfer', fee: 'application_fee', sign: 1n, legs: ['share', 'commission'] },
  capture: {
    of: 'charge',
    share: 'transfer',
    fee: 'application_fee',
    sign: 1n,
    legs: ['share', 'commission'],
  },
  refund: {
    ...{ of: 'refund', share: 'transfer_refund', fee: 'application_fee_refund', sign: -1n },
    legs: ['back', 'fee'],
  },
  refund_failure: {
    ...{ of: 'refund_failure', share: 'transfer', fee: 'application_fee', sign: 1n },
    legs: ['return.back', 'return.fee'],
  },
} as const satisfies Record<
  BalanceMove['kind'],
  {
    of: BalanceTransactionType;
    share: BalanceTransactionType;
    fee: BalanceTransactionType;
    sign: bigint;
    legs: readonly [string, string];
  }
>;

/**
 * The transactions of a move: all of its amount, each merchant's part of it the other way round, and the
 * commissions that come back from them. Their sum is what the ledger gives to the platform's own accounts.
 *
 * @param delay how long money that comes in is pending; what goes out goes at once
 */
export function transactionsOf(
  move: BalanceMove,
  tenant: string,
  at: Micros,
  delay: Micros,
): readonly BalanceTransaction[] {
  const effect = EFFECTS[move.kind];
  const common = {
    ...{ tenant, currency: move.currency, source: move.source, createdAt: at },
    availableAt: effect.sign > 0n ? at + delay : at,
  };
  const leg = (name: string) => idOf(move.operationId, move.operationAt, name);
  const [shareLeg, feeLeg] = effect.legs;
  const all: BalanceTransaction[] = [
    { ...common, id: balanceTransactionId(move), type: effect.of, amount: effect.sign * move.amount },
    ...move.shares.flatMap(({ amount, fee }, index): BalanceTransaction[] => [
      { ...common, id: leg(`${shareLeg}.${index}`), type: effect.share, amount: -effect.sign * amount },
      { ...common, id: leg(`${feeLeg}.${index}`), type: effect.fee, amount: effect.sign * fee },
    ]),
  ];
  return all.filter(({ amount }) => amount !== 0n);
}
