import type { Clock } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { Log } from '@tpmall/platform/telemetry';
import type { State } from '../machine/index.ts';
import { type Call, type CallQueue, createCallQueue } from './calls.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import type { Flight } from './flight.ts';
import type { CommitOutcome, LogConnection } from './log-connection.ts';
import type { Trail } from './trail.ts';

/** Bounds of a writer; see `config.ts` for what they mean to an operator. */
export interface WriterLimits {
  /** Transfers and accounts that may wait for their batch; a call beyond is answered `unavailable`. */
  readonly queuedItemsMax: number;
  /** Transfers kept known in memory, so that their repetition costs no look-up. */
  readonly knownTransfers: number;
  /** Items of calls that are collected into one commit. */
  readonly flightItemsMax: number;
  /** Commits under way at once. */
  readonly flightsMax: number;
  /** Log entries after which the balances are checkpointed. */
  readonly checkpointEntries: number;
}

/** What a writer is made of. */
export interface WriterOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: WriterLimits;
}

/** `starting` and `reconnecting` wait for Postgres; `standby` waits for another process to stop leading. */
export type WriterMode = 'starting' | 'leading' | 'reconnecting' | 'standby' | 'stopped';

/** A flight under way. */
export interface FlightUnderWay extends Flight {
  outcome: CommitOutcome | undefined;
  /** Whether it was committed, once that is known. */
  landed: Promise<boolean>;
}

/** One term of leading: from an election to the loss of its connection. */
export interface Session {
  readonly connection: LogConnection;
  readonly epoch: bigint;
  readonly state: State;
  readonly trail: Trail;
  /** The position after everything applied, and after everything committed. */
  applied: number;
  committed: number;
  /**
   * How many reasons there are that no flight may leave: the log is being asked, or a failure is being
   * handled. Both may be at once. Nothing is forgotten meanwhile, so what was learned is still known when it
   * is used.
   */
  holds: number;
  /** Whether a failure is being handled. */
  failing: boolean;
  /** How many failures were handled: each takes entries back that the state knew. */
  failures: number;
}

/** Calls whose commit was under way when the connection broke. */
export interface Doubt {
  readonly epoch: bigint;
  readonly flights: readonly FlightUnderWay[];
}

/** The writer's changing parts, shared by the functions that make it up. */
export interface WriterCore {
  readonly options: WriterOptions;
  readonly queue: CallQueue;
  readonly buffers: CopyBuffer[];
  mode: WriterMode;
  session: Session | undefined;
  /** Sent and not yet answered, oldest first. */
  flights: FlightUnderWay[];
  /** Taken from the queue and held back while the log is asked about them. */
  asked: readonly Call[];
  doubt: Doubt | undefined;
  /** Take over from whoever leads. */
  force: boolean;
  /** The search for a mandate that is under way. */
  leading: Promise<void> | undefined;
  /** The epoch from which nobody else has led. */
  since: bigint | undefined;
  /** The server process of the last connection this process led over. */
  lastBackend: number | undefined;
  /** The next checkpoint must hold everything. */
  wholeCheckpoint: boolean;
  checkpointDue: boolean;
  checkpointing: Promise<void> | undefined;
  summarised: number;
  summarising: boolean;
  /** Aborted by the stop, which need not wait for a standby's next look. */
  readonly stopping: AbortController;
  /** Looks, soon, whether a flight can leave. */
  schedule(): void;
  /** Gives the session up and begins a new one. */
  reload(session: Session, why: unknown): void;
  /** Stands back: another process leads. */
  standBack(session: Session): void;
}

/** A writer before its start. */
export function createCore(options: WriterOptions): WriterCore {
  const unwired = (): never => {
    throw new Error('the writer is not wired');
  };
  return {
    options,
    queue: createCallQueue(options.limits.queuedItemsMax),
    buffers: [],
    mode: 'starting',
    session: undefined,
    flights: [],
    asked: [],
    doubt: undefined,
    force: false,
    leading: undefined,
    since: undefined,
    lastBackend: undefined,
    wholeCheckpoint: false,
    checkpointDue: false,
    checkpointing: undefined,
    summarised: 0,
    summarising: false,
    stopping: new AbortController(),
    schedule: unwired,
    reload: unwired,
    standBack: unwired,
  };
}

/** All calls of flights, in the order in which they were applied. */
export function callsOf(flights: readonly FlightUnderWay[]): Call[] {
  return flights.flatMap((flight) => [...flight.calls, ...flight.followers]);
}
