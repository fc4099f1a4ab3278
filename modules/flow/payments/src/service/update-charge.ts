import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { describeCharge } from '../store/descriptions.ts';
import { findChargeRecord } from '../store/find-payments.ts';
import { lockChargeRecord, storeClaim, storeEvent } from '../store/refunds.ts';
import { chargeEvent } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord } from './records.ts';

/** A change of what a charge says of itself. */
export type ChargeUpdate = InputOf<(typeof paymentsContract)['operations']['updateCharge']>;

/** Changes what a charge says of itself; what a payment or a refund does to it meanwhile stays. */
export async function updateCharge(
  deps: PaymentsDeps,
  context: CallContext,
  input: ChargeUpdate,
): Promise<Result<ChargeRecord, 'not_found' | 'metadata_too_many_keys' | 'idempotency_mismatch'>> {
  const claim = claimFor(context, 'update_charge', input, deps.clock.now());
  const { id, metadata: patch, description, receiptEmail, shipping, transferGroup } = input;
  const missing = err('not_found', `there is no charge ${id}`, { field: 'id' });
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  const stored = await deps.db.transaction(async (tx) => {
    const charge = await lockChargeRecord(tx, claim.tenant, id);
    if (!charge) return missing;
    const metadata = patchMetadata(charge.metadata, patch);
    if (!metadata.ok) return accepted.value ? ok(charge) : metadata;
    if (!(await storeClaim(tx, claim))) return ok(undefined);
    const changed: ChargeRecord = {
      ...charge,
      description: description === undefined ? charge.description : description,
      receiptEmail: receiptEmail === undefined ? charge.receiptEmail : receiptEmail,
      shipping: shipping === undefined ? charge.shipping : shipping,
      transferGroup: transferGroup === undefined ? charge.transferGroup : transferGroup,
      metadata: metadata.value,
    };
    await describeCharge(tx, changed);
    await storeEvent(
      tx,
      claim.tenant,
      claim.at,
      chargeEvent('charge.updated', changed, charge),
      claim.request,
    );
    return ok(changed);
  });
  if (!stored.ok) return stored;
  if (stored.value) return ok(stored.value);
  // The command was seen before.
  const seen = await findAccepted(deps.db, claim);
  if (!seen.ok) return seen;
  const charge = await findChargeRecord(deps.db, claim.tenant, id);
  return charge ? ok(charge) : missing;
}
