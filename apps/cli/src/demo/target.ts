import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevFile, readRunningDev } from '@tpmall/server/instance';
import type { ServerOptions } from '@tpmall/server/options';

/** The server that the demonstration talks to. */
export interface Target {
  readonly dev: DevFile;
  /** Whether it was running before; otherwise it was started for this alone and is thrown away afterwards. */
  readonly running: boolean;
  close(): Promise<void>;
}

/**
 * Finds the running server of the data folder, or starts one of its own in a folder that is removed
 * afterwards.
 */
export async function findTarget(server: ServerOptions): Promise<Target> {
  const dev = readRunningDev(server.dataDir);
  if (dev && (await answers(dev.apiUrl))) return { dev, running: true, close: () => Promise.resolve() };
  const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-demo-'));
  // Only here, because it loads all modules, which takes longer than asking a running server.
  const { seed, startSystem } = await import('@tpmall/server');
  const system = await startSystem({
    ...{ ...server, dataDir, portIsFixed: false, logLevel: 'error' },
    // What is thrown away afterwards has nothing to do with the operator's database.
    databaseUrl: undefined,
  });
  const seeded = await seed(system);
  const { apiUrl, vaultUrl, webUrl: mallUrl, consoleUrl, simulatorUrl, mailboxUrl, databaseUrl } = system;
  const urls = { apiUrl, vaultUrl, mallUrl, consoleUrl, simulatorUrl, mailboxUrl, databaseUrl };
  return {
    dev: { ...seeded, ...urls, settingsFile: server.settingsFile ?? null, pid: process.pid },
    running: false,
    close: async () => {
      await system.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function answers(apiUrl: string): Promise<boolean> {
  return fetch(`${apiUrl}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}
