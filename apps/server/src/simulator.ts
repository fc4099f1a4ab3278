import type { ChildProcess } from 'node:child_process';
import type { Log } from '@tpmall/platform/telemetry';

/** A simulator that dies is started again after this pause. */
const RESTART_MS = 500;

/** A simulator as a process of its own, as its package starts it. */
interface SimulatorProcess {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** The other side of a protocol on a machine that has none: a process that is kept running. */
export interface Simulator {
  stop(): Promise<void>;
}

/** Starts a simulator, and again whenever it ends, until it is stopped. */
export async function keepRunning(
  name: string,
  launch: () => Promise<SimulatorProcess>,
  log: Log,
): Promise<Simulator> {
  let stopped = false;
  let running = await launch();
  let pause: NodeJS.Timeout | undefined;
  let starting: Promise<void> | undefined;

  const restart = (): void => {
    starting = launch().then(
      (next) => {
        running = next;
        watch();
      },
      (error: unknown) => {
        log.error({ error }, `the ${name} does not start; trying again`);
        if (!stopped) pause = setTimeout(restart, RESTART_MS);
      },
    );
  };
  const watch = (): void => {
    running.child.once('exit', (code, signal) => {
      if (stopped) return;
      log.warn({ code, signal }, `the ${name} ended; starting it again`);
      pause = setTimeout(restart, RESTART_MS);
    });
  };
  watch();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(pause);
      // One that is on its way up can be stopped once it is there.
      await starting;
      await running.stop();
    },
  };
}
