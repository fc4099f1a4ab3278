import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf } from '@tpmall/server/instance';
import { UsageError } from '@tpmall/server/options';

/** Where the database's copy lies in a backup. */
export const DATABASE = 'database';
/** Where the other files of the data folder lie. */
const FILES = 'files';
const SECRET = 'instance.secret';
/**
 * What a data folder holds beside the database and the vault's keys: the secret that its passwords derive
 * from, the API's keys, the card network's book. They open everything that the database holds, so a backup is
 * as secret as the system itself.
 */
const KEPT = [SECRET, 'dev.json', 'card-network'];
/** Where a backup has what opens the cards, and a restored data folder too. */
const VAULT = 'vault';
const KEYSTORE = 'vault-keystore';
/** What opens the cards; the passphrase is not there where the settings say one. */
const KEYS = [KEYSTORE, 'vault.passphrase'];

/**
 * @param vaultFolder where the vault keeps its keys
 * @throws UsageError where a vault runs whose keys are not there: a backup without them opens no card
 */
export function checkKeys(dataDir: string, vaultFolder: string): void {
  if (existsSync(join(vaultFolder, KEYSTORE)) || holderOf(dataDir, 'vault') === undefined) return;
  throw new UsageError(
    `The keys of the vault are not in ${vaultFolder}, and without them no card opens. Start every ` +
      'process of the instance with the same --settings file.',
  );
}

/** Where the files are that belong into a backup beside the database. */
export function filesOf(dataDir: string, vaultFolder: string): string[] {
  const files = [...KEPT.map((name) => join(dataDir, name)), ...KEYS.map((name) => join(vaultFolder, name))];
  return files.filter((file) => existsSync(file));
}

/** Copies the files of an instance into a backup, so that it has all of them or none. */
export function copyFilesOut(dataDir: string, vaultFolder: string, backup: string): void {
  const draft = join(backup, `${FILES}.draft`);
  copy(KEPT, dataDir, draft);
  copy(KEYS, vaultFolder, join(draft, VAULT));
  renameSync(draft, join(backup, FILES));
}

/** @throws UsageError where a folder is no backup, or one that was stopped before its end */
export function checkBackup(backup: string): void {
  if (!existsSync(join(backup, DATABASE))) throw new UsageError(`${backup} is not a backup.`);
  if (existsSync(join(backup, FILES, SECRET))) return;
  throw new UsageError(
    `${backup} is not a whole backup: ${join(FILES, SECRET)} is missing, without which nothing in it ` +
      'can be opened. Restore another one.',
  );
}

/** Copies them back into a new data folder, the vault's keys below it wherever they were. */
export function copyFilesIn(backup: string, dataDir: string): void {
  copy([...KEPT, VAULT], join(backup, FILES), dataDir);
}

function copy(names: readonly string[], from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of names) {
    if (!existsSync(join(from, name))) continue;
    cpSync(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true });
  }
}
