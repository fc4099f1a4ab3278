import { iso8583On, type Timers } from '@tpmall/connector-iso8583';
import { createIds, err, hash128, type Micros, ok, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import {
  type CallContext,
  createCallee,
  localPort,
  type OutgoingContext,
  type Port,
} from '@tpmall/platform/contract';
import { type Database, openDatabase, sql } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import { createMetrics } from '@tpmall/platform/telemetry';
import { freePorts, silentLog, type TestDatabase } from '@tpmall/platform/testing';
import type { CardNetworkProcess } from '@tpmall/simulator-card-network';
import { type Card, vaultContract } from '@tpmall/vault/contract';
import Fastify from 'fastify';
import { acquiringContract } from '../src/contract/index.ts';
import { acquiring } from '../src/module.ts';

/** Short, because most tests here wait for it. */
const ANSWER_TIMEOUT_MS = 300;
const TENANT = 'acct_mall';

/**
 * Trace numbers begin anew with each database: by its terminal the host tells one database's messages from
 * another's.
 */
const terminals = new WeakMap<TestDatabase, string>();
let lastTerminal = 0;

/** DE 41 of a database's messages. */
export function terminalOf(database: TestDatabase): string {
  const known = terminals.get(database);
  if (known !== undefined) return known;
  lastTerminal += 1;
  const made = `TPM${String(lastTerminal).padStart(5, '0')}`;
  terminals.set(database, made);
  return made;
}

const TURN_MS = 20;

/**
 * Count turns and not time: a process that stood still for a second is one turn late, and hears what has come
 * meanwhile before the next. By the machine's timers that would have come too late.
 */
const turns: Timers = {
  set: (run, milliseconds) => {
    let left = Math.ceil(milliseconds / TURN_MS);
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      run();
    }, TURN_MS);
    return timer;
  },
  clear: (timer) => clearInterval(timer),
};

const definition = acquiring(iso8583On(turns));

/** The module for `testDatabase`. */
export const modules = [definition];

/** Acquiring with its routes, its job and its port, on a database of its own and a simulator. */
export interface AcquiringUnderTest {
  readonly port: Port<typeof acquiringContract>;
  /** Moves this module's clock ahead of the machine's. */
  advance(by: Micros): void;
  readonly db: Database;
  readonly vaultUrl: string;
  readonly logged: string[];
  /** As an operator calls it. */
  readonly operator: Port<typeof acquiringContract>;
  /** What the recurring job does. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts acquiring, signed on to every host unless they are away. Payment methods are card numbers in
 * disguise: `pm_` and the number, so that a test says which card it pays with; the verification value goes
 * with the first authorisation only, as the vault's contract says.
 */
export async function startAcquiring(
  database: TestDatabase,
  network: CardNetworkProcess,
  settings: {
    config?: object;
    db?: (db: Database) => Database;
    /** What browsers call the vault's origin, where a proxy stands in front of it. */
    publicUrl?: string;
    /** The hosts let nobody sign on. */
    areAway?: boolean;
  } = {},
): Promise<AcquiringUnderTest> {
  let ahead = 0;
  const clock = { now: () => systemClock.now() + ahead };
  const logged: string[] = [];
  const write = (fields: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const port = await freePorts();
  const vaultUrl = `http://localhost:${port}`;
  const db = (settings.db ?? ((same) => same))(database.db('acquiring'));
  const running = await definition.create({
    config: definition.config.parse(
      configOf(network, vaultUrl, terminalOf(database), {
        ...(settings.publicUrl !== undefined && {
          vaultUrl: settings.publicUrl,
          directoryServer: { url: `${network.url}/3ds/areq`, resultsUrl: vaultUrl },
        }),
        ...settings.config,
      }),
    ),
    db,
    ports: { vault: vaultPort() },
    clock,
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    log: { ...silentLog, info: write, warn: write, error: write },
    metrics: createMetrics({ processMetrics: false }),
    jobs: { enqueue: async () => undefined },
  });
  const app = Fastify();
  await running.routes?.vault?.(app);
  await app.listen({ host: 'localhost', port });
  await running.start?.();
  const callee = createCallee(acquiringContract, running.implementation, systemClock);
  const operator = localPort(acquiringContract, callee, 'operator');
  await until(
    async () =>
      settings.areAway === true ||
      unwrap(await operator.connectorHealth(contextOf(), {})).every(({ state }) => state === 'signed_on'),
  );
  return {
    port: localPort(acquiringContract, callee, 'payments'),
    operator,
    advance: (by) => {
      ahead += by;
    },
    db,
    vaultUrl,
    logged,
    sweep: async () => {
      for (const job of running.jobs ?? []) await job.run({});
    },
    stop: async () => {
      await running.stop?.();
      await app.close();
    },
  };
}

function configOf(
  network: CardNetworkProcess,
  vaultUrl: string,
  terminalId: string,
  more: object = {},
): object {
  return {
    vaultUrl,
    merchantName: 'Kiln & Reed',
    connectors: [network.isoPort, ...network.moreIsoPorts].map((port, index) => ({
      protocol: 'iso8583',
      name: index === 0 ? 'host' : `host-${index + 1}`,
      host: '127.0.0.1',
      port,
      acquirerId: '123456',
      terminalId,
      merchantId: 'TPMALL',
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      reconnectFirstMs: 20,
    })),
    directoryServer: { url: `${network.url}/3ds/areq`, timeoutMs: 5_000 },
    repeatFirstMs: 30,
    repeatMaxMs: 100,
    ...more,
  };
}

function vaultPort(): Port<typeof vaultContract> {
  const notHere = async () => err('unavailable', 'not in this test');
  const used = new Set<string>();
  const callee = createCallee(
    vaultContract,
    {
      detokenise: async (_context, { id, purpose }) => {
        const pan = /^pm_(\d{13,19})/.exec(id)?.[1];
        if (pan === undefined) return err('not_found', 'no such card');
        const cvv = purpose === 'authorisation' && !used.has(id) ? '987' : null;
        if (purpose === 'authorisation') used.add(id);
        return ok({ pan, expiry: id.endsWith('_expired') ? '2001' : '3112', cvv, name: null });
      },
      findCard: async (_context, { id }) => {
        const pan = /^pm_(\d{13,19})/.exec(id)?.[1];
        if (pan === undefined) return err('not_found', 'no such card');
        return ok(describeCard(id, pan));
      },
      findCards: notHere,
      listCards: notHere,
      listCardsOfCustomers: notHere,
      adoptTestCard: notHere,
      attachCard: notHere,
      detachCard: notHere,
      updateCard: notHere,
      createTestToken: notHere,
      createConfirmationToken: notHere,
      findToken: notHere,
      redeemToken: notHere,
      settleToken: notHere,
      rotateKey: async () => ok({ version: 1 }),
      openCardForm: async () => ok({ path: '' }),
    },
    systemClock,
  );
  return localPort(vaultContract, callee, 'acquiring');
}

/** The vault knows more of a number; rules and limits ask for these. */
function describeCard(id: string, pan: string): Card {
  return {
    id,
    tenant: TENANT,
    token: '9900000000000000001',
    brand: BRANDS[pan[0] ?? ''] ?? 'unknown',
    last4: pan.slice(-4),
    expMonth: 12,
    expYear: 2031,
    fingerprint: `fp${hash128(pan).toString(36)}`,
    country: 'DE',
    funding: 'credit',
    bin: pan.slice(0, 6),
    name: null,
    customer: null,
    standing: 'usable',
    allowRedisplay: 'unspecified',
    createdAt: 0,
  };
}

const BRANDS: Readonly<Record<string, Card['brand']>> = { '3': 'amex', '4': 'visa', '5': 'mastercard' };

let commands = 0;

/** The context of a command. */
export function contextOf(
  commandId = `cmd_${(commands += 1)}`,
): OutgoingContext & Pick<CallContext, 'commandId'> {
  return {
    actor: 'key:key_1',
    tenant: TENANT,
    commandId,
    deadlineAt: systemClock.now() + 60_000_000,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}

/** An order over HTTP to the simulator's control API. */
export async function control(
  network: CardNetworkProcess,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(network.url + path, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** What the host has booked. */
export interface HostBook {
  readonly messages: Record<string, number>;
  readonly authorisations: readonly {
    readonly acquirer: string;
    readonly stan: string;
    readonly terminal: string;
    readonly reference: string;
    readonly card: string;
    readonly amount: string;
    readonly remaining: string;
    readonly state: string;
    readonly captured: string;
    readonly refunded: string;
    readonly reversals: number;
    readonly times: number;
    readonly authenticated: boolean;
    readonly captures: readonly { readonly code: string; readonly times: number; readonly final: boolean }[];
    readonly refunds: readonly {
      readonly code: string;
      readonly reversed: boolean;
      readonly returned: { readonly code: string; readonly noted: boolean } | null;
    }[];
    readonly increments: readonly {
      readonly code: string;
      readonly amount: string;
      readonly reversed: boolean;
    }[];
  }[];
}

/** The host's book. */
export async function readBook(network: CardNetworkProcess): Promise<HostBook> {
  return (await control(network, 'GET', '/book')) as HostBook;
}

const outbox = sql(
  'test.outbox',
  'SELECT type, aggregate_id, payload FROM acquiring.outbox ORDER BY xid, seq',
);

/** The events so far. */
export async function eventsOf(db: Database): Promise<Pick<StoredEvent, 'type' | 'payload'>[]> {
  const { rows } = await db.run<{ type: string; payload: object }>(outbox);
  return rows.map(({ type, payload }) => ({ type, payload }));
}

const reference = sql('test.reference', 'SELECT reference FROM acquiring.authorisation WHERE id = $1');

/** The host's account of an authorisation. */
export async function atHost(network: CardNetworkProcess, database: TestDatabase, authorisationId: string) {
  const { rows } = await database.db('acquiring').run<{ reference: string }>(reference, [authorisationId]);
  const terminal = terminalOf(database);
  const { authorisations } = await readBook(network);
  return authorisations.find((each) => each.terminal === terminal && each.reference === rows[0]?.reference);
}

const advices = sql('test.advices', 'SELECT kind, state, attempts FROM acquiring.advice ORDER BY id');

/** The advices of a database, the oldest first. */
export async function advicesOf(db: Database) {
  const { rows } = await db.run<{ kind: string; state: string; attempts: number }>(advices);
  return rows;
}

/** Waits until something holds; what has not happened after so many looks will not. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1_500; looks += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never came true: ${String(condition)}`);
}

/** As if the time to wait for answers had passed; the module's own role may not do that. */
export async function makeOverdue(of: TestDatabase): Promise<void> {
  const admin = openDatabase({ url: of.adminUrl, name: 'test' });
  await admin.run(
    sql(
      'test.overdue',
      `WITH increments AS (UPDATE acquiring.increment SET answer_by = '2026-01-01T00:00:00Z'),
         refunds AS (UPDATE acquiring.refund SET answer_by = '2026-01-01T00:00:00Z')
       UPDATE acquiring.authorisation SET answer_by = '2026-01-01T00:00:00Z'`,
    ),
  );
  await admin.close();
}
