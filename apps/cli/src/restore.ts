import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ledgerContract } from '@tpmall/ledger/contract';
import { PostgresError, restoreBackup } from '@tpmall/platform/postgres';
import { createLog } from '@tpmall/platform/telemetry';
import { readDevFile } from '@tpmall/server/instance';
import { type ServerOptions, UsageError } from '@tpmall/server/options';
import { checkBackup, copyFilesIn, DATABASE } from './backup-files.ts';
import { seconds } from './elapsed.ts';
import { readArguments } from './instance-arguments.ts';
import { startLedger } from './ledger-port.ts';
import { toolContext } from './ledger-verify.ts';

/** What a restored ledger came to, as `--json` prints it. */
export interface Restored {
  readonly dataDir: string;
  readonly ok: boolean;
  /** Log entries that were added up, in digits. */
  readonly entries: string;
  readonly accounts: number;
}

/** Prints steps: to the error output where the answer is JSON. */
export function sayer(json: boolean): (line: string) => void {
  return (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
}

/**
 * `tpmall restore DIR`: restores a backup and verifies its ledger. It never overwrites: where the data folder
 * is in use, the restored one stands beside it, whether or not a server runs meanwhile.
 */
export async function restore(args: string[]): Promise<number> {
  const { server, json, positionals } = readArguments(args, [], 1);
  const [given] = positionals;
  if (given === undefined) throw new UsageError('Say where from: tpmall restore DIR');
  const folder = resolve(given);
  checkBackup(folder);
  const dataDir = freeFolder(server.dataDir);
  const say = sayer(json);
  if (dataDir !== server.dataDir) say(`${server.dataDir} has data; restoring beside it`);
  const restored = await restoreInto(folder, { ...server, dataDir }, say);
  if (!restored) return 1;
  if (json) process.stdout.write(`${JSON.stringify(restored)}\n`);
  if (!restored.ok) return 1;
  const settingsFile = readDevFile(dataDir)?.settingsFile;
  if (settingsFile) {
    say(`where its settings name a vault.dataFolder, copy there what is in ${join(dataDir, 'vault')}`);
  }
  const settings = settingsFile ? ` --settings ${settingsFile}` : '';
  say(`start it with: npm start -- --data-dir ${dataDir}${settings}`);
  return 0;
}

/**
 * Restores into a new data folder, recomputes every balance there, and leaves it stopped. Answers undefined
 * where it could not, and has told why.
 */
export async function restoreInto(
  folder: string,
  server: ServerOptions,
  say: (line: string) => void,
): Promise<Restored | undefined> {
  const from = performance.now();
  const { dataDir } = server;
  try {
    const log = createLog({ level: 'error' });
    const postgres = await restoreBackup(join(folder, DATABASE), { dataDir, log });
    await postgres.stop();
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
  copyFilesIn(folder, dataDir);
  say(`restored into ${dataDir} in ${seconds(from)}`);
  const system = await startLedger({ ...server, databaseUrl: undefined });
  try {
    const ledger = system.portFor(ledgerContract, 'operator');
    const answer = await ledger.verify(toolContext(), {});
    if (!answer.ok) {
      process.stderr.write(`The ledger could not be verified: ${answer.error.message}\n`);
      return undefined;
    }
    const { entries, accounts, differences, ok } = answer.value;
    say(
      `${entries} entries, ${accounts} accounts: ${ok ? 'every balance equals its log' : 'BALANCES DIFFER'}`,
    );
    for (const { accountId, field, machine, log } of differences) {
      say(`  account ${accountId}, ${field}: ${machine} in the balances, ${log} in the log`);
    }
    return { dataDir, ok, entries: entries.toString(), accounts };
  } finally {
    await system.close();
  }
}

/** The folder itself where it is new, else the first of its neighbours that is. */
function freeFolder(dataDir: string): string {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? dataDir : `${dataDir}-restored${n === 2 ? '' : `-${n - 1}`}`;
    if (!existsSync(candidate)) return candidate;
  }
}
