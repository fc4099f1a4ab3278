import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { SetupCancellationReason } from '../contract/index.ts';
import { findSetup, saveSetup } from '../store/setups.ts';
import { claimFor, findAccepted } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { type SetupRecord, setupEvent, setupStep, unexpected } from './setup-records.ts';
import { mayTakeSetup } from './setup-states.ts';

/** How often a cancellation looks again when the setup intent moved on under it. */
const TRIES_MAX = 5;

/** Gives a setup up. A challenge that is under way then saves nothing. */
export async function cancelSetup(
  deps: PaymentsDeps,
  context: CallContext,
  input: { readonly id: string; readonly reason?: SetupCancellationReason | null | undefined },
): Promise<
  Result<SetupRecord, 'not_found' | 'setup_intent_unexpected_state' | 'idempotency_mismatch' | 'unavailable'>
> {
  const { id, reason = null } = input;
  const claim = claimFor(context, 'cancel_setup', input, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const setup = await findSetup(deps.db, context.tenant, id);
    if (!setup) return err('not_found', `No such setup_intent: '${id}'`, { field: 'id' });
    if (accepted.value) return ok(setup);
    if (!mayTakeSetup('cancel', setup.status)) return unexpected(setup, 'canceled');
    const canceled = setupStep(setup, 'cancel', { cancellationReason: reason, canceledAt: claim.at });
    const events = [setupEvent('setup_intent.canceled', canceled)];
    if (await saveSetup(deps.db, { at: claim.at, setup: canceled, events, claim })) return ok(canceled);
  }
  return err('unavailable', `setup intent ${id} changes too fast; try again`);
}
