import { err, type Micros, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Card } from '@tpmall/vault/contract';
import { SAVED_CARDS, type Session, type SessionCard } from '../contract/index.ts';
import { findSession, type SessionRecord } from '../store/sessions.ts';
import { type CheckoutDeps, callContext } from './deps.ts';
import { missingSession } from './update-session.ts';

/** What a card can be refused with. */
type CardCode = 'payment_method_missing' | 'payment_method_not_found' | 'payment_method_not_usable';

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

/**
 * Refuses a card that the session cannot be paid with, before anything is begun or opened for it: none where
 * none was tried before, one that is not there, was detached, or is saved for somebody else than the
 * session's customer. A saved card of a person's session is refused to everybody else who has the session's
 * address.
 */
export async function checkCard(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
  id: string | undefined,
): Promise<Result<void, CardCode | 'unavailable'>> {
  const field = 'paymentMethod';
  if (id === undefined) {
    const isNeeded = session.begunAt === null && (session.mode === 'setup' || session.amountTotal > 0n);
    return isNeeded ? err('payment_method_missing', 'there is no payment method', { field }) : ok(undefined);
  }
  const calling = callContext(deps, context, session.tenant, context.commandId);
  const found = await deps.ports.vault.findCard(calling, { id });
  if (!found.ok) {
    return found.error.code === 'not_found'
      ? err('payment_method_not_found', `No such payment_method: '${id}'`, { field })
      : err('unavailable', `payment method ${id} cannot be read now: ${found.error.message}`);
  }
  const notUsable = (why: string) =>
    err('payment_method_not_usable', `payment method ${id} ${why}`, { field });
  const { standing, customer } = found.value;
  if (standing !== 'usable') return notUsable('was detached and may not be used again');
  if (customer === null) return ok(undefined);
  if (customer !== session.customer)
    return notUsable('belongs to a customer, who is not that of the session');
  if (context.caller !== 'web' || mayUse(session, context)) return ok(undefined);
  return notUsable('is offered to whose it is, and to nobody else');
}

function mayUse({ person }: Pick<Session, 'person'>, { actor }: Pick<CallContext, 'actor'>): boolean {
  return person === null || person === actor;
}

/** A card is good until the last day of its month. */
function sessionCard({ id, brand, last4, expMonth, expYear }: Card, now: Micros): SessionCard {
  const hasExpired = Date.UTC(expYear, expMonth) * 1000 <= now;
  return { id, brand, last4, expMonth, expYear, hasExpired };
}
