import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tryFileLock } from '@tpmall/platform/postgres';
import { lockOf, readDevFile } from './instance.ts';
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
