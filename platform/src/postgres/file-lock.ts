import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemRandom } from '@tpmall/kernel';
import { PostgresError } from './errors.ts';
import { readIfThere } from './identity.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

const POLL_MS = 20;
/** A first start copies and initialises within seconds even on a slow disk; longer means it hangs. */
const WAIT_POLLS = 6_000;

/** Runs work while no other process (or thread) holds the lock. A lock whose holder died is taken over. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let poll = 0; !acquire(path); poll += 1) {
    if (poll >= WAIT_POLLS)
      throw new PostgresError('in_use', `${path} is held by another process and not released.`);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A lock that this process holds until it lets go or ends, or who else holds it. */
export type FileLock = { release(): void } | { readonly holder: ProcessIdentity };

/** Takes the lock where no living process holds it. */
export function tryFileLock(path: string): FileLock {
  for (;;) {
    if (acquire(path)) return { release: () => rmSync(path, { force: true }) };
    const seen = readIfThere(path);
    // Let go of between the two looks: then once more.
    if (seen !== undefined) return { holder: JSON.parse(seen) as ProcessIdentity };
  }
}

/** Who holds the lock; undefined where nobody does who lives. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const seen = readIfThere(path);
  const holder = seen === undefined ? undefined : (JSON.parse(seen) as ProcessIdentity);
  return holder && isAlive(holder) ? holder : undefined;
}

function acquire(path: string): boolean {
  // Written aside and linked into place, so that nobody ever reads a lock without its holder.
  const draft = `${path}.${process.pid}.${Buffer.from(systemRandom.bytes(6)).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(thisProcess()), { mode: 0o600 });
  try {
    if (tryLink(draft, path)) return true;
    removeIfStale(path, draft);
    return tryLink(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(path: string, draft: string): void {
  const seen = readIfThere(path);
  if (seen === undefined || lockHolder(path)) return;
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Another waiter may have replaced the stale lock between our look and the rename: then it is put back.
  if (readIfThere(aside) !== seen) tryLink(aside, path);
  rmSync(aside, { force: true });
}
