import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { SetupIntent } from '@tpmall/payments/contract';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import type { checkoutContract } from '../contract/index.ts';
import { lockSession, type SessionRecord, updateSessionRow } from '../store/sessions.ts';
import { type CheckoutDeps, callContext } from './deps.ts';
import { payingCustomer } from './open-intent.ts';

type Pay = (typeof checkoutContract)['operations']['paySession'];
type Code = CodeOf<Pay> | 'invalid_input' | 'unavailable' | 'unknown';

/** Has the card of a session saved by the session's setup intent, for its customer where there is one. */
export async function saveCard(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
  { paymentMethod, returnUrl }: Pick<InputOf<Pay>, 'paymentMethod' | 'returnUrl'>,
): Promise<Result<SetupIntent, Code>> {
  const { setupIntent: id } = session;
  assert(id, `session ${session.id} has a setup intent`);
  const named = await nameCustomer(deps, context, session, id);
  if (!named.ok) return named;
  const calling = callContext(deps, context, session.tenant, `${context.commandId}.confirm`);
  const confirmed = await deps.ports.payments.confirmSetupIntent(calling, {
    id,
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(returnUrl !== undefined && { returnUrl }),
  });
  if (confirmed.ok) return confirmed;
  const { code, message, ...extra } = confirmed.error;
  switch (code) {
    case 'setup_intent_unexpected_state':
      return err('session_not_open', message, { field: 'id' });
    case 'forbidden':
    case 'not_found':
      throw new Error(`payments does not know the setup intent of ${session.id}: ${message}`);
    default:
      return err(code, message, extra);
  }
}

/** Where the session asks for a customer and has none, one is made before the card is tried. */
async function nameCustomer(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
  setupIntent: string,
): Promise<Result<void, 'unavailable' | 'unknown'>> {
  if (session.customer !== null) return ok(undefined);
  const made = await payingCustomer(deps, context, session);
  if (!made.ok) return made;
  const customer = made.value;
  if (customer === null) return ok(undefined);
  const calling = callContext(deps, context, session.tenant, `${session.id}.name-customer`);
  const named = await deps.ports.payments.updateSetupIntent(calling, { id: setupIntent, customer });
  if (!named.ok) {
    const { code, message } = named.error;
    if (code === 'unavailable' || code === 'unknown') return err(code, message);
    // Another tab has named the customer and gone on, or the end of the session has cancelled it.
    if (code !== 'setup_intent_unexpected_state') {
      throw new Error(`payments refuses the customer of ${setupIntent}: ${code} ${message}`);
    }
  }
  await deps.db.transaction(async (tx) => {
    const locked = await lockSession(tx, session.tenant, session.id);
    assert(locked, `session ${session.id} is there`);
    if (locked.customer === null) await updateSessionRow(tx, { ...locked, customer });
  });
  return ok(undefined);
}
