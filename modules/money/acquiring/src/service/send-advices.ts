import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, type IdSource, MILLISECOND, type Micros } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { Log } from '@tpmall/platform/telemetry';
import type { AcquiringConfig } from '../config.ts';
import type { Connectors } from '../connectors.ts';
import type { AdviceAnswer, CardConnector } from '../contract/index.ts';
import { type Advice, type Attempt, claimAdvices, settleAdvices } from '../store/advices.ts';
import { settleWaitingAdvices } from '../store/stand-ins.ts';
import { deliverStandIn } from './deliver-stand-in.ts';
import { resolveByEnquiry } from './resolve-by-enquiry.ts';
import type { VaultPort } from './vault-port.ts';

/** Advices that one sweep takes up; the next sweep takes the next ones. */
const SWEEP_LIMIT = 100;
/** How much longer than its time-out an attempt may take before others may take it up, in milliseconds. */
const CLAIM_GRACE_MS = 10_000;
/** Outcomes written in one statement. */
const SETTLE_BATCH = 256;
/**
 * How long outcomes gather before they are written, in milliseconds: nobody waits for them, and an advice
 * whose outcome is lost with its process is repeated as one.
 */
const GATHER_MS = 50;

/** Advices that are due within so long of each other are taken up together. */
const WAKE_GRID = 10 * MILLISECOND;

/** Sends advices and reversals until they are acknowledged. */
export interface AdviceSender {
  /** The claim of an advice that the caller is about to queue and send. */
  claim(): { adviceId: string; at: Micros; claimedUntil: Micros };
  /** Sends an advice that is claimed, in the background; one that waits is left to a sweep, which follows. */
  send(advice: Advice): void;
  /** Sends what is due and claimed by nobody; settles once it has been sent. */
  sweep(): Promise<void>;
  /** Waits for what is under way and starts nothing more. */
  stop(): Promise<void>;
}

/** Makes the sender of one process. */
export function createAdviceSender(options: {
  db: Database;
  clock: Clock;
  ids: IdSource;
  log: Log;
  config: AcquiringConfig;
  connectors: Connectors;
  vault: VaultPort;
}): AdviceSender {
  const { db, clock, ids, log, config, vault } = options;
  const longestMs = Math.max(...config.connectors.map(({ answerTimeoutMs }) => answerTimeoutMs * 2));
  const underWay = new Set<Promise<void>>();
  const settler = createSettler(db, clock);
  let wake: ReturnType<typeof setTimeout> | undefined;
  /** When something is due, on a grid; the timer is set for the first of them. */
  const dueAt = new Set<Micros>();
  let stopped = false;

  const claimedUntil = (): Micros => clock.now() + (longestMs + CLAIM_GRACE_MS) * MILLISECOND;

  const attempt = async (advice: Advice): Promise<void> => {
    const connector = options.connectors.find(advice.connector);
    if (!connector) {
      log.error({ advice: advice.id, connector: advice.connector }, 'an advice is for an unknown connector');
      return;
    }
    const enquired = await resolveByEnquiry({ db, clock }, connector, advice);
    if (enquired === 'resolved') return;
    const answer =
      enquired ??
      (advice.kind === 'stand_in'
        ? await deliverStandIn({ db, vault, log, deadlineAt: claimedUntil() }, connector, advice)
        : await ask(connector, advice));
    const result = resultOf(advice, answer, clock.now() + pauseAfter(config, advice.attempts));
    if (result.state === 'refused') {
      log.error({ advice: advice.id, kind: advice.kind, code: result.networkCode }, 'an advice was refused');
    }
    if (result.state === 'queued') {
      log.warn(
        { advice: advice.id, attempts: advice.attempts, answer: answer.state },
        'an advice must be repeated',
      );
    }
    await settler(result);
    if (result.state === 'queued') wakeAt(result.nextAt);
    // What waited for this is due now.
    else if (advice.kind === 'stand_in' || (advice.kind === 'capture' && !advice.final)) wakeAt(clock.now());
  };

  /** A failure here is the database's: the claim ends by itself, and the message is repeated. */
  const inBackground = (work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => log.error({ error }, 'the outcome of an advice could not be stored'))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const wakeAt = (at: Micros): void => {
    dueAt.add(Math.ceil(at / WAKE_GRID) * WAKE_GRID);
    arm();
  };

  const arm = (): void => {
    clearTimeout(wake);
    if (stopped || dueAt.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const at of dueAt) next = Math.min(next, at);
    wake = setTimeout(woken, Math.max(1, Math.ceil((next - clock.now()) / MILLISECOND)));
    wake.unref();
  };

  const woken = (): void => {
    const now = clock.now();
    const past = [...dueAt].filter((at) => at <= now);
    for (const at of past) dueAt.delete(at);
    arm();
    // A timer counts from when its loop began, so it may end before its time has come.
    if (past.length > 0) inBackground(sweep());
  };

  async function sweep(): Promise<void> {
    if (stopped) return;
    await settleWaitingAdvices(db, clock.now(), SWEEP_LIMIT);
    const due = await claimAdvices(db, clock.now(), claimedUntil(), SWEEP_LIMIT);
    await Promise.all(due.map(attempt));
  }

  return {
    claim: () => ({ adviceId: ids.next('adv'), at: clock.now(), claimedUntil: claimedUntil() }),
    send: (advice) => {
      // What it waits for may have been answered since it was queued.
      if (advice.waiting) wakeAt(clock.now());
      else inBackground(attempt(advice));
    },
    sweep,
    async stop() {
      stopped = true;
      clearTimeout(wake);
      await Promise.all(underWay);
    },
  };
}

function ask(connector: CardConnector, advice: Advice): Promise<AdviceAnswer> {
  const { trace, original, amount, currency, final } = advice;
  const repeat = advice.attempts > 1;
  if (advice.kind === 'capture') {
    return connector.capture({ trace, original, amount, currency, final, repeat });
  }
  const { remaining } = advice;
  return connector.reverse({ trace, original, amount, remaining, currency, repeat });
}

function resultOf(advice: Advice, answer: AdviceAnswer, nextAt: Micros): Attempt {
  const { id, kind } = advice;
  const { messages } = answer;
  if (answer.state === 'acknowledged') {
    return { id, kind, state: 'acknowledged', networkCode: answer.networkCode, nextAt, messages };
  }
  // An unknown outcome must end as reversed: that the host will not hear of it now is no answer.
  if (answer.state === 'refused' && advice.kind !== 'resolution') {
    return { id, kind, state: 'refused', networkCode: answer.networkCode, nextAt, messages };
  }
  return { id, kind, state: 'queued', networkCode: null, nextAt, messages };
}

function pauseAfter(config: AcquiringConfig, attempts: number): Micros {
  const doubled = config.repeatFirstMs * 2 ** Math.min(attempts - 1, 20);
  return Math.min(doubled, config.repeatMaxMs) * MILLISECOND;
}

/**
 * Writes outcomes; those that come within a moment, or while a statement is on its way, share the next one.
 */
function createSettler(db: Database, clock: Clock): (attempt: Attempt) => Promise<void> {
  let waiting: Attempt[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  const flush = async (before: Promise<void>): Promise<void> => {
    // Whoever waited for the statement before has its failure; this one goes on.
    await Promise.allSettled([before, pause(GATHER_MS)]);
    const batch = waiting;
    waiting = [];
    next = undefined;
    for (let at = 0; at < batch.length; at += SETTLE_BATCH) {
      await settleAdvices(db, batch.slice(at, at + SETTLE_BATCH), clock.now());
    }
  };

  return (attempt) => {
    waiting.push(attempt);
    next ??= last = flush(last);
    return next;
  };
}
