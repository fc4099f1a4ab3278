import { existsSync } from 'node:fs';
import { systemClock, systemRandom } from '@tpmall/kernel';
import { ledgerContract } from '@tpmall/ledger/contract';
import { connectRemote, type Port } from '@tpmall/platform/contract';
import { openInstance } from '@tpmall/server/instance';
import { type ServerOptions, UsageError } from '@tpmall/server/options';

/** The ledger as the operator's tools see it, and how to let go of it. */
export interface LedgerAccess {
  readonly port: Port<typeof ledgerContract>;
  /** Whether a running server answers; otherwise the ledger was started for this command alone. */
  readonly live: boolean;
  close(): Promise<void>;
}

/** Reaches the ledger of a running instance, or starts it alone where nothing runs. */
export async function openLedger(server: ServerOptions): Promise<LedgerAccess> {
  if (!existsSync(server.dataDir)) {
    throw new UsageError(`There is no data folder ${server.dataDir}. Start the server first: npm start`);
  }
  const instance = openInstance(server.dataDir, systemRandom);
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
  // Only here, because it loads all modules, which takes longer than asking a running server.
  const { startSystem } = await import('@tpmall/server');
  const system = await startSystem({ ...server, modules: ['ledger'], logLevel: 'error' });
  return { port: system.portFor(ledgerContract, 'operator'), live, close: () => system.close() };
}
