import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the database's copy lies in a backup. */
export const DATABASE = 'database';
/** Where the other files of the data folder lie. */
const FILES = 'files';
/**
 * What a data folder holds beside the database: the secret that its passwords derive from, the keys, the card
 * network's book. They open everything that the database holds, so a backup is as secret as the system
 * itself.
 */
const KEPT = ['instance.secret', 'dev.json', 'vault', 'card-network'];

/** Copies the files of a data folder into a backup. */
export function copyFilesOut(dataDir: string, backup: string): void {
  copy(dataDir, join(backup, FILES));
}

/** Copies them back into a new data folder. */
export function copyFilesIn(backup: string, dataDir: string): void {
  copy(join(backup, FILES), dataDir);
}

function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of KEPT) {
    if (!existsSync(join(from, name))) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true, mode: 0o700 });
    cpSync(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true });
  }
}
