import { err, type Micros, type Result } from '@tpmall/kernel';
import type { Batch, State } from '../machine/index.ts';
import { answerOnce, type CallResult } from './calls.ts';
import {
  callsOf,
  createCore,
  type Session,
  type WriterCore,
  type WriterMode,
  type WriterOptions,
} from './core.ts';
import { end, lead, reload, standBack } from './lead.ts';
import { pump } from './pump.ts';
import { beginCheckpoint, sweep } from './upkeep.ts';

/** How often deadlines are looked at. */
const SWEEP_MS = 100;
/** How often a read looks whether the ledger leads again. */
const READ_WAIT_MS = 20;
/** How long a stop waits for calls under way. */
const STOP_GRACE_MS = 10_000;

/** Where a writer stands. */
export interface WriterStatus {
  readonly mode: WriterMode;
  readonly epoch: bigint;
  /** Entries committed. */
  readonly position: bigint;
  readonly queuedItems: number;
  readonly accounts: number;
  readonly openPendings: number;
}

/** The one writer of a database's ledger. */
export interface LedgerWriter {
  /** Judges, performs and logs a batch; answers once it is durable. */
  submit(batch: Batch, owner: string, deadlineAt: Micros): Promise<CallResult>;
  /**
   * Reads from the state. What `look` returns must be copied out of it; it is answered once everything it
   * rests on is durable, so nobody sees what may yet be undone.
   */
  read<T>(deadlineAt: Micros, look: (state: State, position: bigint) => T): Promise<Result<T, 'unavailable'>>;
  status(): WriterStatus;
  /** Resolves once it leads or another process does. */
  start(): Promise<void>;
  /** Leads whoever led before: the old writer cannot commit any more. */
  takeOver(): Promise<void>;
  /** Writes a checkpoint now. */
  checkpoint(): Promise<void>;
  /** Finishes what is under way, writes a checkpoint and gives the lead up. */
  stop(): Promise<void>;
}

/** Creates the writer; {@link LedgerWriter.start} lets it lead. */
export function createWriter(options: WriterOptions): LedgerWriter {
  const core = createCore(options);
  const { clock } = options;
  let scheduled = false;
  let lastCheckpoint = clock.now();
  core.schedule = () => {
    if (scheduled) return;
    scheduled = true;
    // After the calls of this turn of the event loop, so that they share a commit.
    setImmediate(() => {
      scheduled = false;
      pump(core);
    });
  };
  core.reload = (session, why) => reload(core, session, why);
  core.standBack = (session) => standBack(core, session);
  const sweeper = setInterval(() => {
    lastCheckpoint = sweep(core, lastCheckpoint);
  }, SWEEP_MS);
  sweeper.unref();

  const submit = (batch: Batch, owner: string, deadlineAt: Micros): Promise<CallResult> => {
    if (core.mode === 'standby' || core.mode === 'stopped') {
      return Promise.resolve(err('unavailable', `the ledger does not lead here (${core.mode})`));
    }
    return new Promise((answer) => {
      const size = batch.kind === 'transfers' ? batch.transfers.length : batch.accounts.length;
      const call = {
        batch,
        owner,
        size,
        deadlineAt,
        answer,
        applied: undefined,
        refusal: undefined,
        answered: false,
        alone: false,
      };
      if (core.queue.push(call)) core.schedule();
      else answer(err('unavailable', 'too many transfers are waiting; try again later'));
    });
  };

  const read = async <T>(
    deadlineAt: Micros,
    look: (state: State, position: bigint) => T,
  ): Promise<Result<T, 'unavailable'>> => {
    for (;;) {
      const { session } = core;
      if (session) {
        const value = look(session.state, BigInt(session.applied));
        const last = core.flights.at(-1);
        if (!last || (await last.landed)) return { ok: true, value };
      } else if (core.mode === 'standby' || core.mode === 'stopped') {
        return err('unavailable', `the ledger does not lead here (${core.mode})`);
      } else await pause(READ_WAIT_MS);
      if (clock.now() > deadlineAt) return err('unavailable', 'the ledger is recovering');
    }
  };

  const underWay = (): Promise<void> | undefined => core.checkpointing;
  const checkpoint = async (): Promise<void> => {
    while (core.checkpointing) await core.checkpointing;
    const { session } = core;
    if (!session || core.flights.length > 0 || session.holds > 0) core.checkpointDue = true;
    else beginCheckpoint(core, session);
    while (core.checkpointDue && core.mode !== 'stopped') await pause(READ_WAIT_MS);
    await underWay();
  };

  return {
    submit,
    read,
    checkpoint,
    status: () => ({
      mode: core.mode,
      epoch: core.session?.epoch ?? 0n,
      position: BigInt(core.session?.committed ?? 0),
      queuedItems: core.queue.items,
      accounts: core.session?.state.accounts.size ?? 0,
      openPendings: core.session?.state.openPendings ?? 0,
    }),
    async start() {
      void lead(core);
      while (core.mode === 'starting') await pause(1);
    },
    async takeOver() {
      core.force = !core.session;
      while (!core.session && core.mode !== 'stopped') {
        void lead(core);
        await pause(READ_WAIT_MS);
      }
    },
    async stop() {
      const until = clock.now() + STOP_GRACE_MS * 1_000;
      while (core.session && isBusy(core, core.session) && clock.now() < until) await pause(2);
      const { session } = core;
      if (session && !isBusy(core, session) && session.committed > session.trail.base) await checkpoint();
      core.mode = 'stopped';
      core.stopping.abort();
      clearInterval(sweeper);
      core.queue.close('the ledger is stopping');
      await core.leading;
      await core.checkpointing;
      if (core.session) await end(core, core.session);
      for (const call of callsOf([...core.flights, ...(core.doubt?.flights ?? [])])) {
        answerOnce(call, err('unknown', 'the ledger stopped while this was being committed'));
      }
    },
  };
}

/** Whether calls wait, are under way, or are held back while the log is asked about them. */
function isBusy(core: WriterCore, session: Session): boolean {
  return core.queue.length + core.flights.length + session.holds > 0;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
