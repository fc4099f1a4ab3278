import { assert, err, type Micros, ok, type Result, SECOND } from '@tpmall/kernel';
import { type PaymentIntent, paymentTag } from '@tpmall/payments/contract';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Paying, walletContract } from '../contract/index.ts';
import { type Counted, reserveLimits } from '../store/limits.ts';
import {
  findOperation,
  insertOperation,
  lockOperation,
  type OperationRecord,
  toOperation,
  updateOperation,
} from '../store/operations.ts';
import { findWallet, shareWallets } from '../store/wallets.ts';
import { applyTopUp } from './apply-top-up.ts';
import { type Behalf, callContext, commands, isUndecided, leaseFrom, type WalletDeps } from './deps.ts';
import { ensureCurrency, explainLimits, type LimitCode, limitAgainst } from './limits.ts';
import { missingWallet } from './open-wallet.ts';
import { newOperation, postpone, repeatOperation } from './operation.ts';
import { frozenWallet } from './send.ts';
import { step } from './settle.ts';

type Asked = InputOf<(typeof walletContract)['operations']['topUp']>;

/** What opening the payment, or making it, can be refused with; it ends the top-up. */
const REFUSALS = [
  'amount_too_large',
  'customer_not_found',
  'payment_method_not_found',
  'payment_method_not_usable',
  'card_declined',
  'authentication_required',
] as const;
type Refusal = (typeof REFUSALS)[number];
type TopUpCode =
  | 'unknown'
  | 'not_found'
  | 'customer_not_found'
  | 'wallet_frozen'
  | 'insufficient_funds'
  | LimitCode;

/**
 * Tops a wallet up by card: an intent whose whole amount goes to the wallet. The room for it in the limits is
 * taken before the card is asked, and kept until the payment is made or has ended.
 */
export async function topUp(
  deps: WalletDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Paying, Exclude<TopUpCode, 'insufficient_funds'> | Refusal | 'idempotency_mismatch'>> {
  const { ip: _ip, ...request } = input;
  const claim = commands.claimFor(context, 'top_up', request, deps.clock.now());
  const { wallet, currency, amount } = input;
  const accepted = await commands.once<OperationRecord, TopUpCode>(deps.db, claim, {
    check: async () => {
      const found = await findWallet(deps.db, context.tenant, wallet);
      if (!found) return missingWallet(wallet);
      // Looked at before anything is opened for it: what is refused leaves nothing behind.
      if (found.status === 'frozen') return frozenWallet();
      const against = await limitAgainst(deps.db, countedOf(input, claim.at));
      if (against) return against;
      // Whoever is deleted after this ends the top-up.
      const payer = await checkCustomer(deps, context, claim.id, input.customer);
      if (!payer.ok) return payer;
      return (await ensureCurrency(deps, context, wallet, currency)) ?? ok(undefined);
    },
    work: async (tx) => {
      const [found] = await shareWallets(tx, context.tenant, [wallet]);
      if (found?.status === 'frozen') return frozenWallet();
      const counted = countedOf(input, claim.at);
      if (!(await reserveLimits(tx, counted))) return explainLimits(tx, counted);
      const record = newOperation(claim, {
        ...{ kind: 'top_up', wallet, currency, amount, movingTo: 'succeeded' },
        ...{ customer: input.customer ?? null, receiptEmail: input.receiptEmail ?? null },
        dueAt: leaseFrom(deps, claim.at),
        expiresAt: claim.at + deps.config.topUpSeconds * SECOND,
      });
      await insertOperation(tx, record);
      return ok(record);
    },
    repeat: (first) => repeatOperation(deps, context.tenant, first),
  });
  if (!accepted.ok) {
    const { code, message, ...extra } = accepted.error;
    if (code === 'insufficient_funds') throw new Error('money that comes in needs no funds');
    return err(code, message, extra);
  }
  const opened = await openPayment(deps, context, accepted.value);
  if (!opened.ok) return opened;
  return confirm(deps, context, opened.value, input);
}

/** What a top-up takes of the limits. */
function countedOf({ wallet, currency, amount }: Asked, at: Micros): Counted {
  return { wallet, currency, at, in: amount, transaction: amount };
}

/** Whether a payment may be a customer's; where payments cannot say so now, opening it will. */
async function checkCustomer(
  deps: WalletDeps,
  context: CallContext,
  command: string,
  customer: string | undefined,
): Promise<Result<undefined, 'customer_not_found'>> {
  if (customer === undefined) return ok(undefined);
  const found = await deps.ports.payments.findCustomer(callContext(deps, context, `${command}.customer`), {
    id: customer,
  });
  if (found.ok ? !found.value.deleted : isUndecided(found.error)) return ok(undefined);
  return err('customer_not_found', `No such customer: '${customer}'`, { field: 'customer' });
}

type Opened = { readonly record: OperationRecord; readonly intent: PaymentIntent };

/** The one intent of a top-up: its command derives from the operation, and so does all that it asks for. */
async function openPayment(
  deps: WalletDeps,
  behalf: Behalf,
  record: OperationRecord,
): Promise<Result<Opened, Refusal | 'unavailable' | 'unknown'>> {
  if (record.paymentIntent !== null) return readPayment(deps, behalf, record, record.paymentIntent);
  const { id, wallet, amount, currency, customer, receiptEmail } = record;
  const created = await deps.ports.payments.createIntent(callContext(deps, behalf, `${id}.intent`), {
    amount,
    currency,
    captureMethod: 'automatic',
    confirmationMethod: 'automatic',
    split: [{ destination: wallet, amount, applicationFee: 0n }],
    description: 'Wallet top-up',
    ...(customer !== null && { customer }),
    ...(receiptEmail !== null && { receiptEmail }),
  });
  if (!created.ok) return refuse(deps, record, created.error);
  const stored = await deps.db.transaction(async (tx) => {
    const locked = await lockOperation(tx, record.tenant, id);
    assert(locked, 'operations are never removed');
    if (locked.paymentIntent !== null) return locked;
    const after = {
      ...locked,
      paymentIntent: created.value.id,
      tag: paymentTag(created.value.id),
      customer: null,
      receiptEmail: null,
      dueAt: locked.dueAt === null ? null : locked.expiresAt,
    };
    await updateOperation(tx, after);
    return after;
  });
  return ok({ record: stored, intent: created.value });
}

/**
 * Read after the intent's id was stored, so that nothing is missed: what happens later is told by an event.
 */
async function readPayment(
  deps: WalletDeps,
  behalf: Behalf,
  record: OperationRecord,
  id: string,
): Promise<Result<Opened, 'unavailable'>> {
  const found = await deps.ports.payments.findIntent(callContext(deps, behalf, `${record.id}.read`), { id });
  if (!found.ok) return err('unavailable', `payments cannot be read now: ${found.error.message}`);
  const intent = found.value;
  const after = await deps.db.transaction(async (tx) => {
    const locked = await lockOperation(tx, record.tenant, record.id);
    assert(locked, 'operations are never removed');
    return applyTopUp(tx, locked, intent, deps.clock.now());
  });
  return ok({ record: after, intent });
}

async function confirm(
  deps: WalletDeps,
  context: CallContext,
  { record, intent }: Opened,
  { paymentMethod, returnUrl, ip }: Asked,
): Promise<Result<Paying, Refusal | 'unavailable' | 'unknown'>> {
  const { failure } = record;
  const ended = REFUSALS.find((code) => code === failure);
  if (ended) return err(ended, 'this top-up has ended without money', { detail: { operation: record.id } });
  if (paymentMethod !== undefined && record.status === 'pending') {
    const confirmed = await deps.ports.payments.confirmIntent(
      callContext(deps, context, `${record.id}.confirm`),
      {
        id: intent.id,
        paymentMethod,
        ...(returnUrl !== undefined && { returnUrl }),
        ...(ip !== undefined && { ip }),
      },
    );
    if (!confirmed.ok && confirmed.error.code !== 'payment_intent_unexpected_state') {
      if (isUndecided(confirmed.error)) return refuse(deps, record, confirmed.error);
      return endDeclined(deps, context, record, intent.id, confirmed.error);
    }
  }
  return answer(await readPayment(deps, context, record, intent.id));
}

function answer<Code extends string>(read: Result<Opened, Code>): Result<Paying, Code> {
  if (!read.ok) return read;
  const { record, intent } = read.value;
  return ok({ operation: toOperation(record), paymentIntent: intent });
}

/**
 * Ends a top-up whose card was declined, once it is known that nothing else can pay it: while its intent is
 * open, or another attempt at it is under way, the top-up is not over.
 */
async function endDeclined(
  deps: WalletDeps,
  context: CallContext,
  record: OperationRecord,
  id: string,
  declined: Refused,
): Promise<Result<Paying, Refusal | 'unavailable' | 'unknown'>> {
  const canceled = await deps.ports.payments.cancelIntent(callContext(deps, context, `${record.id}.cancel`), {
    id,
    reason: 'abandoned',
  });
  if (canceled.ok && canceled.value.status === 'canceled') return refuse(deps, record, declined);
  if (!canceled.ok && isUndecided(canceled.error)) return refuse(deps, record, canceled.error);
  const read = await readPayment(deps, context, record, id);
  return read.ok && read.value.record.status === 'canceled' ? refuse(deps, record, declined) : answer(read);
}

/** What payments refuses with. */
interface Refused {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

/** A refusal ends the top-up and frees its room; what nobody knows does not. */
async function refuse(
  deps: WalletDeps,
  record: OperationRecord,
  error: Refused,
): Promise<Result<never, Refusal | 'unavailable' | 'unknown'>> {
  const { code, message } = error;
  if (code === 'unavailable' || code === 'unknown') return err(code, message);
  const known = REFUSALS.find((refusal) => refusal === code);
  if (!known) throw new Error(`payments refuses the top-up ${record.id}: ${code} ${message}`);
  await deps.db.transaction(async (tx) => {
    const locked = await lockOperation(tx, record.tenant, record.id);
    assert(locked, 'operations are never removed');
    // Its intent may have been cancelled and told of already.
    if (locked.status === 'pending') await step(tx, locked, 'canceled', deps.clock.now(), { failure: known });
    else if (locked.failure === null) await updateOperation(tx, { ...locked, failure: known });
  });
  const field = error.field === undefined ? {} : { field: error.field };
  return err(known, message, { ...field, detail: { operation: record.id } });
}

/**
 * Looks after a top-up that is due: opens its payment if that was cut off, and ends it once its time is over.
 */
export async function followTopUp(
  deps: WalletDeps,
  behalf: Behalf,
  record: OperationRecord,
): Promise<OperationRecord> {
  const opened = await openPayment(deps, behalf, record);
  const current = (await findOperation(deps.db, record.tenant, record.id)) ?? record;
  if (!opened.ok || current.status !== 'pending') return current;
  assert(current.expiresAt !== null, 'a top-up has its end');
  if (deps.clock.now() < current.expiresAt) return current;
  const { id } = opened.value.intent;
  await deps.ports.payments.cancelIntent(callContext(deps, behalf, `${record.id}.expire`), {
    id,
    reason: 'abandoned',
  });
  const read = await readPayment(deps, behalf, current, id);
  const after = read.ok ? read.value.record : current;
  return after.status === 'pending' ? postpone(deps, after) : after;
}
