import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long a command of the client may take on a busy machine. */
const PATIENCE_MS = 60_000;

/** The official command-line client against one of our origins. */
export interface StripeCli {
  /** Runs a command to its end; answers what it printed, or throws with it where it failed. */
  run(...args: string[]): Promise<string>;
  /** Starts a command that goes on, and waits until it has printed a text. */
  start(args: readonly string[], until: string): Promise<{ said(): string; stop(): Promise<void> }>;
  close(): void;
}

const PACKAGE = `@stripe/cli-${process.platform}-${process.arch}`;
const PROGRAM = `${PACKAGE}/bin/stripe${process.platform === 'win32' ? '.exe' : ''}`;

/** Whether this machine has the client: it is installed for Linux on x64 alone. */
export const hasStripeCli = PACKAGE === '@stripe/cli-linux-x64';

/** The client of the installed package, with a folder of its own and without its telemetry. */
export function createStripeCli(apiBase: string, key: string): StripeCli {
  const home = mkdtempSync(join(tmpdir(), 'tpmall-cli-'));
  const program = createRequire(import.meta.url).resolve(PROGRAM);
  // It takes plain http from the address only, not from the name.
  const base = apiBase.replace('//localhost:', '//127.0.0.1:');
  const launch = (args: readonly string[]): ChildProcess =>
    spawn(program, [...args, '--api-base', base, '--color', 'off'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        STRIPE_API_KEY: key,
        STRIPE_CLI_TELEMETRY_OPTOUT: '1',
        DO_NOT_TRACK: '1',
        // It looks for newer versions of itself. A proxy that is nobody keeps it on this machine; its library
        // never asks a proxy for an address of the loopback.
        HTTPS_PROXY: 'http://127.0.0.1:9',
      },
    });
  const listen = (child: ChildProcess): (() => string) => {
    let said = '';
    const hear = (bytes: Buffer): void => {
      said += bytes.toString();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    return () => said;
  };
  return {
    async run(...args) {
      const child = launch(args);
      const said = listen(child);
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`stripe ${args.join(' ')} ended with ${code}: ${said()}`);
      return said();
    },
    async start(args, until) {
      const child = launch(args);
      const said = listen(child);
      const stop = async (): Promise<void> => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      };
      const giveUpAt = Date.now() + PATIENCE_MS;
      while (!said().includes(until)) {
        if (child.exitCode !== null || Date.now() > giveUpAt) {
          await stop();
          throw new Error(`stripe ${args.join(' ')} did not say ${until}: ${said()}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { said, stop };
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}
