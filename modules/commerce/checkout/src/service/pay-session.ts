import { err, ok, type Result } from '@tpmall/kernel';
import type { Customer, PaymentIntent } from '@tpmall/payments/contract';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { asksForDetails, type checkoutContract, NOBODY, type SessionPayment } from '../contract/index.ts';
import { lockLink, updateLinkRow } from '../store/links.ts';
import {
  findSession,
  lockSession,
  type SessionRecord,
  toSession,
  updateSessionRow,
} from '../store/sessions.ts';
import { type CheckoutDeps, callContext, commands } from './deps.ts';
import { completeSession, followIntent, meaningOf, meaningOfSetup } from './end-session.ts';
import { openIntent } from './open-intent.ts';
import { saveCard } from './save-card.ts';
import { checkCard } from './saved-cards.ts';
import { missingSession } from './update-session.ts';

type Operations = (typeof checkoutContract)['operations'];
type ByCard = InputOf<Operations['paySession']>;
type ByWallet = InputOf<Operations['paySessionFromWallet']>;
type Undecided = 'invalid_input' | 'unavailable' | 'unknown';
/** What paying a session can be refused with, whichever way. */
type CardCode = CodeOf<Operations['paySession']> | Undecided;
type WalletCode = CodeOf<Operations['paySessionFromWallet']> | Undecided;
/** What both ways have in common. */
type Code = Extract<CardCode, WalletCode>;

/** One way to pay a payment intent that was opened for a session. */
type Way<C extends string> = (
  session: SessionRecord,
  intent: string,
) => Promise<Result<PaymentIntent, C | 'session_not_open'>>;

/**
 * Tries to pay a session with a card, or confirms one that costs nothing; see {@link attempt}. A session that
 * saves a card saves this one.
 */
export async function paySession(
  deps: CheckoutDeps,
  context: CallContext,
  input: ByCard,
): Promise<Result<SessionPayment, CardCode>> {
  const { paymentMethod, returnUrl, ip } = input;
  const begun = await begin<CardCode>(deps, context, 'pay_session', input, (session) =>
    checkCard(deps, context, session, paymentMethod),
  );
  if (!begun.ok) return begun;
  if (begun.value.mode === 'setup') {
    const saved = await saveCard(deps, context, begun.value, input);
    if (!saved.ok) return saved;
    const ended = await followIntent(deps, begun.value, meaningOfSetup(saved.value), context);
    return ok({ session: toSession(ended), paymentIntent: null, setupIntent: saved.value });
  }
  return attempt<CardCode>(deps, context, begun.value, async (session, id) => {
    const calling = callContext(deps, context, session.tenant, `${context.commandId}.confirm`);
    const confirmed = await deps.ports.payments.confirmIntent(calling, {
      id,
      ...(paymentMethod !== undefined && { paymentMethod }),
      ...(returnUrl !== undefined && { returnUrl }),
      ...(ip !== undefined && { ip }),
    });
    if (confirmed.ok) return confirmed;
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
  });
}

/** Pays a session with the balance of the actor's wallet; see {@link attempt}. */
export async function paySessionFromWallet(
  deps: CheckoutDeps,
  context: CallContext,
  input: ByWallet,
): Promise<Result<SessionPayment, WalletCode>> {
  const { wallet, ip } = input;
  const begun = await begin(deps, context, 'pay_session_from_wallet', input);
  if (!begun.ok) return begun;
  return attempt<WalletCode>(deps, context, begun.value, async (session, intent) => {
    const calling = callContext(deps, context, session.tenant, `${context.commandId}.wallet`);
    const found = await deps.ports.wallet.findWallet(calling, { id: wallet });
    if (!found.ok && found.error.code !== 'not_found') {
      return err('unavailable', `wallets cannot be read now: ${found.error.message}`);
    }
    // The session's id is the right to pay it; whose money that is done with is another right.
    if (!found.ok || found.value.person !== context.actor) return missingWallet(wallet);
    const paid = await deps.ports.wallet.pay(calling, {
      ...{ wallet, paymentIntent: intent },
      ...(ip !== undefined && { ip }),
    });
    if (paid.ok) return ok(paid.value.paymentIntent);
    const { code, message, ...extra } = paid.error;
    switch (code) {
      case 'payment_intent_unexpected_state':
        return notOpen((await findSession(deps.db, session.tenant, session.id)) ?? session);
      case 'not_found':
        return missingWallet(wallet);
      case 'forbidden':
      case 'payment_intent_not_found':
      case 'payment_intent_changed':
      case 'payment_intent_not_payable':
        throw new Error(`the wallet cannot pay the intent of ${session.id}: ${code} ${message}`);
      default:
        return err(code, message, extra);
    }
  });
}

/**
 * Tries to pay a session that was begun: what its intent is opened with stands fast since then, and a limited
 * link has given it a place. Now its one intent is opened and paid; two tabs meet there. A process that dies
 * after that leaves a session that learns of its payment by an event.
 */
async function attempt<C extends string>(
  deps: CheckoutDeps,
  context: CallContext,
  begun: SessionRecord,
  way: Way<C>,
): Promise<Result<SessionPayment, C | Code>> {
  const setupIntent = null;
  if (begun.amountTotal === 0n) return ok({ session: toSession(begun), paymentIntent: null, setupIntent });
  const opened = await openIntent(deps, context, begun);
  if (!opened.ok) return opened;
  const session = opened.value;
  const { paymentIntent: id } = session;
  // It ended between the two.
  if (id === null) return notOpen(session);
  const paid = await way(session, id);
  if (!paid.ok) return paid;
  const ended = await followIntent(deps, session, meaningOf(paid.value), context);
  return ok({ session: toSession(ended), paymentIntent: paid.value, setupIntent });
}

async function begin<C extends string = never>(
  deps: CheckoutDeps,
  context: CallContext,
  command: string,
  input: ByCard | ByWallet,
  check?: (session: SessionRecord) => Promise<Result<void, C>>,
): Promise<Result<SessionRecord, C | Code>> {
  const { db, clock } = deps;
  const known = await findSession(db, context.tenant, input.id);
  if (!known) return missingSession(input.id);
  // A repetition from another address is the same request.
  const { ip: _ip, ...request } = input;
  const claim = commands.claimFor({ ...context, tenant: known.tenant }, command, request, clock.now());
  const owner = await knownCustomer(deps, context, known);
  if (!owner.ok) return owner;
  return commands.once<SessionRecord, C | Code>(db, claim, {
    ...(check && { check: () => check(known) }),
    work: async (tx) => {
      const session = await lockSession(tx, known.tenant, known.id);
      if (!session) return missingSession(known.id);
      if (session.status !== 'open' || session.expiresAt <= claim.at) return notOpen(session);
      if (session.mode === 'setup' && 'wallet' in input) {
        return err('session_not_open', `session ${session.id} saves a card: nothing is to be paid`, {
          field: 'id',
        });
      }
      if (input.expectedAmount !== undefined && input.expectedAmount !== session.amountTotal) {
        const message = `the session comes to ${session.amountTotal}, not to ${input.expectedAmount}`;
        return err('expected_amount_mismatch', message, { field: 'expectedAmount' });
      }
      const unsaid = missingDetails(context, session);
      if (unsaid) return unsaid;
      const placed = await takePlace(tx, session);
      if (!placed.ok) return placed;
      const asked = withWish(placed.value, input);
      const begun = asked.begunAt === null ? firstAttempt(asked, input, owner.value, claim.at) : asked;
      await updateSessionRow(tx, begun);
      const isDone = begun.mode === 'payment' && begun.amountTotal === 0n;
      return ok(isDone ? await completeSession(tx, begun, 'no_payment_required', claim) : begun);
    },
    repeat: async () => {
      const session = await findSession(db, known.tenant, known.id);
      return session ? ok(session) : missingSession(known.id);
    },
  });
}

/** A shopper says first what the page asks for; a merchant's own tools need not. */
function missingDetails({ caller }: CallContext, { id, collects, payer }: SessionRecord) {
  if (caller !== 'web' || payer !== null || !asksForDetails(collects)) return undefined;
  return err('details_missing', `checkout session ${id} asks for details before it is paid`, { field: 'id' });
}

/** The wish to keep a card is this card's own: one that is paid with in another tab is not kept by it. */
function withWish(session: SessionRecord, input: ByCard | ByWallet): SessionRecord {
  const isWished = 'keepCard' in input && input.keepCard === true && session.savedCards?.mayKeep === true;
  return isWished && input.paymentMethod !== undefined
    ? { ...session, keptCard: input.paymentMethod }
    : session;
}

/** The customer that a session names, before its first attempt; null where it names none. */
async function knownCustomer(
  { ports }: CheckoutDeps,
  context: CallContext,
  { tenant, customer: id, begunAt }: SessionRecord,
): Promise<Result<Customer | null, 'unavailable'>> {
  if (id === null || begunAt !== null) return ok(null);
  const found = await ports.payments.findCustomer({ ...context, tenant }, { id });
  if (found.ok) return ok(found.value);
  if (found.error.code === 'not_found') return ok(null);
  return err('unavailable', `the customer cannot be read now: ${found.error.message}`);
}

/** Who pays stands fast from the first attempt on: as the shopper says, else as the customer is known. */
function firstAttempt(
  session: SessionRecord,
  { email, name }: ByCard | ByWallet,
  customer: Customer | null,
  at: number,
): SessionRecord {
  if (email === undefined && name === undefined && customer === null) return { ...session, begunAt: at };
  const said = session.payer ?? NOBODY;
  const payer = {
    ...said,
    email: email ?? said.email ?? customer?.email ?? null,
    name: name ?? said.name ?? customer?.name ?? null,
    phone: said.phone ?? customer?.phone ?? null,
    address: said.address ?? customer?.address ?? null,
  };
  return { ...session, begunAt: at, payer };
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

function missingWallet(id: string): Result<never, 'wallet_not_found'> {
  return err('wallet_not_found', `you have no wallet ${id}`, { field: 'wallet' });
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
