import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityContract, type Principal } from '@tpmall/identity/contract';
import { createIds, err, manualClock, ok, redacted, systemClock, systemRandom } from '@tpmall/kernel';
import {
  type CallContext,
  createCallee,
  type Implementation,
  localPort,
  type Port,
} from '@tpmall/platform/contract';
import type { Running } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import { createMetrics } from '@tpmall/platform/telemetry';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import Fastify, { type FastifyInstance } from 'fastify';
import { luhnCheckDigit } from '../src/card/luhn.ts';
import { vaultConfig } from '../src/config.ts';
import type { Card, vaultContract } from '../src/contract/index.ts';
import { vault } from '../src/module.ts';

/** What only other keys have. */
const UNRESTRICTED = { permissions: null, dailyQuota: null, owner: null, origins: [] };
/** Keys that the identity of these tests knows. */
const KEYS: Readonly<Record<string, Principal>> = {
  sk_test_one: { keyId: 'key_s1', tenant: 'acct_one', kind: 'secret', ...UNRESTRICTED },
  pk_test_one: { keyId: 'key_p1', tenant: 'acct_one', kind: 'publishable', ...UNRESTRICTED },
  pk_test_shop: {
    ...{ keyId: 'key_p3', tenant: 'acct_one', kind: 'publishable', ...UNRESTRICTED },
    origins: ['https://shop.example'],
  },
  pk_test_two: { keyId: 'key_p2', tenant: 'acct_two', kind: 'publishable', ...UNRESTRICTED },
  rk_test_cards: {
    ...{ keyId: 'key_r1', tenant: 'acct_one', kind: 'restricted', ...UNRESTRICTED },
    permissions: { payment_methods: 'write' },
  },
  rk_test_reads: {
    ...{ keyId: 'key_r2', tenant: 'acct_one', kind: 'restricted', ...UNRESTRICTED },
    permissions: { payment_methods: 'read', customers: 'write' },
  },
  ok_test_house: { keyId: 'key_o', tenant: 'acct_one', kind: 'operator', ...UNRESTRICTED },
};

/** A number that some card could have: made here, so that the source holds none. */
export function cardNumber(prefix: string, length = 16): string {
  let body = prefix;
  while (body.length < length - 1) body += String(systemRandom.bytes(1)[0] ?? 0).slice(-1);
  return body + luhnCheckDigit(body);
}

/** A vault with a database, a keystore and an HTTP origin of its own. */
export interface VaultUnderTest {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly clock: ReturnType<typeof manualClock>;
  readonly app: FastifyInstance;
  readonly running: Running<typeof vaultContract>;
  readonly logged: string[];
  readonly jobs: string[];
  /** Answers of identity are lost while this is true. */
  identityDown: boolean;
  card(tenant: string, id: string): Promise<Card>;
  stop(): Promise<void>;
}

/** A call's context. */
export function contextOf(tenant: string, commandId = `cmd_${systemRandom.bytes(8).join('')}`): CallContext {
  return {
    caller: 'acquiring',
    actor: 'key:key_s1',
    tenant,
    commandId,
    deadlineAt: Number.MAX_SAFE_INTEGER,
    traceparent: '',
  };
}

/** Starts the vault; `again` starts another one on the first one's database and keystore. */
export async function startVault(
  config: object = {},
  again?: Pick<VaultUnderTest, 'database' | 'folder' | 'clock'>,
): Promise<VaultUnderTest> {
  const database = again?.database ?? (await testDatabase({ modules: [vault] }));
  const folder = again?.folder ?? (await mkdtemp(join(tmpdir(), 'tpmall-vault-')));
  const clock = again?.clock ?? manualClock(systemClock.now());
  const logged: string[] = [];
  const jobs: string[] = [];
  const write = (fields: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const running = await vault.create({
    config: vaultConfig.parse({
      dataFolder: folder,
      passphrase: redacted('correct horse battery staple'),
      // Tests send more than shoppers do; the one about this limit sets its own.
      rateLimit: { perKey: { burst: 100_000 }, perIp: { burst: 100_000 } },
      ...config,
    }),
    db: database.db('vault'),
    ports: { identity: identityPort(clock, () => under.identityDown) },
    clock,
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    log,
    metrics: createMetrics({ processMetrics: false }),
    jobs: {
      enqueue: async (_tx, name) => {
        jobs.push(name);
      },
    },
  });
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    logged.push(String(error instanceof Error ? error.stack : error));
    return reply.code(500).send('failed');
  });
  await running.routes?.vault?.(app);
  await running.start?.();
  const under: VaultUnderTest = {
    database,
    folder,
    clock,
    app,
    running,
    logged,
    jobs,
    identityDown: false,
    async card(tenant, id) {
      const found = await running.implementation.findCard(contextOf(tenant), { id });
      if (!found.ok) throw new Error(found.error.message);
      return found.value;
    },
    async stop() {
      await running.stop?.();
      await app.close();
      if (again) return;
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
  return under;
}

function identityPort(
  clock: ReturnType<typeof manualClock>,
  isDown: () => boolean,
): Port<typeof identityContract> {
  const notHere = async () => err('unavailable', 'not in this test');
  const others = Object.keys(identityContract.operations).map((name) => [name, notHere]);
  const callee = createCallee(
    identityContract,
    {
      ...(Object.fromEntries(others) as Implementation<typeof identityContract>),
      authenticate: async (_context, { key }) => {
        if (isDown()) return err('unavailable', 'identity is down');
        const principal = KEYS[key];
        return principal ? ok(principal) : err('not_found', 'no such key');
      },
    },
    clock,
  );
  return localPort(identityContract, callee, 'vault');
}
