import { currencyOf, formatAmount, isoInstant } from '@tpmall/kernel';
import {
  ENTRY_KINDS,
  type Entry,
  type LimitUse,
  OPERATION_KINDS,
  OPERATION_STATUSES,
  type Operation,
  type Statement,
  TIERS,
  type TierLimit,
  type Wallet,
  type WalletBalance,
} from '@tpmall/wallet/contract';
import { z } from 'zod';
import { plainPageParameters } from './list.ts';
import {
  amount,
  currency,
  email,
  flag,
  integer,
  objectId,
  oneOf,
  parameter,
  text,
  unsettable,
  webAddress,
} from './parameters.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

const line = (max: number) =>
  parameter({ type: 'string', minLength: 1, maxLength: max }, (value) =>
    typeof value === 'string' && value.length >= 1 && value.length <= max && /^\P{C}*$/u.test(value)
      ? { value }
      : { code: 'parameter_invalid_string', message: `must be one line of 1 to ${max} characters` },
  );
const month = parameter({ type: 'string', pattern: '^20\\d{2}-(0[1-9]|1[0-2])$' }, (value) =>
  typeof value === 'string' && /^20\d{2}-(0[1-9]|1[0-2])$/.test(value)
    ? { value }
    : { code: 'parameter_invalid_string', message: 'must be a month: 2026-11' },
);

/** `POST /v1/wallet/wallets` */
export const openWalletParameters = z.strictObject({ person: objectId() });

/** `GET /v1/wallet/wallets/:id/limits` */
export const walletLimitsParameters = z.strictObject({ currency: currency() });

/** `POST /v1/wallet/wallets/:id/top_ups` */
export const topUpParameters = z.strictObject({
  amount: amount(1n),
  currency: currency(),
  customer: objectId().optional(),
  payment_method: objectId().optional(),
  receipt_email: email().optional(),
  return_url: webAddress().optional(),
});

/** `POST /v1/wallet/wallets/:id/sends` */
export const sendParameters = z.strictObject({
  amount: amount(1n),
  currency: currency(),
  handle: text(64),
  note: line(140).optional(),
});

/** `POST /v1/wallet/wallets/:id/payments` */
export const payParameters = z.strictObject({ payment_intent: objectId() });

/** `POST /v1/wallet/wallets/:id/withdrawals` */
export const withdrawParameters = z.strictObject({
  amount: amount(1n),
  currency: currency(),
  destination: line(140),
});

/** `GET /v1/wallet/operations` */
export const listOperationsParameters = z.strictObject({
  ...plainPageParameters,
  wallet: objectId().optional(),
  kind: oneOf(...OPERATION_KINDS).optional(),
  status: oneOf(...OPERATION_STATUSES).optional(),
});

const { ending_before: _endingBefore, ...entriesPage } = plainPageParameters;

/** `GET /v1/wallet/wallets/:id/entries` */
export const listEntriesParameters = z.strictObject({
  ...entriesPage,
  currency: currency(),
  kind: oneOf(...ENTRY_KINDS).optional(),
});

/** `GET /v1/wallet/wallets/:id/statement` */
export const statementParameters = z.strictObject({ currency: currency(), month });

/** `GET /v1/operations/wallets` */
export const listWalletsParameters = z.strictObject({
  ...plainPageParameters,
  status: oneOf('active', 'frozen').optional(),
});

/** `POST /v1/operations/wallets/:id` */
export const changeWalletParameters = z.strictObject({
  reason: text(200),
  status: oneOf('active', 'frozen').optional(),
  tier: oneOf(...TIERS).optional(),
});

const cap = unsettable(amount(0n)).optional();

/** `POST /v1/operations/wallet_limits` */
export const setLimitParameters = z.strictObject({
  tier: oneOf(...TIERS),
  currency: currency(),
  /** Seconds since 1970. */
  effective_from: integer(0, 253_370_764_800).optional(),
  balance_max: amount(0n),
  transaction_max: amount(0n),
  day_max: cap,
  month_max: cap,
  year_max: cap,
  source: text(200),
  verified: flag().optional(),
});

/** `POST /v1/operations/withdrawals/:id` */
export const decideWithdrawalParameters = z.strictObject({
  to: oneOf('approved', 'refused', 'paid', 'failed', 'returned'),
  reason: text(200),
  reference: line(140).optional(),
});

/** A wallet; its balances where they were read. */
export function walletToWire(wallet: Wallet, balances: readonly WalletBalance[] | undefined, view: WireView) {
  const { id, person, tier, status } = wallet;
  return {
    ...{ id, object: 'wallet' as const, person, tier, status },
    ...(balances && {
      balances: balances.map(({ currency: code, available, pending }) => ({
        currency: code,
        available: amountToWire(available),
        pending: amountToWire(pending),
      })),
    }),
    created: secondsToWire(wallet.createdAt),
    livemode: view.livemode,
  };
}

/** What was asked of a wallet, and how far it has come. */
export function walletOperationToWire(operation: Operation, view: WireView) {
  const { id, kind, wallet, counterparty, currency: code, status, failure, note } = operation;
  return {
    ...{ id, object: 'wallet_operation' as const, kind, wallet, counterparty, currency: code, status },
    amount: amountToWire(operation.amount),
    amount_captured: amountToWire(operation.captured),
    amount_refunded: amountToWire(operation.refunded),
    approved_by: operation.approvedBy,
    created: secondsToWire(operation.createdAt),
    decision_reason: operation.decisionReason,
    destination: operation.destination,
    expires_at: operation.expiresAt === null ? null : secondsToWire(operation.expiresAt),
    failure_code: failure,
    livemode: view.livemode,
    missing_amount: operation.missing === null ? null : amountToWire(operation.missing),
    note,
    paid_by: operation.paidBy,
    payment_intent: operation.paymentIntent,
    reference: operation.reference,
  };
}

/** One change of a balance. Amounts below zero went out. */
export function walletEntryToWire(entry: Entry) {
  const { id, wallet, currency: code, kind, operation, counterparty, note } = entry;
  return {
    ...{ id, object: 'wallet_entry' as const, wallet, currency: code, kind, operation, counterparty, note },
    amount: signedToWire(entry.amount),
    balance: amountToWire(entry.balance),
    created: secondsToWire(entry.at),
    payment_intent: entry.paymentIntent,
  };
}

function signedToWire(value: bigint): number {
  return value < 0n ? -amountToWire(-value) : amountToWire(value);
}

/** What happened in a wallet in one month. */
export function walletStatementToWire(statement: Statement) {
  const { wallet, currency: code, month: of } = statement;
  return {
    ...{ object: 'wallet_statement' as const, wallet, currency: code, month: of },
    from: secondsToWire(statement.from),
    to: secondsToWire(statement.to),
    opening: amountToWire(statement.opening),
    total_in: amountToWire(statement.totalIn),
    total_out: amountToWire(statement.totalOut),
    closing: amountToWire(statement.closing),
    entries: statement.entries.map(walletEntryToWire),
  };
}

/** The rows of a statement's file: the opening, each entry with the balance after it, the closing. */
export function walletStatementRows(statement: Statement): string[][] {
  const unit = currencyOf(statement.currency);
  const edge = (name: string, at: number, balance: bigint) => [
    isoInstant(at),
    name,
    '',
    formatPlain(balance, unit),
    ...['', '', '', ''],
  ];
  return [
    ['at', 'kind', 'amount', 'balance', 'counterparty', 'payment_intent', 'note', 'id'],
    edge('opening', statement.from, statement.opening),
    ...statement.entries.map((entry) => [
      isoInstant(entry.at),
      entry.kind,
      formatPlain(entry.amount, unit),
      formatPlain(entry.balance, unit),
      entry.counterparty ?? '',
      entry.paymentIntent ?? '',
      entry.note ?? '',
      entry.id,
    ]),
    edge('closing', statement.to, statement.closing),
  ];
}

/** With a sign that spreadsheets read. */
function formatPlain(value: bigint, unit: Parameters<typeof formatAmount>[1]): string {
  return value < 0n ? `-${formatAmount(-value, unit)}` : formatAmount(value, unit);
}

/** A limit of a tier. */
export function tierLimitToWire(limit: TierLimit) {
  const capToWire = (of: bigint | null) => (of === null ? null : amountToWire(of));
  return {
    object: 'wallet_limit' as const,
    tier: limit.tier,
    currency: limit.currency,
    effective_from: secondsToWire(limit.effectiveFrom),
    balance_max: amountToWire(limit.balanceMax),
    transaction_max: amountToWire(limit.transactionMax),
    day_max: capToWire(limit.dayMax),
    month_max: capToWire(limit.monthMax),
    year_max: capToWire(limit.yearMax),
    source: limit.source,
    verified: limit.verified,
  };
}

/** What limits a wallet, and how much of it is used. */
export function limitUseToWire(use: LimitUse) {
  return {
    ...tierLimitToWire(use.limit),
    day_used: amountToWire(use.dayUsed),
    month_used: amountToWire(use.monthUsed),
    year_used: amountToWire(use.yearUsed),
  };
}
