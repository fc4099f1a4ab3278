import type { Log } from '@tpmall/platform/telemetry';
import { type CardNetworkProcess, spawnCardNetwork } from '@tpmall/simulator-card-network';
import type { Ports } from './ports.ts';

/** A simulator that dies is started again after this pause. */
const RESTART_MS = 500;

/**
 * The card network of a machine that has no acquirer: a process of its own that speaks the real protocols.
 */
export interface Simulator {
  /** Its pages and control API. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the card-network simulator and keeps it running; its book survives restarts in `dataDir`. */
export async function startSimulator(options: {
  dataDir: string;
  ports: Ports;
  log: Log;
}): Promise<Simulator> {
  const { dataDir, ports, log } = options;
  const [isoPort, ...moreIsoPorts] = ports.acquirers;
  const launch = (): Promise<CardNetworkProcess> =>
    spawnCardNetwork({ isoPort, moreIsoPorts, httpPort: ports.simulator, dataDir });
  let stopped = false;
  let running = await launch();
  const { url } = running;

  const restart = (): void => {
    if (stopped) return;
    launch().then(
      (next) => {
        running = next;
        watch();
      },
      (error: unknown) => {
        log.error({ error }, 'the card-network simulator does not start; trying again');
        setTimeout(restart, RESTART_MS);
      },
    );
  };
  const watch = (): void => {
    running.child.once('exit', (code, signal) => {
      if (stopped) return;
      log.warn({ code, signal }, 'the card-network simulator ended; starting it again');
      setTimeout(restart, RESTART_MS);
    });
  };
  watch();
  return {
    url,
    stop: async () => {
      stopped = true;
      await running.stop();
    },
  };
}
