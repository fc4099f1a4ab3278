import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf, PlatformCode } from '@tpmall/platform/contract';
import type { acquiringContract, DecisionAnswer, RefundOutcome } from '../contract/index.ts';
import { type Authorisation, findAuthorisation } from '../store/authorisations.ts';
import {
  findRefundByCommand,
  hasCaptureUnderWay,
  insertRefund,
  readRefundable,
  settleRefund,
  withdrawRefund,
} from '../store/refunds.ts';
import { answerWindow } from './ask-acquirers.ts';
import { unlessRepeated } from './capture.ts';
import { openCard } from './open-card.ts';
import type { Room } from './room.ts';
import { leavePending, reverseAgain } from './unknown-outcome.ts';

type Input = InputOf<(typeof acquiringContract)['operations']['refund']>;
type Code = 'not_found' | 'not_authorised' | 'amount_too_large';
type Answer = Result<RefundOutcome, Code | PlatformCode>;

/**
 * A refund that comes right after its capture waits for the acquirer to hear of that: it looks so many times,
 * with so many milliseconds between two looks. Time alone would end the wait of a process that stood still.
 */
const CAPTURE_LOOKS = 50;
const LOOK_EVERY_MS = 20;

/**
 * Sends money back: one commit before the message leaves, one with its answer. A refund whose answer does not
 * come is reversed, so that it never counts half; one that certainly did not leave is not executed.
 */
export function refund(room: Room, context: CallContext, input: Input): Promise<Answer> {
  return room.underWay(`refund|${context.tenant}|${context.commandId}`, () => run(room, context, input));
}

async function run(room: Room, context: CallContext, input: Input): Promise<Answer> {
  const { db, clock, ids } = room;
  const { tenant, commandId } = context;
  const { authorisationId, amount } = input;
  const of = await findAuthorisation(db, tenant, authorisationId);
  if (!of) return err('not_found', 'there is no such authorisation', { field: 'authorisationId' });
  const connector = room.connectors.find(of.connector);
  if (!connector) return err('unavailable', `the connector ${of.connector} is not configured`);
  // What the acquirer has not heard of cannot be given back there. A repetition is answered.
  if (!(await isCaptured(room, context, authorisationId))) {
    const stored = await findRefundByCommand(db, tenant, commandId);
    return stored ? ok(stored) : err('unavailable', 'the acquirer does not know of the capture yet');
  }

  const opened = await openCard(room, context, of.paymentMethod, 'refund');
  if (opened.state !== 'open') {
    const stored = await findRefundByCommand(db, tenant, commandId);
    if (stored) return ok(stored);
    if (opened.state === 'unavailable') return err('unavailable', opened.reason);
    return err('not_authorised', 'the card is no longer in the vault', { field: 'authorisationId' });
  }

  const now = clock.now();
  if (now > context.deadlineAt) return err('unavailable', 'the deadline passed before anything was sent');
  const id = ids.next('rfd');
  const answerBy = now + answerWindow(connector);
  const stan = await unlessRepeated(() =>
    insertRefund(db, { id, tenant, commandId, authorisationId, amount, transmittedAt: now, answerBy }),
  );
  if (stan === undefined) {
    const stored = await findRefundByCommand(db, tenant, commandId);
    return stored ? ok(stored) : refusal(of, await readRefundable(db, authorisationId));
  }
  const answer = await connector.refund({
    trace: { id, stan, transmittedAt: now },
    card: opened.card,
    original: of,
    amount,
    currency: of.currency,
  });
  if (answer.state === 'not_sent' && (await withdrawRefund(db, id, clock.now()))) {
    return err('unavailable', `the acquirer cannot be reached: ${answer.reason}`);
  }
  return ok(await conclude(room, id, context, answer));
}

/** Whether the acquirer has answered every capture so far, on our own risk or not. */
async function isCaptured(
  { db, clock }: Room,
  context: CallContext,
  authorisationId: string,
): Promise<boolean> {
  for (let looks = 0; looks < CAPTURE_LOOKS; looks += 1) {
    if (!(await hasCaptureUnderWay(db, authorisationId))) return true;
    if (clock.now() > context.deadlineAt) return false;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}

async function conclude(
  room: Room,
  id: string,
  context: CallContext,
  answer: DecisionAnswer,
): Promise<RefundOutcome> {
  const { db, clock } = room;
  const { messages } = answer;
  if (answer.state === 'lost') {
    if (await leavePending(room, 'refund', id, messages)) return { state: 'pending', refundId: id };
  } else if (answer.state === 'approved' || answer.state === 'declined') {
    const decision = decisionOf(answer);
    if (await settleRefund(db, { id, ...decision, messages, at: clock.now() })) {
      if (decision.state === 'approved') {
        return { state: 'approved', refundId: id, reference: decision.reference };
      }
      const { state, declineCode, networkCode } = decision;
      return { state, refundId: id, declineCode, networkCode };
    }
  }
  if (answer.state === 'approved' || answer.state === 'lost') await reverseAgain(room, 'refund', id);
  const stored = await findRefundByCommand(db, context.tenant, context.commandId);
  return stored ?? { state: 'pending', refundId: id };
}

function decisionOf(answer: Extract<DecisionAnswer, { state: 'approved' | 'declined' }>) {
  if (answer.state === 'approved') {
    const { state, networkCode, reference } = answer;
    return { state, networkCode, reference, declineCode: null } as const;
  }
  const { networkCode, declineCode } = answer;
  return { state: 'declined', networkCode, declineCode, reference: null } as const;
}

function refusal(of: Authorisation, max: bigint): Result<RefundOutcome, Code> {
  if (of.outcome.state !== 'approved' || of.captured === 0n) {
    return err('not_authorised', 'nothing of this authorisation was captured', { field: 'authorisationId' });
  }
  return err('amount_too_large', 'more than was captured and not refunded yet', {
    field: 'amount',
    detail: { max: max.toString() },
  });
}
