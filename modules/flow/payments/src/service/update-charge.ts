import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { describeCharge } from '../store/descriptions.ts';
import { findChargeRecord } from '../store/find-payments.ts';
import { lockChargeRecord, storeEvent } from '../store/refunds.ts';
import { chargeEvent } from './changes.ts';
import { claimFor, once } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord } from './records.ts';

/** A change of what a charge says of itself. */
export type ChargeUpdate = InputOf<(typeof paymentsContract)['operations']['updateCharge']>;

/** Changes what a charge says of itself; what a payment or a refund does to it meanwhile stays. */
export function updateCharge(
  deps: PaymentsDeps,
  context: CallContext,
  input: ChargeUpdate,
): Promise<Result<ChargeRecord, 'not_found' | 'metadata_too_many_keys' | 'idempotency_mismatch'>> {
  const claim = claimFor(context, 'update_charge', input, deps.clock.now());
  const { id, metadata: patch, description, receiptEmail, shipping, transferGroup } = input;
  const missing = err('not_found', `No such charge: '${id}'`, { field: 'id' });
  return once<ChargeRecord, 'not_found' | 'metadata_too_many_keys'>(deps.db, claim, {
    work: async (tx) => {
      const charge = await lockChargeRecord(tx, claim.tenant, id);
      if (!charge) return missing;
      const metadata = patchMetadata(charge.metadata, patch);
      if (!metadata.ok) return metadata;
      const changed: ChargeRecord = {
        ...charge,
        description: description === undefined ? charge.description : description,
        receiptEmail: receiptEmail === undefined ? charge.receiptEmail : receiptEmail,
        shipping: shipping === undefined ? charge.shipping : shipping,
        transferGroup: transferGroup === undefined ? charge.transferGroup : transferGroup,
        metadata: metadata.value,
      };
      await describeCharge(tx, changed);
      const event = chargeEvent('charge.updated', changed, charge);
      await storeEvent(tx, claim.tenant, claim.at, event, claim.request);
      return ok(changed);
    },
    repeat: async () => {
      const charge = await findChargeRecord(deps.db, claim.tenant, id);
      return charge ? ok(charge) : missing;
    },
  });
}
