import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds, redacted, systemClock, systemRandom } from '@tpmall/kernel';
import { ledger } from '@tpmall/ledger';
import { ledgerContract, type NewAccount, type NewTransfer } from '@tpmall/ledger/contract';
import { createCallee, localPort, type OutgoingContext, type Port } from '@tpmall/platform/contract';
import { openDatabase } from '@tpmall/platform/db';
import { migrate } from '@tpmall/platform/migrations';
import { startPostgres } from '@tpmall/platform/postgres';
import type { Log, Metrics } from '@tpmall/platform/telemetry';
import { cpuOf, cpuOfTree } from './processor.ts';

/** What a call of `createTransfers` is answered. */
export type TransfersAnswer = Awaited<ReturnType<Port<typeof ledgerContract>['createTransfers']>>;

/** A ledger to put load on, wherever it runs. */
export interface LedgerTarget {
  /** Throws where an account is not there afterwards. */
  createAccounts(accounts: readonly NewAccount[]): Promise<void>;
  createTransfers(transfers: readonly NewTransfer[]): Promise<TransfersAnswer>;
  /** Microseconds of CPU used so far. */
  cpu(): { readonly node: number; readonly postgres: number };
}

/** A ledger on a Postgres of its own, which flushes every commit to disk. */
export interface BenchLedger extends LedgerTarget {
  /** Whether it shares its process with the load's generator. */
  readonly inProcess: boolean;
  /** The superuser's connection string. */
  readonly adminUrl: string;
  /** A request that reaches no ledger; only where requests reach one. */
  readonly emptyRequest?: () => Promise<void>;
  close(): Promise<void>;
}

const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};
const nothing = (): void => undefined;
const metrics: Metrics = {
  counter: () => ({ add: nothing }),
  histogram: () => ({ observe: nothing }),
  gauge: nothing,
};
const context: OutgoingContext = {
  actor: 'operator:bench',
  tenant: 'bench',
  commandId: 'bench',
  deadlineAt: Number.MAX_SAFE_INTEGER,
  traceparent: '',
};

/** Starts Postgres, migrates, and runs the ledger behind its contract in this process. */
export async function startLocalLedger(): Promise<BenchLedger> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-bench-'));
  const postgres = await startPostgres({ dataDir, log, durable: true });
  const migrated = await migrate({
    adminUrl: postgres.url,
    modules: [ledger],
    secret: redacted('bench'),
    log,
    clock: systemClock,
  });
  const db = openDatabase({ url: migrated.urlOf('ledger'), name: 'ledger' });
  const running = await ledger.create({
    config: ledger.config.parse({}),
    db,
    ports: {},
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    log,
    metrics,
    jobs: { enqueue: () => Promise.resolve() },
  });
  await running.start?.();
  const port = localPort(
    ledgerContract,
    createCallee(ledgerContract, running.implementation, systemClock),
    'operator',
  );
  return {
    adminUrl: postgres.url,
    inProcess: true,
    async createAccounts(accounts) {
      const answer = await port.createAccounts(context, { accounts });
      if (!answer.ok) throw new Error(answer.error.message);
    },
    createTransfers: (transfers) => port.createTransfers(context, { transfers }),
    cpu: () => ({ node: cpuOf(process.pid), postgres: cpuOfTree(postgres.pid) }),
    async close() {
      await running.stop?.();
      await db.close();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
