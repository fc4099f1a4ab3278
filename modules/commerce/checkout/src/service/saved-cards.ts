import { err, type Micros, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Card } from '@tpmall/vault/contract';
import { SAVED_CARDS, type Session, type SessionCard } from '../contract/index.ts';
import { findSession, type SessionRecord } from '../store/sessions.ts';
import { type CheckoutDeps, callContext } from './deps.ts';
import { missingSession } from './update-session.ts';

/** Saved cards that are looked at: the newest ones, which is more than anybody has. */
const LOOKED_AT_MAX = 100;
/** Saved cards that a page offers: a choice, not a list. */
const OFFERED_MAX = 10;

/**
 * The cards that an open session offers to whoever asks, expired ones last. A session of a person offers its
 * customer's cards to that person alone; where none is named, its id is the right to them.
 */
export async function listSessionCards(
  deps: CheckoutDeps,
  context: CallContext,
  { id }: { readonly id: string },
): Promise<Result<readonly SessionCard[], 'not_found' | 'unavailable'>> {
  const session = await findSession(deps.db, context.tenant, id);
  if (!session) return missingSession(id);
  const { customer, status, mode } = session;
  if (customer === null || status !== 'open' || mode !== 'payment' || !mayUse(session, context))
    return ok([]);
  const calling = callContext(deps, context, session.tenant, context.commandId);
  const listed = await deps.ports.vault.listCards(calling, { customer, limit: LOOKED_AT_MAX });
  if (!listed.ok) return err('unavailable', `saved cards cannot be read now: ${listed.error.message}`);
  const { shown } = session.savedCards ?? SAVED_CARDS;
  const now = deps.clock.now();
  const cards = listed.value.items
    .filter(({ allowRedisplay }) => shown.includes(allowRedisplay))
    .map((card) => sessionCard(card, now));
  const usable = cards.filter(({ hasExpired }) => !hasExpired);
  return ok([...usable, ...cards.filter(({ hasExpired }) => hasExpired)].slice(0, OFFERED_MAX));
}

/** Refuses a saved card of a person's session to everybody else who has the session's address. */
export async function checkSavedCard(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
  paymentMethod: string | undefined,
): Promise<Result<void, 'payment_method_not_usable' | 'unavailable'>> {
  if (paymentMethod === undefined || context.caller !== 'web' || mayUse(session, context))
    return ok(undefined);
  const calling = callContext(deps, context, session.tenant, context.commandId);
  const found = await deps.ports.vault.findCard(calling, { id: paymentMethod });
  // One that is not there is refused where it is paid with.
  if (found.ok ? found.value.customer === null : found.error.code === 'not_found') return ok(undefined);
  if (!found.ok) return err('unavailable', `the card cannot be read now: ${found.error.message}`);
  const message = `payment method ${paymentMethod} is offered to whose it is, and to nobody else`;
  return err('payment_method_not_usable', message, { field: 'paymentMethod' });
}

function mayUse({ person }: Pick<Session, 'person'>, { actor }: Pick<CallContext, 'actor'>): boolean {
  return person === null || person === actor;
}

/** A card is good until the last day of its month. */
function sessionCard({ id, brand, last4, expMonth, expYear }: Card, now: Micros): SessionCard {
  const hasExpired = Date.UTC(expYear, expMonth) * 1000 <= now;
  return { id, brand, last4, expMonth, expYear, hasExpired };
}
