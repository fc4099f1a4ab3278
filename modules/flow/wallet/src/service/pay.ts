import { assert, err, ok, type Result } from '@tpmall/kernel';
import { type Charge, type PaymentIntent, paymentTag } from '@tpmall/payments/contract';
import type { CallContext } from '@tpmall/platform/contract';
import type { Paying } from '../contract/index.ts';
import { reserveLimits } from '../store/limits.ts';
import { insertOperation, lockOperation, type OperationRecord, toOperation } from '../store/operations.ts';
import { shareWallets } from '../store/wallets.ts';
import { applyCharge } from './apply-charge.ts';
import {
  type Behalf,
  callContext,
  commands,
  isUndecided,
  leaseFrom,
  readContext,
  type WalletDeps,
} from './deps.ts';
import { explainLimits } from './limits.ts';
import { missingWallet } from './open-wallet.ts';
import { type MovementCode, newOperation, outcomeOf, postpone, repeatOperation } from './operation.ts';
import { frozenWallet } from './send.ts';
import { settle } from './settle.ts';

interface Asked {
  readonly wallet: string;
  readonly paymentIntent: string;
  readonly ip?: string | undefined;
}

/** What payments refuses an attempt with, which stays what it is however often it is asked. */
const REFUSALS = [
  'payment_intent_unexpected_state',
  'payment_intent_changed',
  'payment_intent_not_payable',
  'card_declined',
] as const;
type Refusal = (typeof REFUSALS)[number];
type PayCode = MovementCode | Refusal | 'payment_intent_not_found' | 'unavailable';

const PAYABLE: readonly PaymentIntent['status'][] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];

/**
 * Pays a payment intent with the balance. The limits are taken here; the money is moved by payments, in the
 * same chain of the ledger that shares it out.
 */
export async function pay(
  deps: WalletDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Paying, PayCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  // A repetition from another address is the same request.
  const { ip, ...request } = input;
  const claim = commands.claimFor(context, 'pay', request, clock.now());
  let intent: PaymentIntent | undefined;
  const accepted = await commands.once<OperationRecord, PayCode>(db, claim, {
    check: async () => {
      const found = await findIntent(deps, readContext(context), input.paymentIntent);
      if (!found.ok) return found;
      intent = found.value;
      if (PAYABLE.includes(intent.status)) return found;
      const { id, status } = intent;
      return err('payment_intent_unexpected_state', `payment intent ${id} cannot be paid: it is ${status}`, {
        field: 'paymentIntent',
        detail: { paymentIntent: id, status },
      });
    },
    work: async (tx) => {
      assert(intent, 'the intent was looked up');
      const { wallet } = input;
      const { amount, currency } = intent;
      const [found] = await shareWallets(tx, tenant, [wallet]);
      if (!found) return missingWallet(wallet);
      if (found.status === 'frozen') return frozenWallet();
      const counted = { wallet, currency, at: claim.at, out: amount, transaction: amount };
      if (!(await reserveLimits(tx, counted))) return explainLimits(tx, counted);
      const record = newOperation(claim, {
        ...{ kind: 'payment', wallet, currency, amount, paymentIntent: intent.id },
        tag: paymentTag(intent.id),
        movingTo: 'succeeded',
        dueAt: leaseFrom(deps, claim.at),
      });
      await insertOperation(tx, record);
      return ok(record);
    },
    repeat: (first) => repeatOperation(deps, tenant, first),
  });
  if (!accepted.ok) return accepted;
  const operation = await finishPay(deps, context, accepted.value, ip);
  const after = await findIntent(
    deps,
    callContext(deps, context, `${operation.id}.read`),
    input.paymentIntent,
  );
  if (!after.ok) return after;
  const refused = REFUSALS.find((code) => code === operation.failure);
  if (refused) {
    return err(refused, `payment intent ${input.paymentIntent} was not paid with this wallet`, {
      field: 'paymentIntent',
      detail: { operation: operation.id, status: after.value.status },
    });
  }
  return outcomeOf(operation, { operation: toOperation(operation), paymentIntent: after.value });
}

/** Has payments make the attempt, or goes on where an earlier run was cut off. */
export async function finishPay(
  deps: WalletDeps,
  behalf: Behalf,
  record: OperationRecord,
  ip?: string,
): Promise<OperationRecord> {
  if (record.status !== 'pending') return record;
  const { id, wallet, amount, currency, paymentIntent } = record;
  assert(paymentIntent !== null, 'a payment has its intent');
  const answer = await deps.ports.payments.payFromWallet(callContext(deps, behalf, `${id}.pay`), {
    id: paymentIntent,
    wallet: { id: wallet, operation: id },
    amount,
    currency,
    ...(ip !== undefined && { ip }),
  });
  if (answer.ok && answer.value.status === 'processing') return postpone(deps, record);
  if (!answer.ok && isUndecided(answer.error)) return postpone(deps, record);
  // Whatever the answer is: what counts is what the charge has come to, if this attempt ever opened one.
  const known = await findCharge(deps, behalf, record);
  if (known === undefined) return postpone(deps, record);
  if (known.charge !== null) {
    const { charge, status } = known;
    return deps.db.transaction(async (tx) => {
      const operation = await lockOperation(tx, record.tenant, id);
      assert(operation, 'operations are never removed');
      return applyCharge(tx, operation, charge, status, deps.clock.now());
    });
  }
  if (answer.ok) throw new Error(`payments has paid ${paymentIntent} and has no charge of ${id}`);
  return settle(deps, record, 'failed', { failure: answer.error.code });
}

/** The charge that this attempt has opened: null: none; undefined: it cannot be read now. */
async function findCharge(
  deps: WalletDeps,
  behalf: Behalf,
  { id, paymentIntent }: OperationRecord,
): Promise<{ readonly charge: Charge | null; readonly status: PaymentIntent['status'] } | undefined> {
  const context = callContext(deps, behalf, `${id}.read`);
  const listed = await deps.ports.payments.listCharges(context, {
    limit: 100,
    ...(paymentIntent !== null && { paymentIntent }),
  });
  const intent = await findIntent(deps, context, paymentIntent ?? '');
  if (!listed.ok || !intent.ok) return undefined;
  const charge = listed.value.items.find(({ wallet }) => wallet?.operation === id) ?? null;
  return charge?.status === 'pending' ? undefined : { charge, status: intent.value.status };
}

async function findIntent(
  deps: WalletDeps,
  context: Parameters<WalletDeps['ports']['payments']['findIntent']>[0],
  id: string,
): Promise<Result<PaymentIntent, 'payment_intent_not_found' | 'unavailable'>> {
  const found = await deps.ports.payments.findIntent(context, { id });
  if (found.ok) return found;
  return found.error.code === 'not_found'
    ? err('payment_intent_not_found', `No such payment_intent: '${id}'`, { field: 'paymentIntent' })
    : err('unavailable', `payments cannot be read now: ${found.error.message}`);
}
