import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identityContract } from '@tpmall/identity/contract';
import { assert, systemRandom, unwrap } from '@tpmall/kernel';
import { silentLog } from '@tpmall/platform/telemetry';
import {
  freePorts,
  TEST_INSTANCE_SECRET,
  TEST_SECRET,
  type TestDatabase,
  testDatabase,
} from '@tpmall/platform/testing';
import {
  allModules,
  MODULE_NAMES,
  type ModuleName,
  openInstance,
  operatorContext,
  readOptions,
  type Seeded,
  type System,
  type SystemParts,
  seed,
  startSystem,
} from '@tpmall/server';
import Stripe from 'stripe';
import { checkResponse } from './check-response.ts';
import { cleanEnvironment } from './clean-environment.ts';

/** How the modules are spread over processes. */
export type Topology = 'one process' | 'ledger and card data apart';

/** A whole TPMall with its keys, for tests that use it as a client does. */
export interface TestSystem {
  readonly system: System;
  /** The official SDK with the platform's secret key. */
  readonly stripe: Stripe;
  /** The official SDK against the vault's origin, with the publishable key. */
  readonly vault: Stripe;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** Of Olga, who runs the house: a key that she has made. */
  readonly operatorKey: string;
  /** Of Qian, who runs it as well. */
  readonly secondOperatorKey: string;
  /** The first operator key, which is in `dev.json` and belongs to nobody. */
  readonly machineKey: string;
  readonly merchants: readonly string[];
  readonly dataDir: string;
  /** A request with Olga's key; answers the parsed body and throws where the status is not 2xx. */
  operator(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Orders a fault of the card network, or clears all. */
  network(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Stops the main process's part in order, and starts it anew on what it left, at the same addresses. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The modules of each process beside the main one. */
const APART: readonly (readonly ModuleName[])[] = [['ledger'], ['vault', 'acquiring']];

/** What a test wants otherwise than usual. */
export interface Wishes {
  /** Fills the mall. */
  readonly goods?: boolean;
  /**
   * Keeps the database in the data folder, as an instance of its own does. Usually it is a copy of a migrated
   * one on the cluster that tests share: making a cluster and its schema took longer than many a test.
   */
  readonly ownPostgres?: boolean;
  /** Reaches the shared cluster by another way: one that a test can cut. */
  readonly wayTo?: (databaseUrl: string) => Promise<string>;
}

/**
 * Starts a system of its own: database, card network and all, in a folder that is removed afterwards.
 */
export async function startTestSystem(
  topology: Topology = 'one process',
  parts: SystemParts = {},
  { goods = false, ownPostgres = false, wayTo = async (url) => url }: Wishes = {},
): Promise<TestSystem> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-system-'));
  const port = await freePorts();
  const apart = topology === 'one process' ? [] : APART;
  const others = new Set(apart.flat());
  const own = MODULE_NAMES.filter((name) => !others.has(name));
  const closeAll: (() => Promise<void>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closeAll.splice(0).reverse()) await step();
  };
  try {
    const env = { DATABASE_URL: '' };
    if (!ownPostgres) {
      const database = await databaseFor(dataDir);
      closeAll.push(() => database.close());
      env.DATABASE_URL = await wayTo(database.url);
    }
    for (const modules of apart) {
      const sister = await startSister(modules, dataDir, port, env);
      closeAll.push(() => stopSister(sister));
    }
    const args = ['--data-dir', dataDir, '--port', String(port), '--modules', own.join(',')];
    const options = readOptions(args, env);
    const start = (): Promise<System> => startSystem(options, { log: silentLog, ...parts });
    let system = await start();
    closeAll.push(() => system.close());
    const seeded = await seed(system, { goods });
    const operatorKey = await operatorKeyOf(system, seeded, 'olga');
    return {
      get system() {
        return system;
      },
      dataDir,
      stripe: sdk(system.apiUrl, seeded.secretKey),
      vault: sdk(system.vaultUrl, seeded.publishableKey),
      ...seeded,
      ...{ operatorKey, secondOperatorKey: await operatorKeyOf(system, seeded, 'qian') },
      machineKey: seeded.operatorKey,
      merchants: seeded.connectedAccounts.map(({ id }) => id),
      operator: (method, path, body) => ask(system.apiUrl, method, path, body, operatorKey),
      network: (method, path, body) => ask(system.simulatorUrl, method, path, body),
      async restart() {
        await system.close();
        system = await start();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An operator key that one of the demonstration's operators has made. */
async function operatorKeyOf(system: System, { demoLogins }: Seeded, handle: string): Promise<string> {
  const identity = system.portFor(identityContract, 'operator');
  // Whoever works for the platform itself names it.
  const tenant = demoLogins.find(({ email }) => email === 'dev@tpmall.example')?.account ?? '';
  const context = operatorContext(tenant, `key of ${handle}`);
  const { id } = unwrap(await identity.findPersonByHandle(context, { handle }));
  const own = { ...context, actor: `operator:${id}` };
  return unwrap(await identity.createKey(own, { kind: 'operator', name: `Key of ${handle}` })).key;
}

/**
 * The official SDK against one of our origins. It tries once: a test wants to see each answer. Every answer
 * is held to the SDK's own types.
 */
export function sdk(origin: string, key: string): Stripe {
  const url = new URL(origin);
  return new Stripe(key, {
    host: url.hostname,
    port: url.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: checking(Stripe.createNodeHttpClient(), key.startsWith('pk_')),
  });
}

/** A client that throws where an answer differs from the SDK's types. */
function checking(client: Stripe.HttpClient, isPublic: boolean): Stripe.HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest: async (...request) => {
      const response = await client.makeRequest(...request);
      const parse = response.toJSON.bind(response);
      response.toJSON = async () => {
        const body: unknown = await parse();
        try {
          checkResponse(body, isPublic);
        } catch (error) {
          // The SDK wraps what is thrown here as invalid JSON, and hides its message.
          process.stderr.write(`${String(error)}\n`);
          throw error;
        }
        return body;
      };
      return response;
    },
  };
}

async function ask(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  key?: string,
): Promise<Record<string, unknown>> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** A database on the shared cluster for the instance of a data folder. */
function databaseFor(dataDir: string): Promise<TestDatabase> {
  writeFileSync(join(dataDir, 'instance.secret'), TEST_INSTANCE_SECRET, { mode: 0o600 });
  const secret = openInstance(dataDir, systemRandom).secretFor('database roles');
  assert(secret.reveal() === TEST_SECRET.reveal(), 'all roles of a shared cluster have one secret');
  return testDatabase({ modules: allModules });
}

async function startSister(
  modules: readonly ModuleName[],
  dataDir: string,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
  const args = ['--modules', modules.join(','), '--data-dir', dataDir, '--port', String(port)];
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...cleanEnvironment(), ...env },
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`${modules.join()} ended with ${code}: ${said}`)));
  });
  return child;
}

async function stopSister(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
