import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROCESSES_MAX } from '@tpmall/platform/db';
import { tryFileLock } from '@tpmall/platform/postgres';
import { holderOf, lockOf, readDevFile } from './instance.ts';
import { MODULE_NAMES } from './options.ts';
import { UsageError } from './usage-error.ts';

/**
 * Holds modules of a data folder for this process, so that no other runs them too: it would take over their
 * sockets and the card network's book. What a process held that was killed is free.
 *
 * @returns lets go of them; throws `UsageError` where one runs already
 */
export function lockModules(dataDir: string, modules: readonly string[]): () => void {
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  const held: (() => void)[] = [];
  const release = (): void => {
    for (const letGo of held.splice(0)) letGo();
  };
  for (const module of modules) {
    const lock = tryFileLock(lockOf(dataDir, module));
    if ('release' in lock) {
      held.push(lock.release);
      continue;
    }
    release();
    const { pid } = lock.holder;
    const dev = readDevFile(dataDir);
    const at = dev?.pid === pid ? ` at ${dev.apiUrl}` : '';
    throw new UsageError(
      `The module ${module} of ${dataDir} already runs as pid ${pid}${at}. Stop that, or start with ` +
        'another --data-dir.',
    );
  }
  return release;
}

/**
 * Refuses a process that the embedded server has no connections for any more: the others would lose theirs as
 * well. This one holds its modules by now, so that of several that start at once none is overlooked.
 *
 * @throws UsageError which says how many run
 */
export function refuseCrowd(dataDir: string): void {
  const processes = new Set(MODULE_NAMES.map((module) => holderOf(dataDir, module)));
  processes.delete(undefined);
  if (processes.size <= PROCESSES_MAX) return;
  throw new UsageError(
    `${processes.size - 1} processes of ${dataDir} run already, and the embedded Postgres has connections ` +
      `for ${PROCESSES_MAX}. Run more modules in one process, or set DATABASE_URL for all of them.`,
  );
}

/** They serve pages on one origin, the vault's, which one process listens on. */
const ON_ONE_ORIGIN = [
  ['vault', 'acquiring'],
  ['acquiring', 'vault'],
] as const;

/** @throws UsageError where this process has one of `vault` and `acquiring`, and another one has the other */
export function refuseSplitOrigin(dataDir: string, modules: readonly string[]): void {
  for (const [here, there] of ON_ONE_ORIGIN) {
    const pid = modules.includes(here) && !modules.includes(there) ? holderOf(dataDir, there) : undefined;
    if (pid === undefined) continue;
    throw new UsageError(
      `${here} and ${there} serve their pages on one origin, and ${there} runs as pid ${pid} without ` +
        `${here}. Stop that, and start both in one process: --modules vault,acquiring`,
    );
  }
}
