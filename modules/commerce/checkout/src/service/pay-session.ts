import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { checkoutContract, SessionPayment } from '../contract/index.ts';
import { lockLink, updateLinkRow } from '../store/links.ts';
import {
  findSession,
  lockSession,
  type SessionRecord,
  toSession,
  updateSessionRow,
} from '../store/sessions.ts';
import { type CheckoutDeps, callContext, commands } from './deps.ts';
import { completeSession, followIntent } from './end-session.ts';
import { openIntent } from './open-intent.ts';
import { missingSession } from './update-session.ts';

type Pay = (typeof checkoutContract)['operations']['paySession'];
type Asked = InputOf<Pay>;
/** What paying a session can be refused with. */
type PayCode = CodeOf<Pay> | 'invalid_input' | 'unavailable' | 'unknown';

/**
 * Tries to pay a session. First it is begun: what the intent is opened with stands fast from then on, and a
 * limited link has given it a place. Then its one intent is opened and confirmed; two tabs meet there.
 */
export async function paySession(
  deps: CheckoutDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<SessionPayment, PayCode>> {
  const begun = await begin(deps, context, input);
  if (!begun.ok) return begun;
  if (begun.value.amountTotal === 0n) return ok({ session: toSession(begun.value), paymentIntent: null });
  const opened = await openIntent(deps, context, begun.value);
  if (!opened.ok) return opened;
  const session = opened.value;
  const { paymentIntent: id } = session;
  // It ended between the two.
  if (id === null) return notOpen(session);
  const { paymentMethod, returnUrl, ip } = input;
  const calling = callContext(deps, context, session.tenant, `${context.commandId}.confirm`);
  const confirmed = await deps.ports.payments.confirmIntent(calling, {
    id,
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(returnUrl !== undefined && { returnUrl }),
    ...(ip !== undefined && { ip }),
  });
  if (!confirmed.ok) {
    const { code, message, ...extra } = confirmed.error;
    switch (code) {
      case 'payment_intent_unexpected_state':
        return notOpen((await findSession(deps.db, session.tenant, session.id)) ?? session);
      case 'forbidden':
      case 'not_found':
        throw new Error(`payments does not know the intent of ${session.id}: ${message}`);
      default:
        return err(code, message, extra);
    }
  }
  const ended = await followIntent(deps, session, confirmed.value, context);
  return ok({ session: toSession(ended), paymentIntent: confirmed.value });
}

async function begin(
  deps: CheckoutDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<SessionRecord, PayCode>> {
  const { db, clock } = deps;
  const known = await findSession(db, context.tenant, input.id);
  if (!known) return missingSession(input.id);
  // A repetition from another address is the same request.
  const { ip: _ip, ...request } = input;
  const claim = commands.claimFor({ ...context, tenant: known.tenant }, 'pay_session', request, clock.now());
  return commands.once<SessionRecord, PayCode>(db, claim, {
    work: async (tx) => {
      const session = await lockSession(tx, known.tenant, known.id);
      if (!session) return missingSession(known.id);
      if (session.status !== 'open' || session.expiresAt <= claim.at) return notOpen(session);
      if (input.expectedAmount !== undefined && input.expectedAmount !== session.amountTotal) {
        const message = `the session comes to ${session.amountTotal}, not to ${input.expectedAmount}`;
        return err('expected_amount_mismatch', message, { field: 'expectedAmount' });
      }
      const placed = await takePlace(tx, session);
      if (!placed.ok) return placed;
      const begun = session.begunAt === null ? firstAttempt(placed.value, input, claim.at) : placed.value;
      await updateSessionRow(tx, begun);
      return ok(
        begun.amountTotal === 0n ? await completeSession(tx, begun, 'no_payment_required', claim) : begun,
      );
    },
    repeat: async () => {
      const session = await findSession(db, known.tenant, known.id);
      return session ? ok(session) : missingSession(known.id);
    },
  });
}

function firstAttempt(session: SessionRecord, { email, name }: Asked, at: number): SessionRecord {
  const said = email !== undefined || name !== undefined;
  return { ...session, begunAt: at, payer: said ? { email: email ?? null, name: name ?? null } : null };
}

/**
 * A session of a link holds a place from its first attempt until it expires; so a limited link never has more
 * sessions paid than its limit, even where the outcomes of some are not known yet.
 */
async function takePlace(
  tx: Queryable,
  session: SessionRecord,
): Promise<Result<SessionRecord, 'link_is_used_up'>> {
  if (session.paymentLink === null || session.holdsPlace) return ok(session);
  const link = await lockLink(tx, session.tenant, session.paymentLink);
  if (!link) throw new Error(`link ${session.paymentLink} is gone`);
  if (link.completedSessionsLimit !== null && link.placesTaken >= link.completedSessionsLimit) {
    const message = `payment link ${link.id} takes ${link.completedSessionsLimit} payments, and no more`;
    return err('link_is_used_up', message, { field: 'id' });
  }
  await updateLinkRow(tx, { ...link, placesTaken: link.placesTaken + 1 });
  return ok({ ...session, holdsPlace: true });
}

function notOpen({ id, status }: SessionRecord) {
  const why = {
    complete: 'it has been paid',
    expired: 'it has expired',
    open: 'its time is over, or it is being paid right now',
  }[status];
  return err('session_not_open', `checkout session ${id} cannot be paid: ${why}`, {
    field: 'id',
    detail: { status },
  });
}
