import type { PaymentIntent, SetupIntent } from '@tpmall/payments/contract';
import type { Claim } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { tell } from '../store/events.ts';
import { lockLink, toLink, updateLinkRow } from '../store/links.ts';
import { lockSession, type SessionRecord, toSession, updateSessionRow } from '../store/sessions.ts';
import type { CheckoutDeps } from './deps.ts';

/** When a session ends, and by which request of the API, if by one. */
export type Ending = Pick<Claim, 'at' | 'request'>;

/** A session that can be ended no more in the way that is asked: it has ended in the other. */
export class EndedOtherwise extends Error {
  override readonly name = 'EndedOtherwise';
}

/**
 * Completes a session whose intent holds or has taken its money, or that costs nothing. May be told of the
 * same again and again, and of the capture after the hold.
 *
 * @param session locked by this transaction
 */
export async function completeSession(
  tx: Queryable,
  session: SessionRecord,
  paymentStatus: SessionRecord['paymentStatus'],
  ending: Ending,
): Promise<SessionRecord> {
  if (session.status === 'complete') {
    if (session.paymentStatus !== 'unpaid' || paymentStatus !== 'paid') return session;
    const paid = { ...session, paymentStatus };
    await updateSessionRow(tx, paid);
    return paid;
  }
  // A session expires only after its intent was cancelled, and a cancelled intent takes no money.
  if (session.status === 'expired') throw new EndedOtherwise(`${session.id} has expired and was paid`);
  const completed: SessionRecord = { ...session, status: 'complete', paymentStatus, dueAt: null };
  await updateSessionRow(tx, completed);
  await tell(tx, 'checkout.session.completed', toSession(completed), ending);
  if (completed.paymentLink !== null) await countCompletion(tx, completed.paymentLink, ending);
  return completed;
}

/** The last of a limited number of sessions makes its link inactive. */
async function countCompletion(tx: Queryable, id: string, ending: Ending): Promise<void> {
  const link = await lockLink(tx, '', id);
  if (!link) throw new Error(`link ${id} is gone`);
  const completedSessions = link.completedSessions + 1;
  const isLast = completedSessions === link.completedSessionsLimit;
  const after = { ...link, completedSessions, active: link.active && !isLast };
  await updateLinkRow(tx, after);
  if (after.active !== link.active)
    await tell(tx, 'payment_link.updated', toLink(after), ending, toLink(link));
}

/**
 * Expires a session whose intent, if it has one, has been cancelled. May be told of the same again.
 *
 * @param session locked by this transaction
 */
export async function markExpired(
  tx: Queryable,
  session: SessionRecord,
  ending: Ending,
): Promise<SessionRecord> {
  if (session.status === 'expired') return session;
  if (session.status === 'complete') throw new EndedOtherwise(`${session.id} was paid and cannot expire`);
  const expired: SessionRecord = { ...session, status: 'expired', dueAt: null, holdsPlace: false };
  await updateSessionRow(tx, expired);
  await tell(tx, 'checkout.session.expired', toSession(expired), ending);
  if (session.holdsPlace && session.paymentLink !== null) {
    const link = await lockLink(tx, '', session.paymentLink);
    if (!link) throw new Error(`link ${session.paymentLink} is gone`);
    await updateLinkRow(tx, { ...link, placesTaken: link.placesTaken - 1 });
  }
  return expired;
}

/** What its intent means for a session: how it is paid, or that it never will be; undefined: not decided. */
export type Meaning = SessionRecord['paymentStatus'] | 'canceled' | undefined;

/** What a payment intent's status means for its session. */
export function meaningOf(intent: Pick<PaymentIntent, 'status'>): Meaning {
  switch (intent.status) {
    case 'succeeded':
      return 'paid';
    case 'requires_capture':
      return 'unpaid';
    case 'canceled':
      return 'canceled';
    case 'processing':
    case 'requires_action':
    case 'requires_confirmation':
    case 'requires_payment_method':
      return undefined;
  }
}

/** What a setup intent's status means for its session: nothing is paid where a card is saved. */
export function meaningOfSetup({ status }: Pick<SetupIntent, 'status'>): Meaning {
  if (status === 'succeeded') return 'no_payment_required';
  return status === 'canceled' ? status : undefined;
}

/** Ends a session as its intent has ended, if it has. */
export async function followIntent(
  deps: CheckoutDeps,
  session: SessionRecord,
  meaning: Meaning,
  { request }: Pick<CallContext, 'request'>,
): Promise<SessionRecord> {
  if (meaning === undefined) return session;
  return deps.db.transaction(async (tx) => {
    const ending = { at: deps.clock.now(), request };
    const locked = await lockSession(tx, session.tenant, session.id);
    if (!locked) throw new Error(`session ${session.id} is gone`);
    if (meaning === 'canceled') return markExpired(tx, locked, ending);
    return completeSession(tx, locked, meaning, ending);
  });
}
