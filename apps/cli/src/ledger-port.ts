import { systemClock, systemRandom } from '@tpmall/kernel';
import { ledgerContract } from '@tpmall/ledger/contract';
import { connectRemote, type Port } from '@tpmall/platform/contract';
import { hasCluster } from '@tpmall/platform/postgres';
import type { System } from '@tpmall/server';
import { isInstance, openInstance } from '@tpmall/server/instance';
import { type ServerOptions, UsageError } from '@tpmall/server/options';

/** The ledger as the operator's tools see it, and how to let go of it. */
export interface LedgerAccess {
  readonly port: Port<typeof ledgerContract>;
  /** Whether a running server answers; otherwise the ledger was started for this command alone. */
  readonly live: boolean;
  close(): Promise<void>;
}

/**
 * Reaches the ledger of a running instance, or starts it alone where nothing runs.
 *
 * @throws UsageError where there is no instance, or its database is not there: a new one would be verified
 */
export async function openLedger(server: ServerOptions): Promise<LedgerAccess> {
  const { dataDir, databaseUrl } = server;
  if (!isInstance(dataDir)) throw new UsageError(`Nothing was started in ${dataDir} yet: npm start`);
  const instance = openInstance(dataDir, systemRandom);
  const remote = connectRemote(ledgerContract, {
    address: { socketPath: instance.socketOf('ledger') },
    caller: 'operator',
    secret: instance.secretFor('call operator ledger'),
    clock: systemClock,
  });
  const live = await remote.check().then(
    () => true,
    () => false,
  );
  if (live) return { port: remote.port, live, close: async () => remote.close() };
  remote.close();
  if (databaseUrl === undefined && !hasCluster(dataDir)) {
    throw new UsageError(`No database is in ${dataDir}: set DATABASE_URL as the last start there had it.`);
  }
  const system = await startLedger(server);
  return { port: system.portFor(ledgerContract, 'operator'), live, close: () => system.close() };
}

/** Starts the ledger alone, to look at what is kept: nothing else works on that meanwhile. */
export async function startLedger(server: ServerOptions): Promise<System> {
  // Only here, because it loads all modules, which takes longer than asking a running server.
  const { startSystem } = await import('@tpmall/server');
  return startSystem({ ...server, modules: ['ledger'], logLevel: 'error' }, { background: false });
}
