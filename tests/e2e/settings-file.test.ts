import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@tpmall/platform/testing';
import { type CardNetwork, startCardNetwork } from '@tpmall/simulator-card-network';
import { type Mailbox, startMailbox } from '@tpmall/simulator-mailbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { FROM_PAGE } from '../harness/console.ts';
import { killPostgres, type ServerProcess, startServerProcess } from '../harness/server-process.ts';
import { sdk } from '../harness/system.ts';

/** A start of everything in a process of its own, on a busy machine. */
const START_MS = 180_000;

let folder: string;
let dataDir: string;
let settingsFile: string;
/** Where the vault keeps its keys. */
let keys: string;
let bank: CardNetwork;
let post: Mailbox;
let server: ServerProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-settings-'));
  dataDir = join(folder, 'data');
  settingsFile = join(folder, 'settings.json');
  keys = join(folder, 'keys');
  // What an operator has elsewhere: an acquirer's host, and a mail host.
  bank = await startCardNetwork();
  post = await startMailbox();
  const acquirer = { host: '127.0.0.1', port: bank.isoPort, acquirerId: '412345', terminalId: 'MALL0001' };
  const settings = {
    acquiring: {
      connectors: [
        { protocol: 'iso8583', name: 'house-bank', ...acquirer, merchantId: 'MALL', answerTimeoutMs: 5_000 },
      ],
      directoryServer: { url: `${bank.url}/3ds/areq` },
    },
    mail: { host: { host: '127.0.0.1', port: post.smtpPort, tls: 'none' } },
    vault: { dataFolder: keys },
  };
  writeFileSync(settingsFile, JSON.stringify(settings));
  server = await startServerProcess(dataDir, await freePorts(), ['--settings', settingsFile]);
}, START_MS);
afterAll(async () => {
  await server?.end('SIGTERM');
  killPostgres(dataDir);
  await post?.close();
  await bank?.close();
  rmSync(folder, { recursive: true, force: true });
});

function tpmall(...args: string[]): { status: number | null; said: string } {
  const main = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', main, ...args, '--data-dir', dataDir],
    { encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

test('payments go to the acquirer that it names, and to no simulator of the server’s own', async () => {
  expect(server.dev).toMatchObject({ simulatorUrl: '', mailboxUrl: '', settingsFile });
  const stripe = sdk(server.dev.apiUrl, server.dev.secretKey);
  const vault = sdk(server.dev.vaultUrl, server.dev.publishableKey);
  const pay = async (amount: number) =>
    stripe.paymentIntents.create({
      ...{ amount, currency: 'eur', confirm: true, return_url: 'http://localhost' },
      payment_method: (await storeCard(vault, approved)).id,
    });
  expect(await pay(1_200)).toMatchObject({ status: 'succeeded', amount_received: 1_200 });
  // The one over there decides.
  await fetch(`${bank.url}/behaviours`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'decline', code: '51', card: approved, times: 1 }),
  });
  await expect(pay(1_300)).rejects.toMatchObject({
    code: 'card_declined',
    decline_code: 'insufficient_funds',
  });
  // Test cards by name belong to the simulator.
  await expect(
    stripe.paymentIntents.create({ amount: 1, currency: 'eur', payment_method: 'pm_card_visa' }),
  ).rejects.toMatchObject({ code: 'resource_missing' });
});

test('mails go to the mail host that it names', async () => {
  const email = server.dev.demoLogins.find(({ role }) => role === 'operator')?.email ?? '';
  const begun = await fetch(`${server.dev.apiUrl}/v1/console/sign_ins`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...FROM_PAGE },
    body: JSON.stringify({ email, role: 'operator', locale: 'en' }),
  });
  expect(begun.status).toBe(200);
  const mails = async () => {
    const answer = await fetch(`${post.url}/api/mails?${new URLSearchParams({ to: email }).toString()}`);
    return ((await answer.json()) as { readonly mails: object[] }).mails.length;
  };
  await expect.poll(mails, { timeout: 20_000 }).toBe(1);
});

test('a backup holds the keys of the vault from where the settings keep them', () => {
  const backup = join(folder, 'backup');
  expect(tpmall('backup', backup).status).toBe(0);
  const opened = (kept: string) =>
    ['vault-keystore/kek-1.json', 'vault.passphrase'].map((name) => readFileSync(join(kept, name), 'utf8'));
  expect(opened(join(backup, 'files', 'vault'))).toEqual(opened(keys));
  const restored = tpmall('restore', backup);
  expect(restored.said).toContain(`npm start -- --data-dir ${dataDir}-restored --settings ${settingsFile}`);
  expect(opened(join(`${dataDir}-restored`, 'vault'))).toEqual(opened(keys));
});

test('a backup is refused where those keys are away, and a restore where a backup was cut short', () => {
  const elsewhere = join(folder, 'elsewhere');
  renameSync(keys, elsewhere);
  try {
    const refused = tpmall('backup', join(folder, 'keyless'));
    expect(refused).toMatchObject({ status: 2, said: expect.stringContaining(keys) });
    expect(existsSync(join(folder, 'keyless'))).toBe(false);
  } finally {
    renameSync(elsewhere, keys);
  }
  const cut = join(folder, 'cut');
  mkdirSync(join(cut, 'database'), { recursive: true });
  const whole = expect.stringContaining('not a whole backup');
  expect(tpmall('restore', cut)).toMatchObject({ status: 2, said: whole });
});

test('the doctor says which file is in use, and what is wrong with one', () => {
  expect(tpmall('doctor')).toMatchObject({ status: 0, said: expect.stringContaining(settingsFile) });
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, JSON.stringify({ mail: { host: { host: 'smtp.example', port: 0, tls: 'implicit' } } }));
  const { status, said } = tpmall('doctor', '--settings', bad);
  expect(status).toBe(1);
  expect(said).toContain(bad);
  expect(said).toContain('mail.host.port: Too small: expected number to be >=1');
});

test('a start with a bad file is refused before anything is started or thrown away', async () => {
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, JSON.stringify({ acquiring: { connectors: [] } }));
  const args = ['--settings', bad, '--reset'];
  await expect(startServerProcess(dataDir, await freePorts(), args)).rejects.toThrow(
    /bad\.json has problems:\n {2}acquiring\.connectors: Too small/,
  );
  expect((await fetch(`${server.dev.apiUrl}/readyz`)).status).toBe(200);
});
