import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DevFile } from '@tpmall/server';
import { cleanEnvironment } from './clean-environment.ts';

/** How long a start may take on a busy machine before it counts as failed. */
const START_MS = 120_000;

/** A server as a user starts it: a process of its own that can be killed like any other. */
export interface ServerProcess {
  /** What it said of itself in `dev.json`. */
  readonly dev: DevFile;
  readonly child: ChildProcess;
  /** What it printed so far, and how it ended if it did: for the message of what waited for it in vain. */
  story(): string;
  /** Ends it and waits; SIGKILL gives it no time for anything. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts `npm start`'s program on a data folder and waits until it says that it is ready. */
export async function startServerProcess(
  dataDir: string,
  port: number,
  args: string[] = [],
): Promise<ServerProcess> {
  const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', main, '--data-dir', dataDir, '--port', String(port), '--log', 'error', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(),
    },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time: ${said}`)), START_MS);
    const listen = (bytes: Buffer): void => {
      said += bytes.toString();
      if (!/^ready/m.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}: ${said}`));
    });
  });
  return {
    child,
    get dev() {
      return JSON.parse(readFileSync(join(dataDir, 'dev.json'), 'utf8')) as DevFile;
    },
    story: () => `${said}${child.exitCode ?? child.signalCode ?? 'still running'}`,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/** Kills every process whose command line holds this text, at once and without warning. Needs /proc. */
export function killAll(text: string): number {
  let killed = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    if (!commandLine(name).includes(text)) continue;
    killIfThere(Number(name));
    killed += 1;
  }
  return killed;
}

/**
 * Kills every process of the Postgres of a data folder, if there are that many: a server on its way up has
 * fewer, and whoever waits for it must not keep it from getting there.
 *
 * @returns how many were killed
 */
export function killPostgres(dataDir: string, atLeast = 1): number {
  const postmaster = Number(readIfThere(join(dataDir, 'postgres', 'postmaster.pid')).split('\n')[0]);
  // A server on its way up has made the file and not yet written it. That reads as 0, which kill(2) takes
  // for every process of the caller's own group: the tests, and who runs them. A number that a killed server
  // left behind may be another program's by now.
  if (!(postmaster > 1) || !commandLine(String(postmaster)).includes('postgres')) return 0;
  const family = [postmaster, ...childrenOf(postmaster)];
  if (family.length < atLeast) return 0;
  for (const pid of family) killIfThere(pid);
  return family.length;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statOf(name).split(') ')[1]?.split(' ')[1] === String(pid))
    .map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function commandLine(pid: string): string {
  return readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function statOf(pid: string): string {
  return readIfThere(`/proc/${pid}/stat`);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // The process ended between the listing and the look.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}
