import { err, findCurrency, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type {
  AuthenticationProof,
  AuthorisationOutcome,
  acquiringContract,
  CaptureTerms,
  DecisionAnswer,
} from '../contract/index.ts';
import { chooseConnector } from '../routing/choose-connector.ts';
import { findAuthentication } from '../store/authentications.ts';
import { findAuthorisationByCommand, termsOf } from '../store/authorisations.ts';
import { answerWindow, askAcquirers } from './ask-acquirers.ts';
import { proofOf } from './authentication-state.ts';
import { carriersOf, findRoute, namedFirst } from './find-route.ts';
import { offerFor } from './offer-terms.ts';
import { type OpenedCard, openCard } from './open-card.ts';
import type { Room } from './room.ts';
import { standIn } from './stand-in.ts';
import { leavePending, reverseAgain } from './unknown-outcome.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['authorise']>;
type Code = 'payment_method_not_found' | 'amount_too_large' | 'authentication_not_valid';
type Answer = Result<AuthorisationOutcome, Code | PlatformCode>;

/** DE 39 that a switch answers where the issuer cannot be reached; here we are that switch. */
const NOT_REACHABLE = '91';
/** The decline of a message that certainly did not leave. */
export const UNREACHED = { declineCode: 'issuer_not_available', networkCode: NOT_REACHABLE } as const;
const NO_SUCH_CARD = err('payment_method_not_found', 'there is no such payment method', {
  field: 'paymentMethod',
});

/**
 * Asks the issuer for a hold: one commit before the message leaves, one with its answer, and one more for
 * each further acquirer that is asked. An answer that does not come leaves the authorisation `pending` and
 * its reversal on the way.
 */
export function authorise(room: Room, context: CallContext, input: Input): Promise<Answer> {
  return room.underWay(`authorise|${context.tenant}|${context.commandId}`, () => run(room, context, input));
}

async function run(room: Room, context: CallContext, input: Input): Promise<Answer> {
  const { writes, clock, ids } = room;
  const { tenant, commandId } = context;
  const { amount, currency, descriptor } = input;
  if (!findCurrency(input.currency)) {
    return err('invalid_input', `${input.currency} is not a currency`, { field: 'currency' });
  }
  const proof = await proofFor(room, context, input);
  if (!proof.ok) return proof;
  const route = namedFirst(await findRoute(room, context, input), proof.value.connector);
  const candidates = carriersOf(route, input.amount);
  if (!candidates.ok) return candidates;

  const now = clock.now();
  if (now > context.deadlineAt) return err('unavailable', 'the deadline passed before anything was sent');
  const [preferred] = candidates.value;
  const first = chooseConnector(candidates.value, true);
  const connector = first ?? preferred;
  const id = ids.next('au');
  const offer = offerFor(room.config, connector, input.card);
  // Side by side: the message leaves only once both the row is durable and the disclosure is audited.
  const [opened, stan] = await Promise.all([
    openCard(room, context, input.paymentMethod, 'authorisation'),
    writes.insertAuthorisation({
      id,
      tenant,
      commandId,
      connector: connector.name,
      paymentMethod: input.paymentMethod,
      merchant: input.merchant,
      amount: input.amount,
      currency: input.currency,
      descriptor: input.descriptor,
      authenticationId: input.authenticationId ?? null,
      offer,
      transmittedAt: now,
      answerBy: now + answerWindow(connector),
    }),
  ]);
  if (stan === undefined) return repeated(room, context, opened.state);
  if (opened.state !== 'open') {
    // The row is there, so the command has an outcome: nothing was sent and nothing will be.
    const declined = await conclude(
      room,
      { id, terms: termsOf(amount, offer) },
      context,
      notSent(opened.state),
    );
    if (opened.state === 'unavailable') return ok(declined);
    return NO_SUCH_CARD;
  }
  const message = { amount, currency, descriptor, authentication: proof.value.proof, card: opened.card };
  const payment = { candidates: candidates.value, facts: input.card };
  const asked = first
    ? await askAcquirers(room, context, {
        ...{ message, trace: { id, stan, transmittedAt: now }, first, ...payment },
      })
    : { answer: notSent('no acquirer takes payments now'), connector, wasSent: false };
  if (!asked.wasSent) {
    const { card } = opened;
    const { merchant } = input;
    const onOwnRisk = await standIn(room, { id, amount, currency, merchant, card, ...payment });
    if (onOwnRisk) return ok(onOwnRisk);
  }
  const terms = termsOf(amount, offerFor(room.config, asked.connector, input.card));
  return ok(await conclude(room, { id, terms }, context, asked.answer));
}

/** The card may be gone by the time a command is repeated; what the command did stays known. */
async function repeated(
  { db }: Room,
  { tenant, commandId }: CallContext,
  card: OpenedCard['state'],
): Promise<Answer> {
  const stored = await findAuthorisationByCommand(db, tenant, commandId);
  if (!stored) return err('unknown', 'the command is known but cannot be read');
  // The first time it was refused for the same reason, and the row says that nothing was sent.
  return card === 'not_found' && wasNotSent(stored.outcome) ? NO_SUCH_CARD : ok(stored.outcome);
}

function notSent(reason: string): DecisionAnswer {
  return { state: 'not_sent', reason, messages: [] };
}

function wasNotSent(outcome: AuthorisationOutcome): boolean {
  return outcome.state === 'declined' && outcome.networkCode === NOT_REACHABLE;
}

/** What an authorisation is sent with, and the connector whose acquirer the proof names. */
interface Proven {
  readonly proof: AuthenticationProof | null;
  readonly connector: string | null;
}

async function proofFor(
  room: Room,
  context: CallContext,
  input: Input,
): Promise<Result<Proven, 'authentication_not_valid'>> {
  if (input.authenticationId === undefined) return ok({ proof: null, connector: null });
  const stored = await findAuthentication(room.db, context.tenant, input.authenticationId);
  const proof = stored && proofOf(stored);
  const fits =
    stored &&
    stored.paymentMethod === input.paymentMethod &&
    stored.currency === input.currency &&
    input.amount <= stored.amount;
  if (proof && fits) return ok({ proof, connector: stored.connector });
  return err(
    'authentication_not_valid',
    'the authentication is not of this card and amount, or not complete',
    {
      field: 'authenticationId',
    },
  );
}

async function conclude(
  room: Room,
  { id, terms }: { readonly id: string; readonly terms: CaptureTerms },
  context: CallContext,
  answer: DecisionAnswer,
): Promise<AuthorisationOutcome> {
  const { db, writes, clock } = room;
  const outcome = outcomeOf(id, terms, answer);
  if (outcome) {
    const { messages } = answer;
    if (await writes.settleAuthorisation({ outcome, messages, at: clock.now() })) return outcome;
  } else if (await leavePending(room, 'authorisation', id, answer.messages)) {
    return { state: 'pending', authorisationId: id };
  }
  if (answer.state === 'approved' || answer.state === 'lost') await reverseAgain(room, 'authorisation', id);
  const stored = await findAuthorisationByCommand(db, context.tenant, context.commandId);
  return stored?.outcome ?? { state: 'pending', authorisationId: id };
}

function outcomeOf(
  authorisationId: string,
  terms: CaptureTerms,
  answer: DecisionAnswer,
): Extract<AuthorisationOutcome, { state: 'approved' | 'declined' }> | undefined {
  switch (answer.state) {
    case 'approved': {
      const { state, approvalCode, networkCode, reference } = answer;
      const own = { standIn: false, refused: false };
      return { state, authorisationId, approvalCode, networkCode, reference, terms, ...own };
    }
    case 'declined': {
      const { state, declineCode, networkCode } = answer;
      return { state, authorisationId, declineCode, networkCode };
    }
    case 'not_sent':
      return { state: 'declined', authorisationId, ...UNREACHED };
    case 'lost':
      return undefined;
  }
}
