import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import type { checkoutContract, Session } from '../contract/index.ts';
import { findSessionByCommand, insertSession, toSession } from '../store/sessions.ts';
import { checkCustomer, checkTime, drawId, NO_ORDER, newSession } from './create-session.ts';
import { type CheckoutDeps, callContext, commands } from './deps.ts';

type Create = (typeof checkoutContract)['operations']['createSetupSession'];
type Asked = InputOf<Create>;
type Code = Exclude<CodeOf<Create>, 'idempotency_mismatch'> | 'unavailable' | 'unknown';

/**
 * Opens a session that saves a card. Its setup intent is opened first, by a command that derives from this
 * one: where that is as far as it comes, a repetition finds the same setup intent.
 */
export async function createSetupSession(
  deps: CheckoutDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const claim = commands.claimFor(context, 'create_setup_session', input, clock.now());
  let setupIntent: string | undefined;
  return commands.once<Session, Code>(db, claim, {
    check: async () => {
      const early =
        checkTime(context, input.expiresAt, claim.at) ?? (await checkCustomer(deps, context, input.customer));
      if (early) return early;
      const opened = await openSetup(deps, context, input);
      if (opened.ok) setupIntent = opened.value;
      return opened;
    },
    work: async (tx) => {
      assert(setupIntent, 'the setup intent was opened');
      const { currency = null, setupData, ...terms } = input;
      const asked = setupData?.requestThreeDSecure;
      const intentData = asked === undefined ? {} : { requestThreeDSecure: asked };
      const order = { ...NO_ORDER, currency };
      const session = newSession(drawId(deps), claim, order, { ...terms, setupIntent, intentData });
      await insertSession(tx, session);
      return ok(toSession(session));
    },
    repeat: async (accepted) => {
      const first = await findSessionByCommand(db, accepted.id);
      assert(first, 'an accepted session is there');
      return ok(toSession(first));
    },
  });
}

/** The card is to be paid with when its cardholder is not there: that is what it is saved for. */
async function openSetup(
  deps: CheckoutDeps,
  context: CallContext,
  { customer, setupData }: Asked,
): Promise<Result<string, Code>> {
  const calling = callContext(deps, context, context.tenant, `${context.commandId}.setup`);
  const opened = await deps.ports.payments.createSetupIntent(calling, {
    usage: 'off_session',
    ...(customer !== undefined && { customer }),
    ...setupData,
  });
  if (opened.ok) return ok(opened.value.id);
  const { code, message } = opened.error;
  switch (code) {
    case 'customer_not_found':
      return err(code, message, { field: 'customer' });
    case 'destination_not_found':
      return err(code, message, { field: 'setupData.onBehalfOf' });
    case 'idempotency_mismatch':
      // The same command, whose own claim tells it from another request, was another one before.
      return err('unavailable', 'the request was another one before; use another idempotency key');
    case 'unavailable':
    case 'unknown':
      return err(code, message);
    default:
      throw new Error(`payments refuses the setup intent of a session: ${code} ${message}`);
  }
}
