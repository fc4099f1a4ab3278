import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Identity } from './identity.ts';

/** How a program ended, and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Options for a program of the server's user. */
export interface RunAs {
  readonly identity: Identity | undefined;
  /** Inherited open files, numbered from 3 in the child. */
  readonly descriptors: readonly number[];
  /** Text for the program's stdin. */
  readonly input?: string;
}

/** What every Postgres program is spawned with, whoever runs it. */
export function childOptions(identity: Identity | undefined): SpawnOptions {
  const { PATH = '', SystemRoot, TEMP, TMP } = process.env;
  return {
    // A folder that every user may enter; the programs take absolute paths only.
    cwd: process.platform === 'win32' ? undefined : '/',
    // Nothing of our environment decides how the server behaves (PGDATA, PGPORT, locale, time zone).
    env: { PATH, LC_ALL: 'C', TZ: 'UTC', ...(SystemRoot ? { SystemRoot, TEMP, TMP } : {}) },
    ...identity,
  };
}

/** Runs a program to its end. */
export function spawnAs(file: string, args: readonly string[], as: RunAs): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(file, [...args], {
      ...childOptions(as.identity),
      stdio: [as.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...as.descriptors],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    if (as.input !== undefined) child.stdin?.end(as.input);
  });
}
