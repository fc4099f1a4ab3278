import { currencyOf, hash128, type Micros, transferId } from '@tpmall/kernel';
import {
  ACCOUNT_CODES,
  type AccountCodeName,
  accountId,
  type NewAccount,
  type NewTransfer,
  TRANSFER_CODES,
  TRANSFER_FLAGS,
} from '@tpmall/ledger/contract';
import type { ChargeRecord, RefundRecord, Share } from './records.ts';

/** Transfers to make together, and the accounts they touch. */
export interface Posting {
  readonly accounts: readonly NewAccount[];
  readonly transfers: readonly NewTransfer[];
}

/** What a posting is made for. */
interface Cause {
  readonly tenant: string;
  readonly currency: string;
  readonly intent: string;
  readonly commandId: string;
  readonly commandAt: Micros;
}

type Reason = keyof typeof TRANSFER_CODES;

interface Leg {
  readonly name: string;
  readonly debit: NewAccount;
  readonly credit: NewAccount;
  readonly amount: bigint;
  readonly reason: Reason;
}

/** `Transfer.userData128` of every transfer of a payment, so that all of them can be queried by it. */
function paymentTag(intent: string): bigint {
  return hash128('payment', intent);
}

/** The id of the pending transfer that holds a charge's amount. */
function holdId(charge: ChargeRecord): bigint {
  return transferId(charge.commandId, charge.commandAt, 'hold');
}

function account(kind: AccountCodeName, owner: string, currency: string): NewAccount {
  const { number } = currencyOf(currency);
  return {
    id: accountId(kind, owner, number),
    userData128: hash128('party', owner),
    userData64: 0n,
    userData32: 0,
    ledger: number,
    code: ACCOUNT_CODES[kind].code,
    flags: 0,
    timestamp: 0n,
  };
}

function transfer(cause: Cause, leg: Leg, extra: Partial<NewTransfer> = {}): NewTransfer {
  return {
    id: transferId(cause.commandId, cause.commandAt, leg.name),
    debitAccountId: leg.debit.id,
    creditAccountId: leg.credit.id,
    amount: leg.amount,
    pendingId: 0n,
    userData128: paymentTag(cause.intent),
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger: leg.debit.ledger,
    code: TRANSFER_CODES[leg.reason].code,
    flags: 0,
    timestamp: 0n,
    ...extra,
  };
}

/** One chain: all of its transfers are made, or none. */
function chain(accounts: readonly NewAccount[], transfers: readonly NewTransfer[]): Posting {
  const last = transfers.length - 1;
  return {
    accounts: [...new Map(accounts.map((item) => [item.id, item])).values()],
    transfers: transfers.map((item, index) =>
      index === last ? item : { ...item, flags: item.flags | TRANSFER_FLAGS.linked },
    ),
  };
}

function legsOf(cause: Cause, legs: readonly Leg[]): Posting {
  const moving = legs.filter((leg) => leg.amount > 0n);
  return chain(
    moving.flatMap((leg) => [leg.debit, leg.credit]),
    moving.map((leg) => transfer(cause, leg)),
  );
}

function causeOf(charge: ChargeRecord, commandId: string, commandAt: Micros): Cause {
  return {
    tenant: charge.tenant,
    currency: charge.currency,
    intent: charge.paymentIntent,
    commandId,
    commandAt,
  };
}

function taking({ tenant, currency }: Cause, amount: bigint, name: string, reason: Reason): Leg {
  return {
    name,
    debit: account('acquirer_receivable', tenant, currency),
    credit: account('payment_clearing', tenant, currency),
    amount,
    reason,
  };
}

/**
 * From clearing to each merchant, from each merchant its commission, and the rest to the platform as a
 * merchant.
 */
function sharing({ tenant, currency }: Cause, shares: readonly Share[], rest: bigint): Leg[] {
  const clearing = account('payment_clearing', tenant, currency);
  const commission = account('platform_commission', tenant, currency);
  const legs = shares.flatMap((share, index): Leg[] => {
    const payable = account('merchant_payable', share.destination, currency);
    return [
      {
        name: `share.${index}`,
        debit: clearing,
        credit: payable,
        amount: share.amount,
        reason: 'merchant_share',
      },
      {
        name: `commission.${index}`,
        debit: payable,
        credit: commission,
        amount: share.fee,
        reason: 'platform_commission',
      },
    ];
  });
  const own = account('merchant_payable', tenant, currency);
  return [...legs, { name: 'own', debit: clearing, credit: own, amount: rest, reason: 'merchant_share' }];
}

/** The issuer holds the charge's amount: pending, from the acquirer's receivable to clearing. */
export function holdPosting(charge: ChargeRecord): Posting {
  const cause = causeOf(charge, charge.commandId, charge.commandAt);
  const leg = taking(cause, charge.amount, 'hold', 'payment_authorisation');
  return chain([leg.debit, leg.credit], [transfer(cause, leg, { flags: TRANSFER_FLAGS.pending })]);
}

/** An amount is authorised, captured and shared out in one. */
export function salePosting(charge: ChargeRecord, shares: readonly Share[], rest: bigint): Posting {
  const cause = causeOf(charge, charge.commandId, charge.commandAt);
  return legsOf(cause, [
    taking(cause, charge.amount, 'sale', 'payment_capture'),
    ...sharing(cause, shares, rest),
  ]);
}

/** A held amount, or part of it, is captured and shared out; what is left of the hold falls away with it. */
export function capturePosting(
  charge: ChargeRecord,
  operation: { readonly id: string; readonly at: Micros; readonly amount: bigint },
  shares: readonly Share[],
  rest: bigint,
): Posting {
  const cause = causeOf(charge, operation.id, operation.at);
  const legs = sharing(cause, shares, rest).filter((leg) => leg.amount > 0n);
  const taken = taking(cause, operation.amount, 'capture', 'payment_authorisation');
  const post = transfer(cause, taken, {
    flags: TRANSFER_FLAGS.postPendingTransfer,
    pendingId: holdId(charge),
  });
  return chain(
    [taken.debit, taken.credit, ...legs.flatMap((leg) => [leg.debit, leg.credit])],
    [post, ...legs.map((leg) => transfer(cause, leg))],
  );
}

/** A hold is let go of. */
export function releasePosting(
  charge: ChargeRecord,
  operation: { readonly id: string; readonly at: Micros },
): Posting {
  const cause = causeOf(charge, operation.id, operation.at);
  const leg = taking(cause, charge.amount, 'release', 'payment_authorisation');
  const release = transfer(cause, leg, {
    flags: TRANSFER_FLAGS.voidPendingTransfer,
    pendingId: holdId(charge),
  });
  return chain([leg.debit, leg.credit], [release]);
}

/**
 * A refund: taken back from the merchants and from commission, and returned against the acquirer's
 * receivable.
 */
export function refundPosting(charge: ChargeRecord, refund: RefundRecord): Posting {
  const cause = causeOf(charge, refund.commandId, refund.commandAt);
  const { tenant, currency } = cause;
  const clearing = account('refund_clearing', tenant, currency);
  const commission = account('platform_commission', tenant, currency);
  const legs = charge.shares.flatMap((share, index): Leg[] => {
    const payable = account('merchant_payable', share.destination, currency);
    const kept = refund.parts[index * 2] ?? 0n;
    const fee = refund.parts[index * 2 + 1] ?? 0n;
    return [
      { name: `fee.${index}`, debit: commission, credit: payable, amount: fee, reason: 'refund' },
      { name: `back.${index}`, debit: payable, credit: clearing, amount: kept + fee, reason: 'refund' },
    ];
  });
  const own = account('merchant_payable', tenant, currency);
  return legsOf(cause, [
    ...legs,
    { name: 'own', debit: own, credit: clearing, amount: refund.parts.at(-1) ?? 0n, reason: 'refund' },
    {
      name: 'settle',
      debit: clearing,
      credit: account('acquirer_receivable', tenant, currency),
      amount: refund.amount,
      reason: 'refund_settlement',
    },
  ]);
}
