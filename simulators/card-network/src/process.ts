import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The simulator as a process of its own. */
export interface CardNetworkProcess {
  readonly isoPort: number;
  /** Of `acquirer-b` and so on. */
  readonly moreIsoPorts: readonly number[];
  readonly httpPort: number;
  readonly url: string;
  readonly child: ChildProcess;
  /** Stops it; `SIGKILL` leaves it no time to clean up. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** How long a process may take to say that it is ready. */
const READY_TIMEOUT_MS = 20_000;

/** Starts the simulator in a process of its own, which ends with this one, and waits for its ready line. */
export async function spawnCardNetwork(
  options: {
    isoPort?: number;
    moreIsoPorts?: readonly number[];
    httpPort?: number;
    dataDir?: string;
    macKeyFile?: string;
  } = {},
): Promise<CardNetworkProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const given = [
    ['--iso-port', options.isoPort ?? 0],
    ...(options.moreIsoPorts ?? []).map((port) => ['--iso-port', port] as const),
    ['--http-port', options.httpPort],
    ['--data-dir', options.dataDir === undefined ? undefined : resolve(options.dataDir)],
    ['--mac-key-file', options.macKeyFile],
  ] as const;
  const args = given.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    // The channel closes when this process is gone, however it went, and the simulator ends with it.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // A Ctrl-C in the terminal is for that process alone: it stops the simulator once nobody needs it any
    // more.
    detached: true,
  });
  const gone = new Promise<void>((ended) => child.once('exit', () => ended()));
  const ready = await readyLine(child);
  return {
    ...ready,
    child,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await gone;
    },
  };
}

type ReadyLine = Pick<CardNetworkProcess, 'isoPort' | 'moreIsoPorts' | 'httpPort' | 'url'>;

function readyLine(child: ChildProcess): Promise<ReadyLine> {
  return new Promise((ready, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('the card network simulator did not get ready in time'));
    }, READY_TIMEOUT_MS);
    let text = '';
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the card network simulator ended with ${code} before it was ready`));
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      const end = text.indexOf('\n');
      if (end === -1) return;
      clearTimeout(timer);
      const { isoPort, moreIsoPorts, httpPort, url } = JSON.parse(text.slice(0, end)) as ReadyLine;
      ready({ isoPort, moreIsoPorts, httpPort, url });
    });
  });
}
