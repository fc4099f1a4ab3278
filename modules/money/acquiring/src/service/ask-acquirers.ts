import { MILLISECOND, type Micros } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { AuthoriseMessage, DecisionAnswer, Trace } from '../contract/index.ts';
import type { WatchedConnector } from '../health/watched-connector.ts';
import { chooseConnector } from '../routing/choose-connector.ts';
import { moveAuthorisation } from '../store/attempts.ts';
import { type CardFacts, offerFor } from './offer-terms.ts';
import type { Room } from './room.ts';

/** How much longer than its time-out an answer may take to be written down, in milliseconds. */
const ANSWER_GRACE_MS = 5_000;

/** How long after it was stored a message may still be waiting. */
export function answerWindow(connector: WatchedConnector): Micros {
  // A message may wait for the link as long as half its time-out before it leaves.
  return (connector.answerTimeoutMs * 2 + ANSWER_GRACE_MS) * MILLISECOND;
}

/** What asking came to. */
export interface Asked {
  readonly answer: DecisionAnswer;
  readonly connector: WatchedConnector;
  readonly wasSent: boolean;
}

/**
 * Asks one acquirer after the other, as long as the answers allow it: a message that never left, or a decline
 * that no issuer has decided. An unknown outcome ends it, and so does every word of an issuer. Each further
 * attempt is durable before its message leaves.
 *
 * @returns the answer of the last attempt, who gave it, and whether any of them was sent
 */
export async function askAcquirers(
  room: Room,
  context: CallContext,
  authorisation: {
    readonly message: Omit<AuthoriseMessage, 'trace'>;
    readonly trace: Trace;
    readonly first: WatchedConnector;
    readonly candidates: readonly WatchedConnector[];
    readonly facts: CardFacts;
  },
): Promise<Asked> {
  const { db, clock, config } = room;
  const { first, candidates } = authorisation;
  let { message, trace, first: connector } = authorisation;
  let answer = await first.authorise({ ...message, trace });
  const tried = new Set([first]);
  let codeIsSpent = false;
  while (mayGoElsewhere(answer) && tried.size < config.routing.maxAttempts) {
    const now = clock.now();
    if (now > context.deadlineAt) break;
    const next = chooseConnector(
      candidates.filter((each) => !tried.has(each)),
      false,
    );
    if (!next) break;
    codeIsSpent ||= answer.state === 'declined';
    const stan = await moveAuthorisation(db, {
      id: trace.id,
      attempt: tried.size,
      answer,
      connector: next.name,
      offer: offerFor(config, next, authorisation.facts),
      at: now,
      answerBy: now + answerWindow(next),
    });
    // Somebody took the row for abandoned and has reversed it: what comes of that is told to the caller.
    if (stan === undefined) break;
    if (codeIsSpent) message = withoutCode(message);
    trace = { ...trace, stan, transmittedAt: now };
    tried.add(next);
    connector = next;
    answer = await next.authorise({ ...message, trace });
  }
  return { answer, connector, wasSent: codeIsSpent || answer.state !== 'not_sent' };
}

type Undecided = Extract<DecisionAnswer, { state: 'declined' | 'not_sent' }>;

function mayGoElsewhere(answer: DecisionAnswer): answer is Undecided {
  return answer.state === 'not_sent' || (answer.state === 'declined' && answer.elsewhere);
}

/**
 * A security code is for one authorisation request (PCI DSS 3.3.1): once sent, only the shopper can give it
 * again.
 */
function withoutCode(message: Omit<AuthoriseMessage, 'trace'>): Omit<AuthoriseMessage, 'trace'> {
  return { ...message, card: { ...message.card, cvv: null } };
}
