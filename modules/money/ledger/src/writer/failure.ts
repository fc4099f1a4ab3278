import { err } from '@tpmall/kernel';
import { answerOnce, type Call } from './calls.ts';
import { callsOf, type FlightUnderWay, type Session, type WriterCore } from './core.ts';
import { idsOf, undoCalls } from './flight.ts';
import { learnIds } from './learn.ts';

/** SQLSTATEs of a refused batch. */
const UNIQUE_VIOLATION = '23505';
const EPOCH_OVER = 'TPL01';

/**
 * Handles a batch that Postgres refused and so rolled back: undoes it and those applied after it, which can
 * not have been committed either, learns why, and lets the calls go again.
 */
export async function handleFailure(core: WriterCore, session: Session): Promise<void> {
  const { flights } = core;
  const [first] = flights;
  if (!first || flights.some((flight) => flight.outcome?.kind !== 'refused')) return;
  // Their buffers are not used again: Postgres refuses a large batch before it has read all of it.
  for (const flight of flights.toReversed()) {
    undoCalls(session.state, flight.followers);
    undoCalls(session.state, flight.calls);
  }
  session.failures += 1;
  core.flights = [];
  session.applied = session.committed;
  const calls = callsOf(flights);
  const error = first.outcome?.kind === 'refused' ? first.outcome.error : undefined;
  if (error?.code === EPOCH_OVER) {
    for (const call of calls) answerOnce(call, err('unavailable', 'another process leads the ledger'));
    core.standBack(session);
    return;
  }
  try {
    const isDuplicate = error?.code === UNIQUE_VIOLATION && error.constraint === 'log_id';
    if (!isDuplicate || !(await learnDuplicates(core, session, first))) {
      core.options.log.error(
        { error: String(error), calls: first.calls.length },
        'a ledger batch was refused',
      );
      isolate(first.calls, 'the database refused this batch');
    }
  } catch (thrown) {
    isolate(first.calls, 'the log could not be asked about the ids of this batch');
    core.queue.putBack(calls.filter((call) => !call.answered));
    core.reload(session, thrown);
    return;
  }
  core.queue.putBack(calls.filter((call) => !call.answered));
  if (session !== core.session) return;
  session.failing = false;
  session.holds -= 1;
  core.schedule();
}

/** Reads the repeated ids from the log, after which the same batch is judged with that knowledge. */
async function learnDuplicates(core: WriterCore, session: Session, flight: FlightUnderWay): Promise<boolean> {
  return (await learnIds(core.options.db, session.state, session.trail, idsOf(flight.calls))) > 0;
}

/**
 * After an error that nothing explains: calls that were certainly not executed go one by one, and one that
 * fails alone is given up, so that no call can hold the others up for ever.
 */
export function isolate(calls: readonly Call[], why: string): void {
  const [only, ...others] = calls;
  if (only?.alone && others.length === 0) answerOnce(only, err('unavailable', why));
  for (const call of calls) call.alone = true;
}
