import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc a second; Linux has had 100 on every common machine for decades. */
const TICKS_PER_SECOND = 100;

/**
 * Microseconds of CPU that a process and all its children have used, or 0 where it is gone or there is no
 * /proc.
 */
export function cpuOfTree(pid: number): number {
  const children = new Map<number, number[]>();
  for (const name of readProcesses()) {
    const parent = readStat(name)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), name]);
  }
  const sum = (of: number): number =>
    cpuOf(of) + (children.get(of) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(pid);
}

/** Microseconds of CPU of one process, its ended children included, or 0 where it cannot be read. */
export function cpuOf(pid: number): number {
  return readStat(pid)?.cpuUs ?? 0;
}

function readProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readStat(pid: number): { parent: number; cpuUs: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  // The second field is the program's name in brackets and may hold spaces; proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  return { parent: Number(fields[1]), cpuUs: (ticks / TICKS_PER_SECOND) * 1_000_000 };
}

/** The process ended while it was looked at, or this system has no /proc. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
