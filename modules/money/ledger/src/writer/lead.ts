import { err } from '@tpmall/kernel';
import { answerOnce } from './calls.ts';
import { callsOf, type Session, type WriterCore } from './core.ts';
import { elect, type Mandate } from './election.ts';
import { resultOf } from './flight.ts';
import { connectLog, type LogConnection } from './log-connection.ts';
import { recover } from './recover.ts';
import { armExpiry, disarmExpiry } from './upkeep.ts';

/** How often a standby asks whether it may lead. */
const STANDBY_MS = 500;
/** How long a stop waits for its connection to be gone, so that the next process finds the lead free. */
const CLOSE_GRACE_MS = 2_000;
/** Waits between attempts to reach Postgres. */
const RETRY_MS = [20, 50, 100, 250, 500];

/**
 * Leads as soon as it may: connects, is elected, rebuilds the state and settles what was in doubt. Tries
 * until it succeeds or the writer is stopped; while another process leads, this one stands by.
 */
export function lead(core: WriterCore): Promise<void> {
  core.leading ??= search(core);
  return core.leading;
}

async function search(core: WriterCore): Promise<void> {
  try {
    // The session may be lost again before this is told that it began; then nobody else would search.
    do await seek(core);
    while (!core.session && core.mode !== 'stopped');
  } finally {
    core.leading = undefined;
  }
}

async function seek(core: WriterCore): Promise<void> {
  const { db, log } = core.options;
  for (let attempt = 0; core.mode !== 'stopped' && !core.session; ) {
    let connection: LogConnection | undefined;
    try {
      connection = await connectLog(db.url);
      const mandate = await elect(connection, {
        since: core.since,
        ownBackend: core.lastBackend,
        force: core.force,
      });
      if (mandate) {
        await begin(core, connection, mandate);
        return;
      }
      await connection.close();
      standBy(core);
      await pause(core, STANDBY_MS);
    } catch (error) {
      log.warn({ error, attempt }, 'the ledger cannot lead yet');
      await connection?.close().catch((closing: unknown) => {
        log.debug({ error: String(closing) }, 'the ledger’s broken connection did not close cleanly');
      });
      await pause(core, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 500);
      attempt += 1;
    }
  }
}

async function begin(core: WriterCore, connection: LogConnection, mandate: Mandate): Promise<void> {
  const { db, log, limits } = core.options;
  core.since = mandate.since;
  core.lastBackend = connection.backend;
  const { state, trail } = await recover(db, mandate.position, limits.knownTransfers);
  const position = Number(mandate.position);
  const session: Session = {
    connection,
    epoch: mandate.epoch,
    state,
    trail,
    applied: position,
    committed: position,
    holds: 0,
    failing: false,
    failures: 0,
  };
  if (core.mode === 'stopped') {
    await connection.close();
    return;
  }
  settleDoubt(core, mandate);
  core.session = session;
  core.force = false;
  core.mode = 'leading';
  core.flights = [];
  // Unknown here; filling in what is filled in already costs nothing.
  core.summarised = 0;
  core.checkpointDue = position - trail.base >= limits.checkpointEntries;
  void connection.closed.then(() => core.reload(session, new Error('the connection to Postgres was closed')));
  log.info(
    {
      epoch: String(mandate.epoch),
      position,
      accounts: state.accounts.size,
      openPendings: state.openPendings,
    },
    'the ledger leads',
  );
  armExpiry(core, session);
  core.schedule();
}

/**
 * What became of the batches that were under way when the connection broke. Where only we have led
 * since, the log's position tells; where another process has led since, nobody here can tell.
 */
function settleDoubt(core: WriterCore, mandate: Mandate): void {
  const { doubt } = core;
  core.doubt = undefined;
  if (!doubt) return;
  if (doubt.epoch < mandate.since) return answerUnknown(core, doubt.flights);
  const again = doubt.flights.filter((flight) => flight.to > Number(mandate.position));
  for (const flight of doubt.flights) {
    if (again.includes(flight)) continue;
    for (const call of callsOf([flight])) answerOnce(call, resultOf(call));
  }
  const calls = callsOf(again);
  for (const call of calls) {
    call.applied = undefined;
    call.refusal = undefined;
  }
  core.queue.putBack(calls.filter((call) => !call.answered));
}

function answerUnknown(core: WriterCore, flights: Parameters<typeof callsOf>[0]): void {
  for (const call of callsOf(flights)) {
    answerOnce(call, err('unknown', 'another process took the ledger over while this was being committed'));
  }
  core.options.log.warn({ batches: flights.length }, 'ledger batches of unknown outcome after a takeover');
}

function standBy(core: WriterCore): void {
  if (core.mode !== 'standby' && core.mode !== 'stopped') {
    core.mode = 'standby';
    core.options.log.info({}, 'the ledger stands by: another process leads');
  }
  // It is gone by now, and its number may become the leader's.
  core.lastBackend = undefined;
  if (core.doubt) answerUnknown(core, core.doubt.flights);
  core.doubt = undefined;
  core.queue.refuseAll('another process leads the ledger');
}

/** Gives a session up whose connection or state can no longer be trusted, and begins another. */
export function reload(core: WriterCore, session: Session, why: unknown): void {
  if (core.session !== session) return;
  void end(core, session);
  if (core.flights.length > 0) core.doubt = { epoch: session.epoch, flights: core.flights };
  core.flights = [];
  if (core.mode === 'stopped') return;
  core.mode = 'reconnecting';
  core.options.log.warn({ error: String(why) }, 'the ledger reloads its state from the log');
  void lead(core);
}

/** Gives a session up because another process was elected. */
export function standBack(core: WriterCore, session: Session): void {
  if (core.session !== session) return;
  void end(core, session);
  core.flights = [];
  standBy(core);
  void lead(core);
}

/**
 * Takes the writer's session away; what its connection still answers is not listened to.
 *
 * @returns resolves when the server process is gone, and with it the lead, or has had {@link CLOSE_GRACE_MS}
 */
export function end(core: WriterCore, session: Session): Promise<void> {
  core.session = undefined;
  core.checkpointDue = false;
  disarmExpiry(core);
  const closing = session.connection.close().catch((error: unknown) => {
    core.options.log.debug({ error: String(error) }, 'the ledger’s connection did not close cleanly');
  });
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_GRACE_MS);
    void closing.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function pause({ stopping }: WriterCore, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const { signal } = stopping;
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
