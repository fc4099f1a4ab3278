import type { Database } from '@tpmall/platform/db';
import { answerOnce, type Call } from './calls.ts';
import { createCopyBuffer } from './copy-buffer.ts';
import type { FlightUnderWay, Session, WriterCore } from './core.ts';
import { handleFailure, isolate } from './failure.ts';
import { applyCalls, countWrites, encodeFlight, resultOf, undoCalls } from './flight.ts';
import { importedTimestamps, learnIds, refusedUnknown, takenTimestamps, unknownReferences } from './learn.ts';
import type { CommitOutcome } from './log-connection.ts';
import { armExpiry, beginCheckpoint, summariseBehind } from './upkeep.ts';

/** Fewer items than this are not worth a second commit under way. */
const SPLIT_ITEMS = 64;

/**
 * Lets flights leave while there are calls and room for them. No timer: calls collect while commits are under
 * way.
 */
export function pump(core: WriterCore): void {
  const { session, queue } = core;
  const { limits } = core.options;
  while (session && session === core.session && session.holds === 0) {
    if (core.checkpointDue && !core.checkpointing) {
      // A snapshot is of one position: what is under way lands first.
      if (core.flights.length > 0) return;
      beginCheckpoint(core, session);
    }
    if (queue.length === 0 || core.flights.length >= limits.flightsMax) return;
    const calls = queue.take(flightItems(core));
    if (calls.length === 0) return;
    const questions = questionsOf(session, calls);
    if (questions) {
      session.holds += 1;
      void askLog(core, session, calls, questions);
    } else launch(core, session, calls);
  }
}

/** With room for two commits under way, half of the queue goes first and the rest while that commits. */
function flightItems(core: WriterCore): number {
  const { flightItemsMax, flightsMax } = core.options.limits;
  const { items } = core.queue;
  if (flightsMax < 2 || core.flights.length > 0 || items <= SPLIT_ITEMS) return flightItemsMax;
  return Math.min(flightItemsMax, Math.ceil(items / 2));
}

interface Questions {
  readonly ids: readonly bigint[];
  readonly imported: readonly Call[];
}

/** What the log must be asked before these calls can be judged; undefined in the common case. */
function questionsOf(session: Session, calls: readonly Call[]): Questions | undefined {
  const ids = new Set<bigint>();
  const imported: Call[] = [];
  for (const call of calls) {
    const { batch } = call;
    if (batch.kind === 'transfers') unknownReferences(session.state, batch.transfers, ids);
    else if (!batch.takenTimestamps && importedTimestamps(batch).length > 0) imported.push(call);
  }
  return ids.size === 0 && imported.length === 0 ? undefined : { ids: [...ids], imported };
}

async function askLog(
  core: WriterCore,
  session: Session,
  calls: readonly Call[],
  questions: Questions,
): Promise<void> {
  const { db } = core.options;
  const { failures } = session;
  core.asked = calls;
  // What is under way may yet be taken back, and is taken for known until then: nothing may be linked to it.
  await Promise.all(core.flights.map((flight) => flight.landed));
  try {
    if (session === core.session && session.failures === failures) await ask(db, session, questions);
  } catch (error) {
    core.asked = [];
    isolate(calls, 'the log could not be asked about the ids of this batch');
    core.queue.putBack(calls.filter((call) => !call.answered));
    core.reload(session, error);
    return;
  }
  core.asked = [];
  // Not those whose deadline has passed meanwhile, and who were told that they were not executed.
  const waiting = calls.filter((call) => !call.answered);
  if (session !== core.session) {
    core.queue.putBack(waiting);
    return;
  }
  session.holds -= 1;
  // What seemed known when the questions were made may have been taken back since: they ask again.
  if (session.failures === failures) launch(core, session, waiting);
  else core.queue.putBack(waiting);
  pump(core);
}

async function ask(db: Database, session: Session, questions: Questions): Promise<void> {
  if (questions.ids.length > 0) await learnIds(db, session.state, session.trail, questions.ids);
  for (const call of questions.imported) {
    if (call.batch.kind !== 'accounts') continue;
    const taken = await takenTimestamps(db, importedTimestamps(call.batch));
    call.batch = { ...call.batch, takenTimestamps: taken };
  }
}

/** Applies calls, writes what they did to the log, and answers them once that is committed. */
function launch(core: WriterCore, session: Session, calls: readonly Call[]): void {
  const { clock, log } = core.options;
  try {
    applyCalls(session.state, calls, clock.now());
  } catch (error) {
    log.error({ error: String(error) }, 'the state machine failed; its batch was not executed');
    for (const call of calls) answerOnce(call, notExecuted('the ledger failed on this batch'));
    core.reload(session, error);
    return;
  }
  const refused = refusedUnknown(session.state, calls);
  if (refused.length > 0) {
    session.holds += 1;
    undoCalls(session.state, calls);
    for (const call of calls) call.asked = new Set([...(call.asked ?? []), ...refused]);
    void askLog(core, session, calls, { ids: refused, imported: [] });
    return;
  }
  const writes = countWrites(calls);
  if (writes === 0) {
    const last = core.flights.at(-1);
    if (last) last.followers.push(...calls);
    else for (const call of calls) answerOnce(call, resultOf(call));
    return;
  }
  const buffer = core.buffers.pop() ?? createCopyBuffer();
  const from = session.applied;
  const to = from + writes;
  session.applied = to;
  encodeFlight(buffer, calls, session.epoch, from, to);
  const sent = session.connection.send(buffer.bytes());
  const flight: FlightUnderWay = {
    calls,
    from,
    to,
    buffer,
    followers: [],
    outcome: undefined,
    landed: sent.then((outcome) => land(core, session, flight, outcome)),
  };
  core.flights.push(flight);
}

function notExecuted(why: string) {
  return { ok: false, error: { code: 'unavailable', message: why } } as const;
}

/** Takes a flight's outcome; the next one leaves before this one's calls are answered. */
function land(core: WriterCore, session: Session, flight: FlightUnderWay, outcome: CommitOutcome): boolean {
  flight.outcome = outcome;
  if (session !== core.session) return false;
  if (outcome.kind === 'lost') {
    core.reload(session, outcome.error);
    return false;
  }
  if (outcome.kind === 'refused') {
    if (!session.failing) session.holds += 1;
    session.failing = true;
    void handleFailure(core, session);
    return false;
  }
  if (core.flights[0] !== flight) {
    // The log's own checks rule it out; where they fail, the log is what counts.
    core.reload(session, new Error('a batch was committed after one that was not'));
    return false;
  }
  core.flights.shift();
  session.committed = flight.to;
  settle(core, session, flight);
  pump(core);
  for (const call of flight.calls) answerOnce(call, resultOf(call));
  for (const call of flight.followers) answerOnce(call, resultOf(call));
  core.buffers.push(flight.buffer);
  return true;
}

/** The bookkeeping of a commit. */
function settle(core: WriterCore, session: Session, flight: FlightUnderWay): void {
  const { trail, state } = session;
  for (const { applied } of flight.calls) {
    if (!applied) continue;
    for (const entry of applied.entries) trail.applied(entry);
  }
  if (session.holds === 0) trail.trim(state);
  // One that is being written will move the base: until then what it holds would be counted as lacking.
  const lacking = core.checkpointing ? 0 : flight.to - trail.base;
  if (lacking >= core.options.limits.checkpointEntries) core.checkpointDue = true;
  summariseBehind(core, flight.to);
  armExpiry(core, session);
}
