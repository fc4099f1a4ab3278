import { assert, err, MINUTE, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { Session } from '../contract/index.ts';
import {
  findSession,
  lockSession,
  type SessionRecord,
  takeDueSessions,
  toSession,
} from '../store/sessions.ts';
import { type CheckoutDeps, callContext, commands, systemContext } from './deps.ts';
import { type Ending, followIntent, markExpired, meaningOf, meaningOfSetup } from './end-session.ts';
import { type OpenCode, openIntent } from './open-intent.ts';
import { missingSession } from './update-session.ts';

type Code = 'not_found' | 'session_not_open' | 'unavailable' | 'unknown';

/** Ends an open session by its owner's wish. */
export function expireSession(
  deps: CheckoutDeps,
  context: CallContext,
  { id }: { readonly id: string },
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'expire_session', { id }, clock.now());
  let seen: SessionRecord | undefined;
  return commands.once<Session, Code>(db, claim, {
    check: async () => {
      seen = await findSession(db, tenant, id);
      if (!seen) return missingSession(id);
      return seen.status === 'open' ? cancelPayment(deps, context, seen) : notOpen(seen);
    },
    work: async (tx) => {
      assert(seen, 'the session was looked at');
      const expired = await expireUnpayable(tx, seen, claim);
      return expired.ok ? ok(toSession(expired.value)) : expired;
    },
    repeat: async () => {
      const session = await findSession(db, tenant, id);
      return session ? ok(toSession(session)) : missingSession(id);
    },
  });
}

/** Sessions ended in one round: few enough to be done before they are looked at again. */
const SWEEP_MAX = 50;
/** After so long, a session whose payment was undecided is looked at again. */
const LOOK_AGAIN = MINUTE;

/**
 * Ends the sessions whose time is over. One whose payment is under way is left alone until that is decided.
 *
 * @returns how many have ended
 */
export async function sweep(deps: CheckoutDeps): Promise<number> {
  let count = 0;
  for (;;) {
    const now = deps.clock.now();
    const due = await takeDueSessions(deps.db, now, now + LOOK_AGAIN, SWEEP_MAX);
    for (const session of due) {
      try {
        if (await expireDue(deps, session)) count += 1;
      } catch (error) {
        deps.log.error({ error, session: session.id }, 'a session could not be expired');
      }
    }
    if (due.length < SWEEP_MAX) return count;
  }
}

async function expireDue(deps: CheckoutDeps, session: SessionRecord): Promise<boolean> {
  const context = systemContext(deps, session.tenant, `${session.id}.expire`);
  const cancelled = await cancelPayment(deps, context, session);
  if (!cancelled.ok) return false;
  const expired = await deps.db.transaction((tx) => expireUnpayable(tx, session, { at: deps.clock.now() }));
  return expired.ok;
}

/** What says nothing about whether a session's intent was opened before. */
const UNDECIDED: readonly OpenCode[] = ['unavailable', 'unknown', 'invalid_input', 'idempotency_mismatch'];

/**
 * Makes sure that nobody can pay a session any more: its intent, if it was ever begun, is cancelled. Refused
 * where the payment was made, or is under way and nobody knows how it ends.
 */
async function cancelPayment(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
): Promise<Result<void, Code>> {
  if (session.setupIntent !== null) return cancelSetup(deps, context, session, session.setupIntent);
  if (session.begunAt === null || session.amountTotal === 0n) return ok(undefined);
  // Begun, and no intent stored: it may be open all the same, so the same command finds it or opens it.
  const opened = await openIntent(deps, context, session);
  if (!opened.ok) {
    const { code, message } = opened.error;
    // Refused for what it is of, such as a customer who was deleted: then none was opened before either.
    if (!UNDECIDED.includes(code)) return ok(undefined);
    return err('unavailable', `the payment of ${session.id} is out of reach: ${message}`);
  }
  const { paymentIntent: id } = opened.value;
  if (id === null) return ok(undefined);
  const calling = callContext(deps, context, session.tenant, `${session.id}.cancel`);
  const found = await deps.ports.payments.findIntent(calling, { id });
  if (!found.ok) return err('unavailable', found.error.message);
  // What has been paid or is held is not taken away from the shopper by an expiry that comes too late.
  const followed = await followIntent(deps, session, meaningOf(found.value), context);
  if (followed.status === 'complete') return notOpen(followed);
  if (found.value.status === 'canceled') return ok(undefined);
  // It may be held by now: the session is complete with it, and a hold that is let go of would undo the
  // order.
  const asked = { id, reason: 'abandoned', unheldOnly: true } as const;
  const cancelled = await deps.ports.payments.cancelIntent(calling, asked);
  if (cancelled.ok) return ok(undefined);
  const { code, message } = cancelled.error;
  if (code === 'payment_intent_unexpected_state') return notOpen(session);
  if (code === 'unavailable' || code === 'unknown') return err(code, message);
  throw new Error(`payments refuses to cancel the intent of ${session.id}: ${code} ${message}`);
}

/** The same for a session that saves a card: its setup intent was there before anybody began. */
async function cancelSetup(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
  id: string,
): Promise<Result<void, Code>> {
  const calling = callContext(deps, context, session.tenant, `${session.id}.cancel`);
  const found = await deps.ports.payments.findSetupIntent(calling, { id });
  if (!found.ok) return err('unavailable', found.error.message);
  const followed = await followIntent(deps, session, meaningOfSetup(found.value), context);
  if (followed.status === 'complete') return notOpen(followed);
  if (found.value.status === 'canceled') return ok(undefined);
  const cancelled = await deps.ports.payments.cancelSetupIntent(calling, { id, reason: 'abandoned' });
  if (cancelled.ok) return ok(undefined);
  const { code, message } = cancelled.error;
  if (code === 'setup_intent_unexpected_state') return notOpen(session);
  if (code === 'unavailable' || code === 'unknown') return err(code, message);
  throw new Error(`payments refuses to cancel the setup intent of ${session.id}: ${code} ${message}`);
}

/** @param seen the session as it was when its payment was cancelled */
async function expireUnpayable(
  tx: Queryable,
  seen: SessionRecord,
  ending: Ending,
): Promise<Result<SessionRecord, 'session_not_open' | 'unavailable'>> {
  const session = await lockSession(tx, seen.tenant, seen.id);
  assert(session, `session ${seen.id} is there`);
  if (session.status === 'complete') return notOpen(session);
  // Somebody has begun to pay since: the intent that they are about to open was not cancelled.
  if (session.begunAt !== seen.begunAt) {
    return err('unavailable', `checkout session ${seen.id} is just being paid; try again`);
  }
  return ok(await markExpired(tx, session, ending));
}

function notOpen({ id, status }: SessionRecord) {
  const why = status === 'open' ? 'it is being paid right now' : `it is ${status}`;
  return err('session_not_open', `only an open checkout session can be expired, and ${id} cannot: ${why}`, {
    field: 'id',
    detail: { status },
  });
}
