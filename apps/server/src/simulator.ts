import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Log } from '@tpmall/platform/telemetry';
import type { Ports } from './ports.ts';

/** A simulator that dies is started again after this pause. */
const RESTART_MS = 500;
/** How long it may take to say that it is ready. */
const READY_MS = 15_000;

/** The card network of a machine that has no acquirer: a process of its own that speaks the real protocols. */
export interface Simulator {
  /** Its pages and control API. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the card-network simulator and keeps it running; its book survives restarts in the data folder. */
export async function startSimulator(options: {
  dataDir: string;
  ports: Ports;
  log: Log;
}): Promise<Simulator> {
  const { ports, log } = options;
  let stopped = false;
  let child = await launch(options);
  const watch = (running: ChildProcess): void => {
    running.once('exit', (code, signal) => {
      if (stopped) return;
      log.warn({ code, signal }, 'the card-network simulator ended; starting it again');
      setTimeout(() => {
        if (stopped) return;
        launch(options).then(
          (next) => {
            child = next;
            watch(next);
          },
          (error: unknown) => log.error({ error }, 'the card-network simulator does not start'),
        );
      }, RESTART_MS);
    });
  };
  watch(child);
  return {
    url: `http://localhost:${ports.simulator}`,
    stop: async () => {
      stopped = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function launch(options: { dataDir: string; ports: Ports }): Promise<ChildProcess> {
  const main = fileURLToPath(import.meta.resolve('@tpmall/simulator-card-network/main'));
  const child = spawn(
    process.execPath,
    [
      ...['--import', import.meta.resolve('tsx'), main],
      ...['--iso-port', String(options.ports.acquirer), '--http-port', String(options.ports.simulator)],
      ...['--data-dir', join(options.dataDir, 'card-network')],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await readyLine(child);
  return child;
}

/** The simulator prints one line once both its ports are open. */
async function readyLine(child: ChildProcess): Promise<void> {
  const { stdout } = child;
  if (!stdout) throw new Error('the simulator has no output');
  const lines = createInterface({ input: stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  try {
    await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the card-network simulator ended with ${String(code)} before it was ready`);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
