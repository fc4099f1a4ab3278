import { accountsContract, type PartyAccount } from '@tpmall/accounts/contract';
import { acquiringContract } from '@tpmall/acquiring/contract';
import {
  type Clock,
  createIds,
  MINUTE,
  type Micros,
  manualClock,
  ok,
  systemClock,
  systemRandom,
} from '@tpmall/kernel';
import { ledgerContract } from '@tpmall/ledger/contract';
import { payments } from '@tpmall/payments';
import { paymentsContract } from '@tpmall/payments/contract';
import {
  type Contract,
  createCallee,
  type InputOf,
  localPort,
  type OutgoingContext,
  type Port,
} from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { jobQueue } from '@tpmall/platform/jobs';
import type { Running } from '@tpmall/platform/module';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { risk } from '@tpmall/risk';
import { riskContract } from '@tpmall/risk/contract';
import { vaultContract } from '@tpmall/vault/contract';
import type pg from 'pg';
import { adminPool } from '../../harness/admin-pool.ts';
import { createTestAcquirer, type TestAcquirer } from './acquirer.ts';
import { createTestLedger, type TestLedger } from './ledger.ts';
import { createTestVault, type TestVault } from './vault.ts';

/** The platform whose payments these are, and its merchants. */
export const TENANT = 'acct_platform';
export const MERCHANTS = ['acct_one', 'acct_two'] as const;

/** What may be put between payments and what it stands on: to lose calls, to count them, to kill. */
export interface Between {
  port?<C extends Contract>(contract: C, port: Port<C>): Port<C>;
  db?(db: Database): Database;
  config?: object;
  /** Settings of risk. */
  risk?: object;
}

/** A running payments module. */
export interface Instance {
  readonly port: Port<typeof paymentsContract>;
  readonly running: Running<typeof paymentsContract>;
  /** One sweep of the resolver. */
  sweep(): Promise<void>;
}

/** What both sides say of all payments so far; the acquirer's and the ledger's must always agree. */
export interface Books {
  readonly held: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly ledgerHolds: bigint;
  readonly ledgerReceivable: bigint;
}

/** What payments stands between. */
export interface Sides {
  readonly acquiring: Port<typeof acquiringContract>;
  readonly ledger: Port<typeof ledgerContract>;
  books(): Promise<Books>;
  /** Authorisations that reached the issuer. */
  asked(): Promise<number>;
  close(): Promise<void>;
}

/** Payments and risk on a real database, between an acquirer and a ledger. */
export interface Stage extends Pick<Sides, 'books' | 'asked'> {
  readonly database: TestDatabase;
  readonly clock: Clock & { advance(by: Micros): void };
  readonly vault: TestVault;
  /** What the platform and its merchants are; a test may change it. */
  readonly terms: { basisPoints: number; descriptor: string };
  /** A new process, so to say: no memory of what another has begun. */
  start(between?: Between): Promise<Instance>;
  /** A context with a command of its own, or a given one. */
  context(commandId?: string, tenant?: string): OutgoingContext;
  /** Looks at the database as its superuser. */
  look<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** A stage whose acquirer and ledger are of a few lines each. */
export interface World extends Stage {
  readonly acquirer: TestAcquirer;
  readonly ledger: TestLedger;
}

/** Makes a world. */
export async function createWorld(): Promise<World> {
  const database = await testDatabase({ modules: [risk, payments] });
  const acquirer = createTestAcquirer();
  const ledger = createTestLedger();
  const stage = createStage(database, manualClock(systemClock.now()), {
    acquiring: acquirer.port,
    ledger: ledger.port,
    books: async () => ({
      ...acquirer.totals(),
      ledgerHolds: ledger.openHolds(),
      ledgerReceivable: -ledger.credit('acquirer_receivable', TENANT),
    }),
    asked: async () => acquirer.asked.count,
    close: async () => undefined,
  });
  return { ...stage, acquirer, ledger };
}

/** Puts payments between two sides. */
export function createStage(database: TestDatabase, clock: Stage['clock'], sides: Sides): Stage {
  const vault = createTestVault(TENANT);
  const terms = { basisPoints: 100, descriptor: 'TPMALL DEMO' };
  const admin = adminPool(database.url);
  let commands = 0;

  const start = async (between: Between = {}): Promise<Instance> => {
    const common = {
      clock,
      random: systemRandom,
      log: silentLog,
      metrics: createMetrics({ processMetrics: false }),
    };
    const ids = createIds(clock, systemRandom);
    const decider = await risk.create({
      ...common,
      ids,
      config: risk.config.parse({ velocity: [], ...between.risk }),
      db: database.db('risk'),
      ports: {},
      jobs: jobQueue,
    });
    const put = <C extends Contract>(contract: C, port: Port<C>): Port<C> =>
      between.port?.(contract, port) ?? port;
    const db = database.db('payments');
    const running = await payments.create({
      ...common,
      ids,
      config: payments.config.parse({ ...between.config }),
      db: between.db?.(db) ?? db,
      jobs: jobQueue,
      ports: {
        ledger: put(ledgerContract, sides.ledger),
        acquiring: put(acquiringContract, sides.acquiring),
        vault: put(vaultContract, vault.port),
        accounts: put(accountsContract, accountsPort(terms)),
        risk: put(
          riskContract,
          localPort(riskContract, createCallee(riskContract, decider.implementation, clock), 'payments'),
        ),
      },
    });
    const callee = createCallee(paymentsContract, running.implementation, clock);
    return {
      running,
      port: localPort(paymentsContract, callee, 'gateway'),
      sweep: async () => {
        for (const { name, run } of running.jobs ?? []) if (name.startsWith('sweep')) await run({});
      },
    };
  };

  return {
    database,
    clock,
    vault,
    terms,
    books: () => sides.books(),
    asked: () => sides.asked(),
    start,
    context: (commandId = `command-${(commands += 1)}`, tenant = TENANT) => ({
      actor: 'key:test',
      tenant,
      commandId,
      deadlineAt: clock.now() + MINUTE,
      traceparent: '',
    }),
    look: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    close: async () => {
      await sides.close();
      await admin.end();
      await database.close();
    },
  };
}

const accountsPort = (terms: Stage['terms']): Port<typeof accountsContract> =>
  ({
    findAccounts: async ({ tenant }: OutgoingContext, { ids }: { ids: readonly string[] }) =>
      ok(ids.flatMap((id) => (tenant === TENANT ? partyOf(id, terms) : []))),
  }) as unknown as Port<typeof accountsContract>;

function partyOf(id: string, terms: Stage['terms']): PartyAccount[] {
  const known: readonly string[] = [TENANT, ...MERCHANTS, 'acct_incapable'];
  if (!known.includes(id)) return [];
  return [
    {
      id,
      tenant: TENANT,
      kind: id === TENANT ? 'platform' : 'merchant',
      name: id,
      country: 'DE',
      defaultCurrency: 'eur',
      email: null,
      statementDescriptor: terms.descriptor,
      capabilities: { cardPayments: true, transfers: id !== 'acct_incapable' },
      feePlan: { basisPoints: terms.basisPoints, fixed: 0n },
      createdAt: 0,
    },
  ];
}

type NewIntent = InputOf<(typeof paymentsContract)['operations']['createIntent']>;

/** An intent of 100.00 EUR over two merchants, 20.00 of it the platform's own sale. */
export function newIntent(over: Partial<NewIntent> = {}): NewIntent {
  return {
    amount: 100_00n,
    currency: 'eur',
    captureMethod: 'manual',
    confirmationMethod: 'automatic',
    split: [
      { destination: MERCHANTS[0], amount: 50_00n, applicationFee: 5_00n },
      { destination: MERCHANTS[1], amount: 30_00n, applicationFee: 1_00n },
    ],
    ...over,
  };
}
