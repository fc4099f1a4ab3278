import { assert, err, ok, type Result } from '@tpmall/kernel';
import { type Claim, objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { paymentsContract } from '../contract/index.ts';
import {
  findRefundRecord,
  lockChargeRecord,
  storeEvent,
  storeRefund,
  storeRefunded,
} from '../store/refunds.ts';
import { hasRefusedCapture } from '../store/refused-advices.ts';
import { refundEvent } from './changes.ts';
import { claimFor, once } from './commands.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import type { ChargeRecord, RefundRecord } from './records.ts';
import { returnMoney } from './return-money.ts';
import { addParts, leftOf, partsOf, partsOfMerchant, shareRefund } from './split.ts';

/** A refund as it is asked for. */
export type NewRefund = InputOf<(typeof paymentsContract)['operations']['createRefund']>;

/** What a refund can be refused with. */
export type RefundCode =
  | 'not_found'
  | 'charge_not_refundable'
  | 'charge_already_refunded'
  | 'destination_not_found'
  | 'amount_too_large'
  | 'idempotency_mismatch'
  | 'invalid_input'
  | 'unavailable';

/**
 * Sends money back. Its part of the captured amount is reserved, commissions and all, before anything is
 * sent.
 */
export async function createRefund(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewRefund,
): Promise<Result<RefundRecord, RefundCode>> {
  const claim = claimFor(context, 'refund', input, deps.clock.now());
  let chargeId = '';
  const accepted = await once<Reserved | RefundRecord, RefundCode>(deps.db, claim, {
    check: async () => {
      const found = await chargeOf(deps, context.tenant, input);
      if (found.ok) chargeId = found.value;
      return found;
    },
    work: (tx) => reserve(deps, tx, claim, chargeId, input),
    repeat: async (first) => {
      const refund = await findRefundRecord(deps.db, claim.tenant, objectId('re', first));
      assert(refund, 'an accepted refund is there');
      return ok(refund);
    },
  });
  if (!accepted.ok) return accepted;
  const { value } = accepted;
  return ok('refund' in value ? await returnMoney(deps, value.refund, value.charge, context) : value);
}

async function chargeOf(
  deps: PaymentsDeps,
  tenant: string,
  input: NewRefund,
): Promise<Result<string, RefundCode>> {
  if ((input.charge === undefined) === (input.paymentIntent === undefined)) {
    return err('invalid_input', 'a refund names either its charge or its payment intent', {
      field: 'charge',
    });
  }
  if (input.charge !== undefined) return ok(input.charge);
  const payment = await deps.findPayment(tenant, input.paymentIntent ?? '');
  if (!payment) {
    return err('not_found', `No such payment_intent: '${input.paymentIntent}'`, { field: 'paymentIntent' });
  }
  if (payment.intent.latestCharge === null) {
    return err('charge_not_refundable', `payment intent ${payment.intent.id} has not been paid`, {
      field: 'paymentIntent',
    });
  }
  return ok(payment.intent.latestCharge);
}

interface Reserved {
  readonly refund: RefundRecord;
  readonly charge: ChargeRecord;
}

/**
 * Reserves a refund under the charge's row lock: how it is shared out depends on all refunds before it.
 * Nothing but this database is spoken to while the lock is held.
 */
async function reserve(
  deps: PaymentsDeps,
  tx: Queryable,
  claim: Claim,
  chargeId: string,
  input: NewRefund,
): Promise<Result<Reserved, RefundCode>> {
  const charge = await lockChargeRecord(tx, claim.tenant, chargeId);
  if (!charge) return err('not_found', `No such charge: '${chargeId}'`, { field: 'charge' });
  if (await hasRefusedCapture(tx, chargeId)) {
    const message = `a capture of charge ${chargeId} was refused: people find out what became of it`;
    return err('charge_not_refundable', message, { field: 'charge' });
  }
  const source = sourceOf(charge, input.destination);
  if (!source.ok) return source;
  const checked = refundable(charge, input, source.value);
  if (!checked.ok) return checked;
  const { reason = null, metadata = {} } = input;
  const asked = {
    ...{ amount: checked.value, reason, metadata, from: source.value.parts },
    atAcquirer: charge.wallet === null,
  };
  return ok(await storeReservation(deps, tx, claim, charge, asked));
}

/** The parts of a charge that a refund comes from, and what is left of them. */
interface Source {
  readonly parts: readonly bigint[];
  readonly left: bigint;
}

function sourceOf(charge: ChargeRecord, destination: string | undefined): Result<Source, RefundCode> {
  const all = partsOf(charge.amountCaptured, charge.shares);
  const refunded = charge.refundedParts;
  if (destination === undefined) {
    return ok({ parts: all, left: charge.amountCaptured - charge.amountRefunded });
  }
  const parts = partsOfMerchant(all, charge.shares, destination);
  const taken = partsOfMerchant(leftOf(all, refunded), charge.shares, destination);
  if (parts && taken) return ok({ parts, left: taken.reduce((sum, part) => sum + part, 0n) });
  const message = `nothing of charge ${charge.id} went to merchant ${destination}`;
  return err('destination_not_found', message, { field: 'destination' });
}

function refundable(
  charge: ChargeRecord,
  { amount: wanted, destination }: Pick<NewRefund, 'amount' | 'destination'>,
  { left }: Source,
): Result<bigint, RefundCode> {
  if (charge.amountCaptured === 0n) {
    return err('charge_not_refundable', `charge ${charge.id} has not been captured`, { field: 'charge' });
  }
  const of = destination === undefined ? `charge ${charge.id}` : `the part of merchant ${destination}`;
  if (left === 0n) {
    return err('charge_already_refunded', `${of} has been refunded in full`, { field: 'charge' });
  }
  const amount = wanted ?? left;
  if (amount > left) {
    return err('amount_too_large', `more than what is left of ${of} cannot be refunded`, {
      field: 'amount',
      detail: { maximum: left.toString() },
    });
  }
  return ok(amount);
}

/** A refund that the charge has room for. */
export interface Reservation extends Pick<RefundRecord, 'amount' | 'reason' | 'metadata' | 'atAcquirer'> {
  /** The parts it comes from, with 0 for those it does not; all where it is not said. */
  readonly from?: readonly bigint[];
  /**
   * What is given back beside the amount, beyond what the charge has room for, by whom earlier refunds were:
   * they sent money out that never came in.
   */
  readonly beyond?: bigint;
}

/** Reserves a refund's part of a charge whose row is locked, and tells of it. */
export async function storeReservation(
  deps: Pick<PaymentsDeps, 'clock' | 'config'>,
  tx: Queryable,
  command: Pick<Claim, 'id' | 'tenant' | 'at' | 'request'>,
  charge: ChargeRecord,
  { amount, from, beyond = 0n, ...asked }: Reservation,
): Promise<Reserved> {
  const all = partsOf(charge.amountCaptured, charge.shares);
  const refunded = charge.refundedParts;
  const parts = shareRefund(
    amount,
    from ?? all,
    // Of a part it does not come from nothing is left, whatever was refunded of it.
    from ? refunded.map((part, index) => (from[index] === 0n ? 0n : part)) : refunded,
  );
  const more = beyond === 0n ? [] : shareRefund(beyond, refunded, []);
  const refund: RefundRecord = {
    id: objectId('re', command),
    tenant: command.tenant,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    customer: charge.customer,
    paymentMethod: charge.paymentMethod,
    amount: amount + beyond,
    currency: charge.currency,
    status: 'pending',
    failureReason: null,
    createdAt: command.at,
    version: 1,
    commandId: command.id,
    commandAt: command.at,
    parts: addParts(parts, more),
    beyond: more,
    // Whoever holds this record has not sent it yet.
    balanceTransaction: null,
    failureBalanceTransaction: null,
    unsent: true,
    nextAttemptAt: leaseFrom(deps, deps.clock.now()),
    attempts: 0,
    ...asked,
  };
  const after: ChargeRecord = {
    ...charge,
    amountRefunded: charge.amountRefunded + amount,
    refundedParts: addParts(charge.refundedParts, parts),
  };
  await storeRefunded(tx, after);
  await storeRefund(tx, refund);
  const event = refundEvent('refund.created', refund);
  await storeEvent(tx, command.tenant, command.at, event, command.request);
  return { refund, charge: after };
}
