import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { freePorts } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanEnvironment } from '../harness/clean-environment.ts';
import { type ServerProcess, startServerProcess } from '../harness/server-process.ts';

const run = fileURLToPath(new URL('../../tools/run.mjs', import.meta.url));
let folder: string;
let dataDir: string;
let server: ServerProcess;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-commands-'));
  dataDir = join(folder, 'data');
  port = await freePorts();
  server = await startServerProcess(dataDir, port);
});
afterAll(async () => {
  await server.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the `tpmall` command as a person does, on the server of these tests. */
const tpmall = (...args: string[]) => tpmallAs({}, ...args);

async function tpmallAs(
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ status: number; out: string }> {
  const running = launch(env, args);
  return { status: await running.ended, out: running.out() };
}

/** A command on its way. */
function launch(env: Readonly<Record<string, string>>, args: readonly string[]) {
  const child = spawn(process.execPath, [run, ...args, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), ...env },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      out += bytes.toString();
    });
  }
  const ended = once(child, 'close').then(([status]) => status as number);
  return { out: () => out, ended };
}

/** Runs the `tpmall` command as one of the operators, with a key as if they had made it at the console. */
async function tpmallOf(handle: 'olga' | 'qian', ...args: string[]) {
  const made = await fetch(`${server.dev.apiUrl}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.dev.operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'operator', name: `Key of ${handle}` }),
  });
  const { id, key } = (await made.json()) as { id: string; key: string };
  const admin = new pg.Client({ connectionString: server.dev.databaseUrl });
  await admin.connect();
  await admin.query(
    `UPDATE identity.api_key SET owner = (SELECT id FROM identity.person WHERE handle = $2) WHERE id = $1`,
    [id, handle],
  );
  await admin.end();
  return tpmallAs({ TPMALL_API_KEY: key }, ...args);
}

interface LedgerTransfer {
  readonly id: string;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly amount: string;
  readonly ledger: number;
  readonly flags: readonly string[];
}

it('tells a purchase, and a sceptic who adds up its transfers gets zero in every currency', async () => {
  const file = join(folder, 'demo.json');
  const { status, out } = await tpmall('demo', '--seed', '7', '--json', file);
  expect(out).toMatch(/3-D Secure[\s\S]*captured[\s\S]*processing[\s\S]*refund[\s\S]*trial balance is zero/);
  expect(status).toBe(0);
  const told = JSON.parse(readFileSync(file, 'utf8')) as {
    paymentIntents: string[];
    refunds: string[];
    transfers: LedgerTransfer[];
  };
  expect(told.paymentIntents).toHaveLength(2);
  expect(told.refunds).toHaveLength(1);

  const { apiUrl, operatorKey } = server.dev;
  const response = await fetch(`${apiUrl}/v1/ledger/transfers/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const { transfers } = (await response.json()) as { transfers: LedgerTransfer[] };
  const known = new Set(transfers.map(({ id }) => id));
  expect(told.transfers.filter(({ id }) => !known.has(id))).toEqual([]);

  const balances = new Map<string, bigint>();
  const add = (account: string, amount: bigint): unknown =>
    balances.set(account, (balances.get(account) ?? 0n) + amount);
  for (const { debit_account_id: debit, credit_account_id: credit, amount, ledger, flags } of transfers) {
    if (flags.includes('pending') || flags.includes('void_pending_transfer')) continue;
    add(`${ledger} ${debit}`, BigInt(amount));
    add(`${ledger} ${credit}`, -BigInt(amount));
  }
  expect(balances.size).toBeGreaterThan(4);
  expect([...balances.values()].reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
});

it('replays a day of a file, compressed or not, and accounts for every line of it', async () => {
  const lines = ['tx_id,t_seconds,customer_id,terminal_id,amount,fraud,scenario'];
  for (let n = 0; n < 30; n += 1) {
    // Half of the lines are of the day before; one amount of the day is nothing.
    const time = n < 15 ? 3_600 + n : 86_400 + n;
    lines.push(`${n},${time},${n % 7},${n % 5},${n === 20 ? '0' : `${n}.5`},0,0`);
  }
  const text = `${lines.join('\n')}\n`;
  const plain = join(folder, 'day.csv');
  const zipped = join(folder, 'day.csv.gz');
  writeFileSync(plain, text);
  writeFileSync(zipped, gzipSync(text));
  for (const file of [plain, zipped]) {
    const { status, out } = await tpmall('demo', '--replay', file, '--day', '1');
    expect(out).toContain('15 transactions of 7 cards');
    expect(out).toContain('amount of zero');
    expect(out).toContain('the ledger equals the accepted');
    expect(status).toBe(0);
  }
  for (const [name, why] of [
    ['none.csv', 'ENOENT'],
    // What is called compressed and is not.
    ['plain.csv.gz', 'incorrect header check'],
  ] as const) {
    const broken = join(folder, name);
    if (name.endsWith('.gz')) writeFileSync(broken, 'time,customer,terminal,amount\n');
    const refused = await tpmall('demo', '--replay', broken, '--day', '1');
    expect(refused.status).toBe(2);
    expect(refused.out).toContain(`${broken} cannot be read: `);
    expect(refused.out).toContain(why);
  }
  const missing = await tpmall('demo', '--replay', plain, '--day', '9');
  expect(missing).toMatchObject({ status: 2, out: expect.stringContaining('no transactions on day 9') });
});

it('goes on with a replay whose server is killed in the middle of it', async () => {
  // So many that it is far from its end however late its first word is heard.
  const lines = Array.from({ length: 500 }, (_, n) => `${n},${n},${n % 40},${n % 5},${n + 1}.25,0,0`);
  const file = join(folder, 'long-day.csv');
  writeFileSync(file, ['tx_id,t_seconds,customer_id,terminal_id,amount,fraud,scenario', ...lines].join('\n'));
  const replayed = launch({}, ['demo', '--replay', file, '--day', '0']);
  await expect.poll(replayed.out, { timeout: 60_000 }).toContain('of 500');
  await server.end('SIGKILL');
  await expect.poll(replayed.out, { timeout: 60_000 }).toContain('it goes on when the server runs again');
  server = await startServerProcess(dataDir, port);
  expect(await replayed.ended).toBe(0);
  expect(replayed.out()).toMatch(/accepted \d+, refused \d+, of 500/);
  expect(replayed.out()).toContain('the ledger equals the accepted');
});

it('lets two people settle a capture that the acquirer has refused', async () => {
  const known = await tpmall('operations', 'list');
  expect(known).toMatchObject({ status: 0, out: expect.stringContaining('every outcome is known') });
  const admin = new pg.Client({ connectionString: server.dev.databaseUrl });
  await admin.connect();
  const { rows } = await admin.query<{ intent: string }>(
    `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
     SELECT 'adv_1', tenant, now(), id, latest_charge, 'capture', '25', amount_received
     FROM payments.intent WHERE amount_received > 0 LIMIT 1 RETURNING intent`,
  );
  await admin.end();
  const id = rows[0]?.intent ?? '';
  const listed = await tpmall('operations', 'list', '--json');
  expect(listed.status).toBe(1);
  expect(JSON.parse(listed.out)).toMatchObject({ unknown_outcomes: [{ id, advice: 'adv_1' }] });
  const say = ['--verdict', 'captured', '--evidence', 'In the clearing file'];
  expect((await tpmall('operations', 'propose', id)).status).toBe(2);
  // The key of the folder belongs to nobody.
  const machine = await tpmall('operations', 'propose', id, ...say);
  expect(machine).toMatchObject({
    status: 1,
    out: expect.stringContaining('make an operator key of your own'),
  });
  const proposed = await tpmallOf('olga', 'operations', 'propose', id, ...say, '--json');
  const { id: resolution } = JSON.parse(proposed.out) as { id: string };
  const alone = await tpmallOf('olga', 'operations', 'confirm', resolution);
  expect(alone).toMatchObject({ status: 1, out: expect.stringContaining('second_person_needed') });
  const refused = await tpmallOf('olga', 'operations', 'confirm', resolution, '--json');
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.out)).toMatchObject({ status: 403, code: 'second_person_needed' });
  const shown = await tpmall('operations', 'show', id);
  expect(shown).toMatchObject({ status: 0, out: expect.stringContaining('captured: proposed until') });
  const confirmed = await tpmallOf('qian', 'operations', 'confirm', resolution);
  expect(confirmed).toMatchObject({ status: 0, out: expect.stringContaining('applied') });
});

it('lets two people dispute what an acquirer’s file says otherwise', async () => {
  const lines = [
    'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at',
    'D,capture,000000000000,ABC123,424242******4242,900,eur,M,T,2026-11-27T12:00:00Z',
    'T,total,,,1,900,eur,,,',
  ];
  const imported = await fetch(`${server.dev.apiUrl}/v1/operations/clearing/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.dev.operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ connector: 'acquirer-a', name: 'otherwise.csv', text: `${lines.join('\n')}\n` }),
  });
  expect(imported.status).toBe(200);
  const listed = await tpmall('operations', 'list');
  expect(listed).toMatchObject({ status: 1, out: expect.stringContaining('capture EUR 9.00 at acquirer-a') });
  const id = /clf_[\w.]+/.exec(listed.out)?.[0] ?? '';
  const shown = await tpmall('operations', 'show', id);
  expect(shown.out).toContain('unknown_reference');
  const say = ['--verdict', 'dispute', '--evidence', 'Ticket 4711'];
  const proposed = await tpmallOf('olga', 'operations', 'propose', id, ...say, '--json');
  const { id: proposal } = JSON.parse(proposed.out) as { id: string };
  const alone = await tpmallOf('olga', 'operations', 'confirm', proposal);
  expect(alone).toMatchObject({ status: 1, out: expect.stringContaining('with a key of their own') });
  const withdrawn = await tpmallOf('olga', 'operations', 'withdraw', proposal);
  expect(withdrawn).toMatchObject({ status: 0, out: expect.stringContaining('withdrawn') });
  const late = await tpmallOf('olga', 'operations', 'withdraw', 'rsl_none');
  expect(late).toMatchObject({ status: 1, out: expect.stringContaining('tpmall operations list') });
});

it('shows events that could not be told, and tries them again', async () => {
  const none = await tpmall('operations', 'set-aside');
  expect(none).toMatchObject({ status: 0, out: expect.stringContaining('every event could be told') });
  const admin = new pg.Client({ connectionString: server.dev.databaseUrl });
  await admin.connect();
  await admin.query(
    `INSERT INTO webhooks.set_aside (id, tenant, type, source, seq, aggregate_id, at, payload, reason,
       set_aside_at)
     SELECT 'evt_planted', tenant, 'customer.created', 'payments', 1, 'cus_planted', now(), '{}',
       'of another version', now() FROM payments.intent LIMIT 1`,
  );
  const said = 'evt_planted customer.created of payments: of another version';
  const listed = await tpmall('operations', 'set-aside');
  expect(listed).toMatchObject({ status: 1, out: expect.stringContaining(said) });
  const retried = await tpmall('operations', 'retry');
  expect(retried).toMatchObject({ status: 1, out: expect.stringContaining('0 told, 1 left') });
  await admin.query(`DELETE FROM webhooks.set_aside WHERE id = 'evt_planted'`);
  await admin.end();
  expect((await tpmall('operations', 'retry', '--json')).out).toContain('{"told":0,"left":0}');
});

it('shows the work that waits, and runs some of it at once', async () => {
  const { jobs } = JSON.parse((await tpmall('jobs', '--json')).out) as { jobs: Record<string, unknown>[] };
  const hourly = jobs.find(({ name }) => name === 'forget-old-events');
  expect(hourly).toMatchObject({ module: 'webhooks', state: 'waiting', repeats: true, failures: 0 });
  expect((await tpmall('jobs')).out).toContain(
    `${String(hourly?.['id'])} webhooks.forget-old-events: waiting`,
  );
  expect(await tpmall('jobs', 'retry', String(hourly?.['id']))).toMatchObject({ status: 0 });
  expect(await tpmall('jobs', 'retry', 'job_0')).toMatchObject({
    status: 1,
    out: expect.stringContaining('tpmall jobs the work that waits'),
  });
});

it('verifies the ledger of a running server', async () => {
  const { status, out } = await tpmall('ledger', 'verify', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, differences: [] });
});

it('backs up and restores while the server runs, and verifies both', async () => {
  const backup = join(folder, 'backup');
  const made = await tpmall('backup', backup, '--json');
  const told = made.out.split('\n').find((line) => line.startsWith('{')) ?? '';
  expect(JSON.parse(told)).toMatchObject({ ok: true, folder: backup, entries: expect.any(String) });
  expect(made.out).toContain('every balance equals its log');
  expect(made.status).toBe(0);
  const again = await tpmall('backup', backup);
  expect(again.status).not.toBe(0);
  const restored = await tpmall('restore', backup);
  expect(restored.out).toContain(`npm start -- --data-dir ${dataDir}-restored`);
  expect(restored.status).toBe(0);
});

it('looks after its surroundings, and says what it does not know', async () => {
  const doctor = await tpmall('doctor', '--json');
  expect(JSON.parse(doctor.out)).toMatchObject({ ok: true });
  expect(await tpmall('nonsense')).toMatchObject({ status: 2, out: expect.stringContaining('no nonsense') });
  const help = await tpmall('operations', 'propose', '--help');
  expect(help).toMatchObject({ status: 0, out: expect.stringContaining('--movement ID') });
  expect(help.out).not.toContain('backup');
  expect(help.out).toContain('--idempotency KEY');
  for (const words of [
    ['doctor', 'nonsense'],
    ['ledger', 'verify', 'all'],
    ['restore', 'one', 'two'],
  ]) {
    const said = `not understood: ${words.at(-1)}`;
    expect(await tpmall(...words)).toMatchObject({ status: 2, out: expect.stringContaining(said) });
  }
  expect((await tpmall('demo', '--seed', 'x')).out).toContain('--seed wants a whole number');
});
