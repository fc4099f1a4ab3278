import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { withConnection } from '@tpmall/platform/db';
import { stopPostgres } from '@tpmall/platform/postgres';

/** A fresh folder that is removed, after the server on it is stopped, when `release` is called. */
export function scratchFolder(mode = 0o755): { folder: string; release(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'tpmall-launcher-'));
  chmodSync(folder, mode);
  return {
    folder,
    async release() {
      await stopPostgres(join(folder, 'data'));
      chmodSync(folder, 0o755);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one statement on a connection of its own. */
export function ask<Row extends object>(url: string, text: string): Promise<Row[]> {
  return withConnection({ connectionString: url }, async (client) => (await client.query<Row>(text)).rows);
}

/** A process that holds the Postgres of a data folder. */
export interface Holder {
  readonly url: string;
  readonly pid: number;
  readonly adopted: boolean;
  readonly process: ChildProcess;
  /** Lets it stop in order. */
  release(): Promise<void>;
  /** kill -9: it stops nothing. */
  kill(): Promise<void>;
}

/** Starts `hold-postgres.ts`. */
export async function holdPostgres(...args: string[]): Promise<Holder> {
  const script = new URL('hold-postgres.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let problems = '';
  child.stderr.on('data', (chunk: Buffer) => {
    problems += chunk.toString('utf8');
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then(() => Promise.reject(new Error(`the holder ended: ${problems}`))),
  ]);
  const got = JSON.parse(line) as { url: string; pid: number; adopted: boolean };
  return {
    ...got,
    process: child,
    release: () => {
      child.stdin.end();
      return ended;
    },
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
