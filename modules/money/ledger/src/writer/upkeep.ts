import { assert, err, type Micros } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { answerOnce } from './calls.ts';
import { takeSnapshot, writeSnapshot } from './checkpoint.ts';
import { callsOf, type Session, type WriterCore } from './core.ts';

/** Log entries after which the block-range indexes are filled in; until then they are searched row by row. */
const SUMMARISE_ENTRIES = 65_536;
/** How long after its deadline a call whose commit is under way is answered `unknown`. */
const COMMIT_GRACE: Micros = 1_000_000;
/** The longest wait for the next expiry; it is looked at again then. */
const EXPIRY_WAIT_MAX_MS = 60_000;
/**
 * The latest an account of a quiet ledger gets into the checkpoint, which bounds the work of the next start.
 */
const CHECKPOINT_INTERVAL: Micros = 60_000_000;

const SUMMARISE = sql('ledger.summarise', 'SELECT ledger.summarise()');

/**
 * Copies the changes since the last checkpoint and begins to write them. Nothing is under way when it is
 * called.
 */
export function beginCheckpoint(core: WriterCore, session: Session): void {
  const { db, log } = core.options;
  const { trail } = session;
  const whole = core.wholeCheckpoint;
  const position = session.committed;
  assert(!core.checkpointing, 'one checkpoint is written at a time');
  core.checkpointDue = false;
  core.wholeCheckpoint = false;
  const options = { base: BigInt(trail.base), position: BigInt(position), whole };
  const snapshot = takeSnapshot(session.state, trail.takeChanges(), options);
  core.checkpointing = writeSnapshot(db, snapshot, session.epoch)
    .then(
      (written) => {
        if (written === 'written') trail.base = position;
        else if (written === 'behind') core.wholeCheckpoint = true;
      },
      (error: unknown) => {
        log.warn({ error: String(error) }, 'the ledger’s checkpoint was not written; the next one is whole');
        core.wholeCheckpoint = true;
      },
    )
    .finally(() => {
      core.checkpointing = undefined;
      core.schedule();
    });
}

/** Has the block-range indexes filled in behind the log, one filling at a time. */
export function summariseBehind(core: WriterCore, position: number): void {
  if (position - core.summarised < SUMMARISE_ENTRIES || core.summarising) return;
  core.summarised = position;
  core.summarising = true;
  core.options.db
    .run(SUMMARISE)
    .catch((error: unknown) => {
      core.options.log.warn({ error: String(error) }, 'the log’s indexes were not filled in');
    })
    .finally(() => {
      core.summarising = false;
    });
}

/** The timer that lets pending transfers expire when no batch comes by. */
export interface ExpiryTimer {
  at: bigint;
  timer: NodeJS.Timeout;
}

const timers = new WeakMap<WriterCore, ExpiryTimer>();

/** Sees to it that a batch runs when the next pending transfer is due. */
export function armExpiry(core: WriterCore, session: Session): void {
  const next = session.state.expiries.next();
  const armed = timers.get(core);
  if (next === undefined || (armed && armed.at <= next)) return;
  if (armed) clearTimeout(armed.timer);
  const wait = Number(next / 1_000n - BigInt(core.options.clock.now())) / 1_000;
  const timer = setTimeout(
    () => {
      timers.delete(core);
      if (core.session !== session) return;
      core.queue.push({
        batch: { kind: 'transfers', transfers: [] },
        owner: 'operator',
        size: 0,
        deadlineAt: Number.MAX_SAFE_INTEGER,
        // By then another session may lead.
        answer: () => {
          if (core.session) armExpiry(core, core.session);
        },
        applied: undefined,
        refusal: undefined,
        answered: false,
        alone: false,
      });
      core.schedule();
    },
    Math.min(Math.max(Math.ceil(wait), 1), EXPIRY_WAIT_MAX_MS),
  );
  timer.unref();
  timers.set(core, { at: next, timer });
}

/** Ends the timer of {@link armExpiry}. */
export function disarmExpiry(core: WriterCore): void {
  clearTimeout(timers.get(core)?.timer);
  timers.delete(core);
}

/** Answers calls whose deadline has passed, and asks for a checkpoint of a ledger that has become quiet. */
export function sweep(core: WriterCore, lastCheckpoint: Micros): Micros {
  const now = core.options.clock.now();
  core.queue.expire(now);
  for (const call of core.asked) {
    if (call.deadlineAt < now) answerOnce(call, err('unavailable', 'the deadline passed before the commit'));
  }
  for (const call of callsOf([...core.flights, ...(core.doubt?.flights ?? [])])) {
    if (call.deadlineAt + COMMIT_GRACE < now) {
      answerOnce(call, err('unknown', 'the commit is under way, and the database has not answered'));
    }
  }
  if (now - lastCheckpoint < CHECKPOINT_INTERVAL) return lastCheckpoint;
  const { session } = core;
  if (session && session.committed > session.trail.base) {
    core.checkpointDue = true;
    core.schedule();
  }
  return now;
}
