import { readFileSync, readlinkSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the kernel's clock ticks; empty where the system does not tell. */
  readonly startedAt: string;
}

/** Who this process is, as others will recognise it. */
export function thisProcess(): ProcessIdentity {
  return processOf(process.pid);
}

/** Who has this number now. */
export function processOf(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) };
}

/** True while that very process runs. */
export function isAlive(who: ProcessIdentity): boolean {
  return isRunning(who.pid) && startOf(who.pid) === who.startedAt;
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
  return readProc(() => readlinkSync(`/proc/${pid}/exe`));
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
