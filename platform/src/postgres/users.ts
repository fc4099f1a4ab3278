import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '@tpmall/kernel';
import type { Folders } from './folders.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** A use of one server; it ends with that server, even if another one takes its place in the folder. */
interface Use extends ProcessIdentity {
  readonly server: number;
}

/** Notes a use of the server by this process; answers what to leave with. Call under the folder's lock. */
export function joinUsers(folders: Folders, server: number): string {
  mkdirSync(folders.users, { recursive: true, mode: 0o700 });
  const entry = join(folders.users, `${process.pid}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`);
  const use: Use = { ...thisProcess(), server };
  writeFileSync(entry, JSON.stringify(use), { mode: 0o600 });
  return entry;
}

/** Ends a use. Call under the folder's lock. */
export function leaveUsers(entry: string): void {
  rmSync(entry, { force: true });
}

/**
 * Processes that use the server now; forgets those that died without leaving. Call under the folder's lock.
 */
export function livingUsers(folders: Folders, server: number): number[] {
  mkdirSync(folders.users, { recursive: true, mode: 0o700 });
  const living: number[] = [];
  for (const name of readdirSync(folders.users)) {
    const path = join(folders.users, name);
    const use = JSON.parse(readFileSync(path, 'utf8')) as Use;
    if (use.server === server && isAlive(use)) living.push(use.pid);
    else rmSync(path);
  }
  return living;
}
