import { err } from '@tpmall/kernel';
import { answerOnce } from './calls.ts';
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
  if (flights.some((flight) => !flight.outcome)) return;
  const first = flights.find((flight) => flight.outcome?.kind === 'refused');
  if (!first || flights.some((flight) => flight.outcome?.kind !== 'refused')) {
    core.reload(session, new Error('a batch was committed after one that was not'));
    return;
  }
  for (const flight of flights.toReversed()) {
    undoCalls(session.state, flight.followers);
    undoCalls(session.state, flight.calls);
    core.buffers.push(flight.buffer);
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
    if (!isDuplicate || !(await learnDuplicates(core, session, first))) isolate(core, first, error);
  } catch (thrown) {
    core.queue.putBack(calls);
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

/** An error that nothing explains: its calls go one by one, and one that fails alone is given up. */
function isolate(core: WriterCore, flight: FlightUnderWay, error: Error | undefined): void {
  core.options.log.error({ error: String(error), calls: flight.calls.length }, 'a ledger batch was refused');
  const [only, ...others] = flight.calls;
  if (only && others.length === 0) answerOnce(only, err('unavailable', 'the database refused this batch'));
  for (const call of flight.calls) call.alone = true;
}
