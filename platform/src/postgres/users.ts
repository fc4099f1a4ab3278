import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from './folders.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** Notes that this process uses the server. Call under the folder's lock. */
export function joinUsers(folders: Folders): void {
  mkdirSync(folders.users, { recursive: true, mode: 0o700 });
  writeFileSync(join(folders.users, String(process.pid)), JSON.stringify(thisProcess()), { mode: 0o600 });
}

/** Forgets this process. Call under the folder's lock. */
export function leaveUsers(folders: Folders): void {
  rmSync(join(folders.users, String(process.pid)), { force: true });
}

/** The other living processes that use the server; forgets those that died without leaving. */
export function otherUsers(folders: Folders): number[] {
  mkdirSync(folders.users, { recursive: true, mode: 0o700 });
  const others: number[] = [];
  for (const name of readdirSync(folders.users)) {
    const path = join(folders.users, name);
    const who = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
    if (!isAlive(who)) rmSync(path);
    else if (who.pid !== process.pid) others.push(who.pid);
  }
  return others;
}
