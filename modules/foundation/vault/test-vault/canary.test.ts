import { join } from 'node:path';
import { createIds, redacted, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import { createApp } from '@tpmall/platform/http';
import type { Log } from '@tpmall/platform/telemetry';
import { filesWith } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCvvMemory } from '../src/cvv/cvv-memory.ts';
import { createTenantKeys } from '../src/envelope/tenant-keys.ts';
import { openFileKeyStore } from '../src/keystore/file-keystore.ts';
import { NO_BILLING } from '../src/service/card-view.ts';
import { tokeniseCard } from '../src/service/tokenise-card.ts';
import { cardNumber, startVault, type VaultUnderTest } from './start-vault.ts';

let vault: VaultUnderTest;
beforeAll(async () => {
  vault = await startVault();
});
afterAll(() => vault.stop());

/** Where the database and the write-ahead log are, after everything is written out. */
async function foldersOfDatabase(): Promise<string[]> {
  const client = new pg.Client({ connectionString: vault.database.adminUrl });
  await client.connect();
  await client.query('CHECKPOINT');
  const { rows } = await client.query<{ folder: string; oid: string }>(
    `SELECT current_setting('data_directory') AS folder, oid::text FROM pg_database
     WHERE datname = current_database()`,
  );
  await client.end();
  const { folder = '', oid = '' } = rows[0] ?? {};
  return [join(folder, 'base', oid), join(folder, 'pg_wal')];
}

it('leaves neither card number nor security code in the database, its log, or ours', async () => {
  const number = cardNumber('4');
  const lines: string[] = [];
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const app = createApp({ origin: 'vault', log, clock: systemClock, random: systemRandom });
  await vault.running.routes?.vault?.(app);
  // A code of a real card has too few digits to be looked for; the path of this one is the same.
  const code = `canary-${Buffer.from(systemRandom.bytes(12)).toString('hex')}`;
  const send = (payload: object, authorization: string) =>
    app.inject({ method: 'POST', url: '/v1/payment_methods', headers: { authorization }, payload });
  const card = { number, exp_month: 9, exp_year: 2031, cvc: '123' };
  const answer = await send(
    { type: 'card', card, billing_details: { name: 'CANARY PERSON' } },
    'Bearer sk_test_one',
  );
  const { id } = answer.json<{ id: string }>();
  await send({ type: 'card', card: { ...card, cvc: code } }, 'Bearer sk_test_one');
  await send({ type: 'card', card, [number]: number }, 'Bearer sk_test_one');
  await send({ type: 'card', card }, 'Bearer nobody');
  await app.inject({ url: `/cards/new?key=pk_test_one&return_url=http://x/&number=${number}&cvc=${code}` });

  const { clock } = vault;
  const db = vault.database.db('vault');
  const random = systemRandom;
  const ids = createIds(clock, random);
  const keyStore = await openFileKeyStore({ folder: vault.folder, passphrase: redacted('canary'), random });
  const tenantKeys = createTenantKeys({ db, keyStore, clock, random });
  const environment = {
    db,
    keyStore,
    tenantKeys,
    cvv: createCvvMemory(clock),
    bins: new Map(),
    clock,
    random,
    ids,
  };
  const vaulted = unwrap(
    await tokeniseCard(environment, {
      tenant: 'acct_canary',
      actor: 'system',
      commandId: 'cmd_canary',
      reason: 'canary',
      card: { pan: redacted(number), expMonth: 9, expYear: 2031, cvv: redacted(code) },
      details: { billing: NO_BILLING, metadata: {} },
    }),
  );

  const found = await filesWith(await foldersOfDatabase(), [
    number,
    code,
    'CANARY PERSON',
    id,
    vaulted.card.id,
  ]);
  expect(found.get(number)).toEqual([]);
  expect(found.get(code)).toEqual([]);
  expect(found.get('CANARY PERSON')).toEqual([]);
  // The search does find what is stored in clear.
  expect(found.get(id)).not.toEqual([]);
  expect(found.get(vaulted.card.id)).not.toEqual([]);

  const logged = [...lines, ...vault.logged].join('\n');
  expect(lines.length).toBe(5);
  for (const text of [number, code, 'CANARY PERSON', 'nobody']) expect(logged).not.toContain(text);
  await app.close();
});
