import type { ClearingType } from '@tpmall/acquiring/contract';
import { assert, currencyOf, hash128, type Micros, transferId } from '@tpmall/kernel';
import {
  ACCOUNT_CODES,
  type AccountCodeName,
  accountId,
  type NewAccount,
  type NewTransfer,
  TRANSFER_CODES,
  TRANSFER_FLAGS,
} from '@tpmall/ledger/contract';
import { isWallet, paymentTag } from '../contract/index.ts';
import type { ChargeRecord, Hold, RefundRecord, Share } from './records.ts';

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
  /** The wallet that pays; null: an acquirer owes it. */
  readonly wallet: string | null;
}

type Reason = keyof typeof TRANSFER_CODES;

interface Leg {
  readonly name: string;
  readonly debit: NewAccount;
  readonly credit: NewAccount;
  readonly amount: bigint;
  readonly reason: Reason;
  /** The leg of the same command whose pending transfer it posts. */
  readonly posts?: string;
}

/** What an operation on a payment is made by. */
export interface Operation {
  readonly id: string;
  readonly at: Micros;
}

/** The id of the pending transfer of a hold. */
function holdId({ commandId, commandAt }: Hold): bigint {
  return transferId(commandId, commandAt, 'hold');
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
    // A wallet's accounts are opened by its own module.
    accounts: [...new Map(accounts.map((item) => [item.id, item])).values()].filter(
      ({ code }) => code !== ACCOUNT_CODES.shopper_wallet.code,
    ),
    transfers: transfers.map((item, index) =>
      index === last ? item : { ...item, flags: item.flags | TRANSFER_FLAGS.linked },
    ),
  };
}

function legsOf(cause: Cause, legs: readonly Leg[]): Posting {
  const moving = legs.filter((leg) => leg.amount > 0n);
  return chain(
    moving.flatMap((leg) => [leg.debit, leg.credit]),
    moving.map((leg) => transfer(cause, leg, leg.posts === undefined ? {} : resolving(cause, leg.posts))),
  );
}

/** Posts or voids the pending transfer of another leg of the same command. */
function resolving(cause: Cause, leg: string, flags: number = TRANSFER_FLAGS.postPendingTransfer) {
  return { flags, pendingId: transferId(cause.commandId, cause.commandAt, leg) };
}

function causeOf(charge: ChargeRecord, commandId: string, commandAt: Micros): Cause {
  return {
    tenant: charge.tenant,
    currency: charge.currency,
    intent: charge.paymentIntent,
    commandId,
    commandAt,
    wallet: charge.wallet?.id ?? null,
  };
}

/** Where the money of a payment comes from, and goes back to. */
function payer({ tenant, currency, wallet }: Cause): NewAccount {
  return wallet === null
    ? account('acquirer_receivable', tenant, currency)
    : account('shopper_wallet', wallet, currency);
}

/** Who gets a part of a payment: a merchant, or a wallet that is topped up. */
function payee(destination: string, currency: string): NewAccount {
  return account(isWallet(destination) ? 'shopper_wallet' : 'merchant_payable', destination, currency);
}

function taking(cause: Cause, amount: bigint, name: string, reason: Reason): Leg {
  return {
    name,
    debit: payer(cause),
    credit: account('payment_clearing', cause.tenant, cause.currency),
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
    const payable = payee(share.destination, currency);
    return [
      {
        name: `share.${index}`,
        debit: clearing,
        credit: payable,
        amount: share.amount,
        reason: isWallet(share.destination) ? 'wallet_top_up' : 'merchant_share',
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

/** The issuer holds an amount: pending, from the acquirer's receivable to clearing. */
export function holdPosting(charge: ChargeRecord, hold: Hold): Posting {
  const cause = causeOf(charge, hold.commandId, hold.commandAt);
  const leg = taking(cause, hold.amount, 'hold', 'payment_authorisation');
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

/** The legs of several holds have names of their own; the first keeps the plain one. */
const legName = (name: string, index: number): string => (index === 0 ? name : `${name}.${index}`);

/** A capture of what is held, as the ledger is to make it. */
export interface Capture extends Operation {
  readonly amount: bigint;
  /** Whether the rest of the holds falls away. */
  readonly final: boolean;
}

/** What becomes of the holds of a charge when an amount is captured, the oldest first. */
function useHolds(holds: readonly Hold[], capture: Capture) {
  let left = capture.amount;
  const posted: { readonly hold: Hold; readonly amount: bigint }[] = [];
  const voided: Hold[] = [];
  const kept: Hold[] = [];
  let rest: Hold | undefined;
  for (const hold of holds) {
    const amount = left < hold.amount ? left : hold.amount;
    left -= amount;
    if (amount > 0n) posted.push({ hold, amount });
    else if (capture.final) voided.push(hold);
    else kept.push(hold);
    if (amount > 0n && amount < hold.amount && !capture.final) {
      rest = { commandId: capture.id, commandAt: capture.at, amount: hold.amount - amount };
    }
  }
  return { posted, voided, kept, rest, excess: left };
}

/** The holds of a charge after a capture. */
export function holdsAfter(holds: readonly Hold[], capture: Capture): readonly Hold[] {
  const { kept, rest } = useHolds(holds, capture);
  return rest ? [rest, ...kept] : kept;
}

/**
 * A held amount, a part of it or more than it is captured and shared out, in one chain. Holds are posted the
 * oldest first; posting a part lets go of the rest of its hold, so that a new one is opened for it unless the
 * capture is final. What goes beyond the holds is a transfer of its own.
 */
export function capturePosting(
  charge: ChargeRecord,
  capture: Capture,
  shares: readonly Share[],
  rest: bigint,
): Posting {
  const cause = causeOf(charge, capture.id, capture.at);
  const { posted, voided, rest: held, excess } = useHolds(charge.holds, capture);
  assert(posted.length > 0, 'a capture takes of what is held');
  const posts = posted.map(({ hold, amount }, index) =>
    transfer(cause, taking(cause, amount, legName('capture', index), 'payment_authorisation'), {
      flags: TRANSFER_FLAGS.postPendingTransfer,
      pendingId: holdId(hold),
    }),
  );
  const voids = voided.map((hold, index) => voiding(cause, hold, legName('release', index)));
  const pending = held
    ? [
        transfer(cause, taking(cause, held.amount, 'hold', 'payment_authorisation'), {
          flags: TRANSFER_FLAGS.pending,
        }),
      ]
    : [];
  const more = taking(cause, excess, 'excess', 'payment_capture');
  const legs = [more, ...sharing(cause, shares, rest)].filter((leg) => leg.amount > 0n);
  return chain(
    [more.debit, more.credit, ...legs.flatMap((leg) => [leg.debit, leg.credit])],
    [...posts, ...voids, ...pending, ...legs.map((leg) => transfer(cause, leg))],
  );
}

function voiding(cause: Cause, hold: Hold, name: string): NewTransfer {
  return transfer(cause, taking(cause, hold.amount, name, 'payment_authorisation'), {
    flags: TRANSFER_FLAGS.voidPendingTransfer,
    pendingId: holdId(hold),
  });
}

/** All that is held is let go of. */
export function releasePosting(charge: ChargeRecord, operation: Operation): Posting {
  const cause = causeOf(charge, operation.id, operation.at);
  const { debit, credit } = taking(cause, 0n, 'release', 'payment_authorisation');
  const voids = charge.holds.map((hold, index) => voiding(cause, hold, legName('release', index)));
  return chain([debit, credit], voids);
}

/**
 * A refund: taken back from the merchants and from commission, and returned against the acquirer's
 * receivable.
 */
export function refundPosting(charge: ChargeRecord, refund: RefundRecord): Posting {
  const cause = causeOf(charge, refund.commandId, refund.commandAt);
  return legsOf(cause, refundLegs(cause, charge, refund));
}

/** A refund that came back: the same transfers the other way round, from the receivable to the merchants. */
export function returnedRefundPosting(charge: ChargeRecord, refund: RefundRecord): Posting {
  const cause = causeOf(charge, refund.commandId, refund.commandAt);
  const back = refundLegs(cause, charge, refund)
    .toReversed()
    .map(({ debit, credit, posts: _posts, ...leg }) => ({
      ...leg,
      name: `return.${leg.name}`,
      debit: credit,
      credit: debit,
    }));
  return legsOf(cause, back);
}

/**
 * What wallets that were topped up must give back is held first, because they may have spent it: pending, or
 * with `isVoid` let go of again. Nothing where no wallet was topped up.
 */
export function refundHoldPosting(charge: ChargeRecord, refund: RefundRecord, isVoid = false): Posting {
  const cause = causeOf(charge, refund.commandId, refund.commandAt);
  const legs = refundLegs(cause, charge, refund).filter((leg) => leg.posts !== undefined && leg.amount > 0n);
  const transfers = legs.map(({ posts = '', ...leg }) =>
    isVoid
      ? transfer(
          cause,
          { ...leg, name: `let-go.${posts}` },
          resolving(cause, posts, TRANSFER_FLAGS.voidPendingTransfer),
        )
      : transfer(cause, { ...leg, name: posts }, { flags: TRANSFER_FLAGS.pending }),
  );
  return chain(
    legs.flatMap((leg) => [leg.debit, leg.credit]),
    transfers,
  );
}

function refundLegs(cause: Cause, charge: ChargeRecord, refund: RefundRecord): Leg[] {
  const { tenant, currency } = cause;
  const clearing = account('refund_clearing', tenant, currency);
  const commission = account('platform_commission', tenant, currency);
  const legs = charge.shares.flatMap((share, index): Leg[] => {
    const payable = payee(share.destination, currency);
    const kept = refund.parts[index * 2] ?? 0n;
    const fee = refund.parts[index * 2 + 1] ?? 0n;
    return [
      { name: `fee.${index}`, debit: commission, credit: payable, amount: fee, reason: 'refund' },
      {
        ...{ name: `back.${index}`, debit: payable, credit: clearing, amount: kept + fee },
        ...(isWallet(share.destination)
          ? { reason: 'wallet_top_up_refund' as const, posts: `keep.${index}` }
          : { reason: 'refund' as const }),
      },
    ];
  });
  const own = account('merchant_payable', tenant, currency);
  return [
    ...legs,
    { name: 'own', debit: own, credit: clearing, amount: refund.parts.at(-1) ?? 0n, reason: 'refund' },
    {
      name: 'settle',
      debit: clearing,
      credit: payer(cause),
      amount: refund.amount,
      reason: 'refund_settlement',
    },
  ];
}

/** A capture, refund or returned refund that an acquirer has cleared. */
export interface Cleared extends Operation {
  readonly tenant: string;
  readonly connector: string;
  readonly type: ClearingType;
  readonly intent: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly currency: string;
}

/**
 * What an acquirer has cleared leaves its receivable and is due from it, a refund the other way round; the
 * fee that it keeps is our cost.
 */
export function clearingPosting(cleared: Cleared): Posting {
  const { tenant, currency, connector, type, amount, fee } = cleared;
  const cause: Cause = {
    ...{ tenant, currency, intent: cleared.intent, wallet: null },
    ...{ commandId: cleared.id, commandAt: cleared.at },
  };
  const receivable = account('acquirer_receivable', tenant, currency);
  const due = account('due_from_acquirer', `${tenant}/${connector}`, currency);
  const cost = account('processing_cost', tenant, currency);
  const [debit, credit] = type === 'refund' ? [receivable, due] : [due, receivable];
  return legsOf(cause, [
    { name: 'clear', debit, credit, amount, reason: 'acquirer_settlement' },
    { name: 'fee', debit: cost, credit: due, amount: fee, reason: 'processing_fee' },
  ]);
}
