import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type { acquiringContract, DecisionAnswer, IncrementOutcome } from '../contract/index.ts';
import { type Authorisation, findAuthorisation } from '../store/authorisations.ts';
import { findIncrementByCommand, insertIncrement, settleIncrement } from '../store/increments.ts';
import { answerWindow } from './ask-acquirers.ts';
import { UNREACHED } from './authorise.ts';
import { openCard } from './open-card.ts';
import type { Room } from './room.ts';
import { leavePending, reverseAgain } from './unknown-outcome.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['increment']>;
type Code =
  | 'not_found'
  | 'not_authorised'
  | 'increment_not_supported'
  | 'payment_method_not_found'
  | 'amount_too_large';
type Answer = Result<IncrementOutcome, Code | PlatformCode>;

/**
 * Asks the issuer to hold more: one commit before the message leaves, one with its answer. An increment whose
 * answer does not come is reversed, and the authorisation stays as it was.
 */
export function increment(room: Room, context: CallContext, input: Input): Promise<Answer> {
  return room.underWay(`increment|${context.tenant}|${context.commandId}`, () => run(room, context, input));
}

async function run(room: Room, context: CallContext, input: Input): Promise<Answer> {
  const { db, clock, ids } = room;
  const { tenant, commandId } = context;
  const { authorisationId, amount } = input;
  const of = await findAuthorisation(db, tenant, authorisationId);
  if (!of) return err('not_found', 'there is no such authorisation', { field: 'authorisationId' });
  const connector = room.connectors.find(of.connector);
  if (!connector) return err('unavailable', `the connector ${of.connector} is not configured`);

  if (!connector.increment) {
    const field = 'authorisationId';
    return err('increment_not_supported', 'the acquirer increments no authorisation', { field });
  }

  const opened = await openCard(room, context, of.paymentMethod, 'authorisation');
  if (opened.state !== 'open') {
    const stored = await findIncrementByCommand(db, tenant, commandId);
    if (stored) return ok(stored);
    if (opened.state === 'unavailable') return err('unavailable', opened.reason);
    return err('payment_method_not_found', 'the card is no longer in the vault', {
      field: 'authorisationId',
    });
  }

  const now = clock.now();
  if (now > context.deadlineAt) return err('unavailable', 'the deadline passed before anything was sent');
  const id = ids.next('inc');
  const { maxAmount } = connector;
  const stan = await insertIncrement(db, {
    ...{ id, tenant, commandId, authorisationId, amount, maxAmount, transmittedAt: now },
    answerBy: now + answerWindow(connector),
  });
  if (stan === undefined) {
    const stored = await findIncrementByCommand(db, tenant, commandId);
    if (stored) return ok(stored);
    return refusal((await findAuthorisation(db, tenant, authorisationId)) ?? of, maxAmount);
  }
  const answer = await connector.increment({
    trace: { id, stan, transmittedAt: now },
    // The shopper gave the verification value for the first message alone.
    card: { ...opened.card, cvv: null },
    original: of,
    amount,
    currency: of.currency,
    descriptor: of.descriptor,
  });
  return ok(await conclude(room, id, context, answer));
}

async function conclude(
  room: Room,
  incrementId: string,
  context: CallContext,
  answer: DecisionAnswer,
): Promise<IncrementOutcome> {
  const { db, clock } = room;
  const { messages } = answer;
  if (answer.state === 'lost') {
    if (await leavePending(room, 'increment', incrementId, messages))
      return { state: 'pending', incrementId };
  } else {
    const decision = decisionOf(answer);
    const settled = await settleIncrement(db, { id: incrementId, ...decision, messages, at: clock.now() });
    if (settled && decision.state === 'approved') return { state: 'approved', incrementId, ...settled };
    if (settled && decision.state === 'declined') {
      const { state, declineCode, networkCode } = decision;
      return { state, incrementId, declineCode, networkCode };
    }
  }
  if (answer.state === 'approved' || answer.state === 'lost') {
    await reverseAgain(room, 'increment', incrementId);
  }
  const stored = await findIncrementByCommand(db, context.tenant, context.commandId);
  return stored ?? { state: 'pending', incrementId };
}

function decisionOf(answer: Exclude<DecisionAnswer, { state: 'lost' }>) {
  if (answer.state === 'approved') {
    const { state, approvalCode, networkCode } = answer;
    return { state, approvalCode, networkCode, declineCode: null } as const;
  }
  const { networkCode, declineCode } = answer.state === 'declined' ? answer : UNREACHED;
  return { state: 'declined', approvalCode: null, networkCode, declineCode } as const;
}

function refusal(of: Authorisation, maxAmount: bigint): Result<IncrementOutcome, Code> {
  const field = 'authorisationId';
  if (of.outcome.state !== 'approved' || of.closed || of.captured > 0n) {
    return err('not_authorised', 'nothing more can be held on this authorisation', { field });
  }
  if (!of.terms.incrementalAuthorisation) {
    return err('increment_not_supported', 'the acquirer does not increment this authorisation', { field });
  }
  return err('amount_too_large', 'the acquirer takes no larger amount in all', {
    field: 'amount',
    detail: { max: (maxAmount - of.amount).toString() },
  });
}
