import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, as the system tells it; empty where it does not tell. */
  readonly startedAt: string;
}

let own: ProcessIdentity | undefined;

/** Who this process is, as others will recognise it. */
export function thisProcess(): ProcessIdentity {
  own ??= processOf(process.pid);
  return own;
}

/** Who has this number now. */
export function processOf(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) };
}

/** True while that very process runs; where nobody tells when it was started, one with its number. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (!isRunning(pid)) return false;
  const present = startOf(pid);
  return present === '' || startedAt === '' || present === startedAt;
}

/** True while some process has this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statOf(pid)[0] !== 'Z';
}

function startOf(pid: number): string {
  if (process.platform !== 'linux') return askPs(pid, 'lstart') ?? '';
  // Fields of /proc/PID/stat (proc(5)); the 22nd is the start time, the third (state) is the first we have.
  return statOf(pid)[19] ?? '';
}

function statOf(pid: number): string[] {
  const text = readProc(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return text === undefined ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The working folder of a process, or undefined where the system does not tell. */
export function workingFolder(pid: number): string | undefined {
  return readProc(() => readlinkSync(`/proc/${pid}/cwd`));
}

/** The program of a process, or undefined where the system does not tell. */
export function executable(pid: number): string | undefined {
  return readProc(() => readlinkSync(`/proc/${pid}/exe`)) ?? askPs(pid, 'ucomm');
}

/** One column of ps, where there is no /proc: the start, or the program's name. Windows has neither. */
function askPs(pid: number, column: 'lstart' | 'ucomm'): string | undefined {
  if (process.platform === 'linux' || process.platform === 'win32') return undefined;
  // The same words in whatever language and zone a process runs: they are compared.
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync('/bin/ps', ['-o', `${column}=`, '-p', String(pid)], { env, encoding: 'utf8' });
  return stdout?.trim() || undefined;
}

function readProc(read: () => string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined;
    throw error;
  }
}
