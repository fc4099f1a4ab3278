import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { findSetup, saveSetup } from '../store/setups.ts';
import { claimFor, findAccepted } from './commands.ts';
import { checkParts } from './create-setup.ts';
import type { PaymentsDeps } from './deps.ts';
import { type SetupRecord, setupStep, unexpected } from './setup-records.ts';
import { mayTakeSetup } from './setup-states.ts';

type Input = InputOf<(typeof paymentsContract)['operations']['updateSetupIntent']>;
type Code =
  | 'not_found'
  | 'setup_intent_unexpected_state'
  | 'customer_not_found'
  | 'payment_method_not_found'
  | 'payment_method_not_usable'
  | 'metadata_too_many_keys'
  | 'idempotency_mismatch'
  | 'unavailable';

/** How often a change looks again when the setup intent moved on under it. */
const TRIES_MAX = 5;

/** Changes a setup intent that has not been tried yet. */
export async function updateSetup(
  deps: PaymentsDeps,
  context: CallContext,
  input: Input,
): Promise<Result<SetupRecord, Code>> {
  const { id } = input;
  const claim = claimFor(context, 'update_setup', input, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const setup = await findSetup(deps.db, context.tenant, id);
    if (!setup) return err('not_found', `No such setup_intent: '${id}'`, { field: 'id' });
    if (accepted.value) return ok(setup);
    if (!mayTakeSetup('equip', setup.status)) return unexpected(setup, 'changed');
    const { customer = setup.customer, paymentMethod = setup.paymentMethod } = input;
    const { description = setup.description } = input;
    const parts = await checkParts(deps, context, customer, paymentMethod);
    if (!parts.ok) return parts;
    const metadata = patchMetadata(setup.metadata, input.metadata);
    if (!metadata.ok) return metadata;
    const patch = { customer, paymentMethod, description, metadata: metadata.value };
    const updated = setupStep(setup, paymentMethod === null ? 'strip' : 'equip', patch);
    if (await saveSetup(deps.db, { at: claim.at, setup: updated, events: [], claim })) return ok(updated);
  }
  return err('unavailable', `setup intent ${id} changes too fast; try again`);
}
