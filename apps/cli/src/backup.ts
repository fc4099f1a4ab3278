import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { baseBackup, isEmbedded } from '@tpmall/platform/postgres';
import { vaultFolderOf } from '@tpmall/server';
import { noServer, readRunningDev } from '@tpmall/server/instance';
import { UsageError } from '@tpmall/server/options';
import { checkKeys, copyFilesOut, DATABASE, filesOf } from './backup-files.ts';
import { seconds } from './elapsed.ts';
import { readArguments } from './instance-arguments.ts';
import { restoreInto, sayer } from './restore.ts';

/**
 * `tpmall backup DIR`: copies the running system while it goes on working. A backup that was never restored
 * is a hope, so it is restored once into a folder that is thrown away, and its ledger is verified there.
 */
export async function backup(args: string[]): Promise<number> {
  const { server, json, positionals } = readArguments(args, [], 1);
  const [given] = positionals;
  if (given === undefined) throw new UsageError('Say where to: tpmall backup DIR');
  const folder = resolve(given);
  const say = sayer(json);
  const { dataDir } = server;
  const dev = readRunningDev(dataDir);
  if (!dev) throw new UsageError(noServer(dataDir));
  const vaultFolder = vaultFolderOf({ dataDir, settingsFile: dev.settingsFile ?? undefined });
  checkKeys(dataDir, vaultFolder);
  if (!isEmbedded(dev.databaseUrl, dataDir)) {
    throw new UsageError(
      'The database of DATABASE_URL is copied with the tools of its own server (pg_basebackup). Of the ' +
        `rest keep ${filesOf(dataDir, vaultFolder).join(', ')} with that copy.`,
    );
  }

  const from = performance.now();
  const { bytes, endLsn } = await baseBackup(dev.databaseUrl, join(folder, DATABASE));
  // After the database: what it knows of the keys and of the card network is then in these files.
  copyFilesOut(dataDir, vaultFolder, folder);
  say(`copied ${(bytes / 1024 ** 2).toFixed(1)} MiB up to ${endLsn} in ${seconds(from)}: ${folder}`);
  say('it holds keys and encrypted cards: keep it as you keep the system itself');

  const scratch = mkdtempSync(join(tmpdir(), 'tpmall-verify-'));
  try {
    say('restoring it once to see that it works');
    const restored = await restoreInto(folder, { ...server, dataDir: join(scratch, 'data') }, say);
    if (!restored) return 1;
    const { ok, entries, accounts } = restored;
    if (json) process.stdout.write(`${JSON.stringify({ folder, bytes, endLsn, ok, entries, accounts })}\n`);
    return ok ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
