import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '@tpmall/kernel';
import type { Folders } from './folders.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** Notes a use of the server by this process; answers what to leave with. Call under the folder's lock. */
export function joinUsers(folders: Folders): string {
  mkdirSync(folders.users, { recursive: true, mode: 0o700 });
  const entry = join(folders.users, `${process.pid}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`);
  writeFileSync(entry, JSON.stringify(thisProcess()), { mode: 0o600 });
  return entry;
}

/** Ends a use. Call under the folder's lock. */
export function leaveUsers(entry: string): void {
  rmSync(entry, { force: true });
}

/**
 * Processes that use the server now; forgets those that died without leaving. Call under the folder's lock.
 */
export function livingUsers(folders: Folders): number[] {
  mkdirSync(folders.users, { recursive: true, mode: 0o700 });
  const living: number[] = [];
  for (const name of readdirSync(folders.users)) {
    const path = join(folders.users, name);
    const who = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
    if (isAlive(who)) living.push(who.pid);
    else rmSync(path);
  }
  return living;
}
