import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import type { DevFile } from '@tpmall/server';
import { cohortCardNumber } from '@tpmall/simulator-card-network';
import { applyLoad, type Load } from './load.ts';
import { cpuOf, cpuOfTree } from './processor.ts';
import type { Bench, BenchOptions, Row } from './table.ts';

const IN_FLIGHT = [1, 16, 128] as const;
/** Stored cards that take turns, so that no card pays suspiciously often. */
const CARDS = 200;
const WARM_UP_SECONDS = 1;
const EUR = 978;

/**
 * Card payments with three calls each (create, confirm, capture) with stored cards, against a server and a
 * card network in processes of their own; beside an empty route and a bare ledger post over HTTP.
 */
export async function run({ seconds, progress }: BenchOptions): Promise<Bench> {
  const server = await startServer();
  try {
    const { dev } = server;
    const cards = await storeCards(dev, progress);
    const cases = [
      ['empty route', emptyRoute(dev)],
      ['ledger post over HTTP', await ledgerPost(dev)],
      ['checkout', checkout(dev, cards)],
    ] as const;
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const inFlight of IN_FLIGHT) {
      let limitRate: number | null = null;
      for (const [name, operation] of cases) {
        progress(`${name}, ${inFlight} in flight`);
        await applyLoad(inFlight, WARM_UP_SECONDS, operation);
        const before = server.cpu();
        const load = await applyLoad(inFlight, seconds, operation);
        const used = difference(server.cpu(), before, load);
        const limit = name === 'checkout' ? limitRate : null;
        rows.push({
          case: name,
          inFlight,
          rate: load.rate,
          p50Ms: load.p50Ms,
          p99Ms: load.p99Ms,
          nodeCpuUs: used.server,
          postgresCpuUs: used.postgres,
          limit: limit === null ? null : 'ledger post over HTTP',
          limitRate: limit,
          ratio: limit === null ? null : load.rate / limit,
        });
        if (name === 'ledger post over HTTP') limitRate = load.rate;
        if (name === 'checkout') {
          notes.push(`card network: ${used.network.toFixed(0)} µs CPU per payment at ${inFlight} in flight`);
        }
      }
    }
    return { bench: 'checkout', rows, notes };
  } finally {
    await server.stop();
  }
}

interface Cpu {
  readonly server: number;
  readonly postgres: number;
  readonly network: number;
}

function difference(after: Cpu, before: Cpu, { operations }: Load): Cpu {
  return {
    server: (after.server - before.server) / operations,
    postgres: (after.postgres - before.postgres) / operations,
    network: (after.network - before.network) / operations,
  };
}

/** A server in a process of its own, so that the load generator's CPU is not counted as the server's. */
export async function startServer(
  words: readonly string[] = [],
): Promise<{ dev: DevFile; cpu(): Cpu; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-bench-'));
  const main = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    // It takes the first free block of ports by itself.
    ['--import', 'tsx', main, '--data-dir', dataDir, ...words],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('\nready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const dev = JSON.parse(readFileSync(join(dataDir, 'dev.json'), 'utf8')) as DevFile;
  const pid = child.pid ?? 0;
  const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    dev,
    cpu: () => {
      const whole = cpuOfTree(pid);
      const server = cpuOf(pid);
      const postgres = cpuOfTree(postmaster);
      // Postgres is a child of the server where the server started it.
      return { server, postgres, network: Math.max(0, whole - server - postgres) };
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function storeCards(dev: DevFile, progress: BenchOptions['progress']): Promise<string[]> {
  progress('storing cards');
  const vault = createSender(dev.vaultUrl, dev.publishableKey);
  const api = createSender(dev.apiUrl, dev.operatorKey);
  return Promise.all(
    Array.from({ length: CARDS }, async (_unused, index) => {
      const card = await vault('/v1/payment_methods', {
        type: 'card',
        'card[number]': cohortCardNumber(index),
        'card[exp_month]': '12',
        'card[exp_year]': '2034',
        'card[cvc]': '314',
      });
      const { id, card: shown } = JSON.parse(card) as { id: string; card: { fingerprint: string } };
      // A card of a load pays far more often than a person's: the risk rules are told so.
      await api(
        '/v1/risk/lists',
        JSON.stringify({ list: 'allow', kind: 'card', value: shown.fingerprint, reason: 'benchmark' }),
      );
      return id;
    }),
  );
}

function emptyRoute(dev: DevFile): () => Promise<void> {
  const send = createSender(dev.apiUrl, dev.secretKey);
  return async () => {
    await send('/healthz');
  };
}

async function ledgerPost(dev: DevFile): Promise<(index: number) => Promise<void>> {
  const send = createSender(dev.apiUrl, dev.operatorKey);
  const accounts = [1, 2].map((id) => ({
    id: String(id),
    ledger: EUR,
    code: ACCOUNT_CODES.merchant_payable.code,
  }));
  await send('/v1/ledger/accounts', JSON.stringify({ accounts }));
  let id = BigInt(Date.now()) << 80n;
  return async () => {
    id += 1n;
    const transfer = {
      id: id.toString(),
      debit_account_id: '1',
      credit_account_id: '2',
      amount: '1',
      ledger: EUR,
      code: 1,
    };
    const answer = await send('/v1/ledger/transfers', JSON.stringify({ transfers: [transfer] }));
    if (!answer.includes('"created"')) throw new Error(answer);
  };
}

function checkout(dev: DevFile, cards: readonly string[]): (index: number) => Promise<void> {
  const send = createSender(dev.apiUrl, dev.secretKey);
  const destination = dev.connectedAccounts[0]?.id ?? '';
  let key = 0;
  const idempotent = (): Record<string, string> => {
    key += 1;
    return { 'idempotency-key': `bench-${process.pid}-${key}` };
  };
  return async (index) => {
    const created = await send(
      '/v1/payment_intents',
      {
        amount: '4800',
        currency: 'eur',
        capture_method: 'manual',
        'transfer_data[destination]': destination,
        application_fee_amount: '384',
      },
      idempotent(),
    );
    const { id } = JSON.parse(created) as { id: string };
    const card = cards[index % cards.length] ?? '';
    const confirmed = await send(`/v1/payment_intents/${id}/confirm`, { payment_method: card }, idempotent());
    if (!confirmed.includes('"requires_capture"')) throw new Error(confirmed);
    const captured = await send(`/v1/payment_intents/${id}/capture`, {}, idempotent());
    if (!captured.includes('"succeeded"')) throw new Error(captured);
  };
}

type Sender = (
  path: string,
  body?: string | Record<string, string>,
  headers?: Record<string, string>,
) => Promise<string>;

/** A lean client over kept connections: the generator's CPU is taken from the server on a small machine. */
export function createSender(origin: string, key: string, maxSockets = 256): Sender {
  const { port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets });
  return (path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = typeof body === 'object' ? new URLSearchParams(body).toString() : body;
      const type = typeof body === 'object' ? 'application/x-www-form-urlencoded' : 'application/json';
      const outgoing = request(
        {
          ...{ host: '127.0.0.1', port, path, agent, method: text === undefined ? 'GET' : 'POST' },
          headers: {
            authorization: `Bearer ${key}`,
            ...(text === undefined
              ? {}
              : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            if ((incoming.statusCode ?? 500) < 300) resolve(answer);
            else reject(new Error(`${path} answered ${incoming.statusCode}: ${answer}`));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(text);
    });
}
