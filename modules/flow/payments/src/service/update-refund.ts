import { err, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { paymentsContract } from '../contract/index.ts';
import { describeRefund } from '../store/descriptions.ts';
import {
  changeRefund,
  findRefundRecord,
  lockChargeOfRefund,
  lockRefundRecord,
  storeEvent,
  storeRefunded,
} from '../store/refunds.ts';
import { chargeEvent, refundEvent } from './changes.ts';
import { claimFor, once } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord, RefundRecord } from './records.ts';
import { stepRefund } from './refund-states.ts';
import { withoutRefund } from './return-money.ts';

type Operations = (typeof paymentsContract)['operations'];
type Mismatch = 'idempotency_mismatch';

/** Changes a refund's metadata; whoever is sending it goes on. */
export function updateRefund(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['updateRefund']>,
): Promise<Result<RefundRecord, 'not_found' | 'metadata_too_many_keys' | Mismatch>> {
  const claim = claimFor(context, 'update_refund', input, deps.clock.now());
  return changed(deps, claim, input.id, async (tx, found) => {
    const metadata = patchMetadata(found.metadata, input.metadata);
    if (!metadata.ok) return metadata;
    const refund = { ...found, metadata: metadata.value };
    await describeRefund(tx, refund);
    return ok(refund);
  });
}

/** Calls a refund off and gives back what it had reserved, where it is certain that nothing was sent. */
export function cancelRefund(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['cancelRefund']>,
): Promise<Result<RefundRecord, 'not_found' | 'refund_not_cancelable' | Mismatch>> {
  const claim = claimFor(context, 'cancel_refund', input, deps.clock.now());
  return changed(deps, claim, input.id, async (tx, found, charge) => {
    const { id, status } = found;
    if (!found.unsent) {
      const why = status === 'pending' ? 'it may have been sent' : `it is ${status}`;
      const detail = { refund: id, status };
      return err('refund_not_cancelable', `refund ${id} cannot be canceled: ${why}`, { detail });
    }
    const refund = stepRefund(found, 'cancel', { failureReason: null, nextAttemptAt: null });
    if (!(await changeRefund(tx, refund))) throw new Error(`refund ${id} was not locked`);
    const freed = withoutRefund(charge, found);
    await storeRefunded(tx, freed);
    const event = chargeEvent('charge.updated', freed, charge);
    await storeEvent(tx, claim.tenant, claim.at, event, claim.request);
    return ok(refund);
  });
}

/** Changes a refund in one transaction with its command and its event; a repetition finds it changed. */
function changed<Code extends string>(
  deps: PaymentsDeps,
  claim: Claim,
  id: string,
  changing: (tx: Queryable, found: RefundRecord, charge: ChargeRecord) => Promise<Result<RefundRecord, Code>>,
): Promise<Result<RefundRecord, Code | 'not_found' | Mismatch>> {
  const missing = err('not_found', `No such refund: '${id}'`, { field: 'id' });
  return once<RefundRecord, Code | 'not_found'>(deps.db, claim, {
    work: async (tx) => {
      // The charge first, as whoever settles a refund does.
      const charge = await lockChargeOfRefund(tx, claim.tenant, id);
      const found = charge && (await lockRefundRecord(tx, claim.tenant, id));
      if (!found) return missing;
      const refund = await changing(tx, found, charge);
      if (!refund.ok) return refund;
      const event = refundEvent('refund.updated', refund.value, found);
      await storeEvent(tx, claim.tenant, claim.at, event, claim.request);
      return refund;
    },
    repeat: async () => {
      const refund = await findRefundRecord(deps.db, claim.tenant, id);
      return refund ? ok(refund) : missing;
    },
  });
}
