import { DAY, type Result, unwrap } from '@tpmall/kernel';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cardNumber, contextOf, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';
import type { Card, ClearCard } from '../contract/index.ts';

const RETENTION_DAYS = 90;
const ONE = 'acct_one';
const TEST_NUMBER = cardNumber('4');

let vault: VaultUnderTest;
let admin: pg.Client;
beforeAll(async () => {
  const testCard = { id: 'pm_card_visa', number: TEST_NUMBER, expMonth: 12, expYear: 2034, cvc: '314' };
  const bins = [{ prefix: '41234567', country: 'FR', funding: 'debit' }];
  vault = await startVault({ retentionDays: RETENTION_DAYS, testCards: [testCard], bins });
  admin = new pg.Client({ connectionString: vault.database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await vault.stop();
});
beforeEach(() => admin.query('DELETE FROM vault.outbox'));

async function store(number = cardNumber('4'), more: object = {}): Promise<string> {
  const answer = await vault.app.inject({
    method: 'POST',
    url: '/v1/payment_methods',
    headers: { authorization: 'Bearer sk_test_one' },
    payload: { type: 'card', card: { number, exp_month: 9, exp_year: 2040, cvc: '123' }, ...more },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ id: string }>().id;
}

const attach = (id: string, customer = 'cus_a', context = contextOf(ONE)) =>
  vault.running.implementation.attachCard(context, { id, customer });
const detach = (id: string, context = contextOf(ONE)) =>
  vault.running.implementation.detachCard(context, { id });
const list = async (asked: object, tenant = ONE): Promise<readonly Card[]> =>
  unwrap(await vault.running.implementation.listCards(contextOf(tenant), { limit: 100, ...asked })).items;
const open = (id: string, purpose: 'authorisation' | 'refund'): Promise<Result<ClearCard, string>> =>
  vault.running.implementation.detokenise(contextOf(ONE), { id, purpose });
const eraseDue = async (): Promise<void> => {
  await vault.running.jobs?.find(({ name }) => name === 'erase-cards')?.run({});
};

/** Statements that wait for a row. */
async function waiting(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return rows[0]?.count ?? 0;
}

async function told(): Promise<string[]> {
  const { rows } = await admin.query<{ type: string; payload: { action?: string } }>(
    'SELECT type, payload FROM vault.outbox ORDER BY seq',
  );
  return rows.map(({ type, payload }) => payload.action ?? type);
}

it('saves a card for one customer, tells it once, and never gives it to another', async () => {
  const id = await store(undefined, { billing_details: { name: 'PRIVATE PERSON' } });
  await admin.query('DELETE FROM vault.outbox');
  const command = contextOf(ONE);
  const saved = unwrap(await attach(id, 'cus_a', command));
  expect(saved).toMatchObject({ id, customer: 'cus_a', standing: 'usable', name: 'PRIVATE PERSON' });
  expect(unwrap(await attach(id, 'cus_a', command))).toEqual(saved);
  expect(unwrap(await attach(id))).toEqual(saved);
  expect(await told()).toEqual(['card.attached', 'payment_method.attached']);
  const { rows } = await admin.query<{ text: string }>(
    'SELECT string_agg(payload::text, chr(10)) AS text FROM vault.outbox',
  );
  expect(rows[0]?.text).not.toContain('PRIVATE PERSON');
  expect(await attach(id, 'cus_b')).toMatchObject({ error: { code: 'attached_elsewhere' } });
  expect(await attach(id, 'cus_b', command)).toMatchObject({ error: { code: 'idempotency_mismatch' } });
  expect(await attach(id, 'cus_a', contextOf('acct_two'))).toMatchObject({ error: { code: 'not_found' } });
});

it('gives a card to one of many customers who ask at once, and claims nothing for the others', async () => {
  const id = await store();
  await admin.query('DELETE FROM vault.outbox');
  const asked = Array.from({ length: 12 }, (_, index) => ({
    customer: `cus_${index}`,
    context: contextOf(ONE, `race-${index}`),
  }));
  // Held back until several stand at the row, so that they meet whatever the machine's pace.
  const holder = new pg.Client({ connectionString: vault.database.adminUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM vault.card WHERE id = $1 FOR UPDATE', [id]);
  const asking = Promise.all(asked.map(({ customer, context }) => attach(id, customer, context)));
  await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(1);
  await holder.query('COMMIT');
  await holder.end();
  const answers = await asking;
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  expect(await told()).toEqual(['card.attached', 'payment_method.attached']);
  const { rows } = await admin.query(`SELECT key FROM vault.command WHERE key LIKE 'race-%'`);
  expect(rows).toHaveLength(1);
});

it('detaches for good: no payment, no other customer, but money can go back', async () => {
  const number = cardNumber('4');
  const id = await store(number);
  expect(await detach(id)).toMatchObject({ error: { code: 'not_attached' } });
  unwrap(await attach(id));
  const command = contextOf(ONE);
  const detached = unwrap(await detach(id, command));
  expect(detached).toMatchObject({ customer: null, standing: 'detached' });
  expect(unwrap(await detach(id, command))).toEqual(detached);
  expect(await detach(id)).toMatchObject({ error: { code: 'not_attached' } });
  expect(await attach(id)).toMatchObject({ error: { code: 'detached' } });
  expect(await open(id, 'authorisation')).toMatchObject({ error: { code: 'not_found' } });
  expect(unwrap(await open(id, 'refund'))).toMatchObject({ pan: number, cvv: null });
});

it('keeps equal cards apart and finds them by their fingerprint, within the tenant only', async () => {
  const number = cardNumber('4');
  const [first, second] = [await store(number), await store(number)];
  const { fingerprint } = await vault.card(ONE, first);
  expect((await list({ fingerprint })).map(({ id }) => id).sort()).toEqual([first, second].sort());
  expect(await list({ fingerprint }, 'acct_two')).toEqual([]);
  unwrap(await attach(first, 'cus_twice'));
  unwrap(await attach(second, 'cus_twice'));
  expect(await list({ customer: 'cus_twice' })).toHaveLength(2);
  expect(await list({ customer: 'cus_twice', fingerprint })).toHaveLength(2);
  expect(await list({ customer: 'cus_twice', allowRedisplay: 'always' })).toEqual([]);
  unwrap(await detach(first));
  expect((await list({ fingerprint })).map(({ id }) => id)).toEqual([second]);
});

it('makes of a test card one of the tenant’s own, the same for the same command', async () => {
  const command = contextOf(ONE);
  const card = unwrap(await attach('pm_card_visa', 'cus_t', command));
  expect(card).toMatchObject({ customer: 'cus_t', tenant: ONE, last4: TEST_NUMBER.slice(-4) });
  expect(card.id).not.toBe('pm_card_visa');
  expect(unwrap(await attach('pm_card_visa', 'cus_t', command)).id).toBe(card.id);
  expect(await attach('pm_card_visa', 'cus_u', command)).toMatchObject({
    error: { code: 'idempotency_mismatch' },
  });
  expect(await told()).toEqual(['card.vaulted', 'payment_method.attached']);
  const adopt = vault.running.implementation.adoptTestCard;
  expect(unwrap(await adopt(contextOf(ONE), { name: 'tok_visa' }))).toMatchObject({ customer: null });
  for (const name of ['tok_none', 'pm_none', card.id]) {
    expect(await adopt(contextOf(ONE), { name })).toMatchObject({ error: { code: 'not_found' } });
  }
});

it('changes what is said of a saved card, and refuses a date that has passed', async () => {
  const id = await store();
  const update = (given: object) => vault.running.implementation.updateCard(contextOf(ONE), { id, ...given });
  expect(await update({ expYear: 2041 })).toMatchObject({ error: { code: 'not_attached' } });
  unwrap(await attach(id));
  expect(await update({ expYear: 2020 })).toMatchObject({ error: { code: 'invalid_expiry_year' } });
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, key) => [`k${key}`, 'v']));
  expect(await update({ metadata: many })).toMatchObject({ error: { code: 'metadata_too_many_keys' } });
  const changed = unwrap(
    await update({
      expMonth: 2,
      expYear: 2041,
      billing: { name: 'B', address: { city: 'C' } },
      metadata: { a: 'b' },
    }),
  );
  expect(changed).toMatchObject({ expMonth: 2, expYear: 2041, name: 'B', metadata: { a: 'b' } });
  expect(await vault.card(ONE, id)).toEqual(changed);
  expect(unwrap(await open(id, 'refund')).expiry).toBe('4102');
});

it('knows the issuers of the settings’ table before its own', async () => {
  const id = await store(cardNumber('41234567'));
  expect(await vault.card(ONE, id)).toMatchObject({ country: 'FR', funding: 'debit', bin: '412345' });
});

it('erases what nobody may keep: numbers, hashes and keys, but of no card saved or in use', async () => {
  const number = cardNumber('4');
  const [unused, used, saved, taken] = [await store(number), await store(), await store(), await store()];
  unwrap(await attach(saved));
  unwrap(await attach(taken));
  vault.clock.advance(60 * DAY);
  unwrap(await open(used, 'authorisation'));
  unwrap(await detach(taken));
  vault.clock.advance(31 * DAY);
  await admin.query('DELETE FROM vault.outbox');
  await eraseDue();
  const standing = async (id: string) => (await vault.card(ONE, id)).standing;
  expect(await Promise.all([unused, used, saved, taken].map(standing))).toEqual([
    'erased',
    'usable',
    'usable',
    'detached',
  ]);
  expect(await told()).toContain('card.erased');

  const tombstone = await vault.card(ONE, unused);
  expect(tombstone).toMatchObject({ last4: number.slice(-4), fingerprint: '', name: null, metadata: {} });
  const { findCards } = vault.running.implementation;
  expect(unwrap(await findCards(contextOf(ONE), { ids: [unused] }))).toEqual([tombstone]);
  for (const purpose of ['authorisation', 'refund'] as const) {
    expect(await open(unused, purpose)).toMatchObject({ error: { code: 'not_found' } });
  }
  expect(await attach(unused)).toMatchObject({ error: { code: 'detached' } });
  const { rows } = await admin.query(
    'SELECT pan, details, fingerprint, request_hash, key_version FROM vault.card WHERE id = $1',
    [unused],
  );
  expect(Object.values(rows[0] as object)).toEqual([null, null, null, null, null]);

  // A year later nothing is left but the saved card and the key that seals it.
  vault.clock.advance(365 * DAY);
  await store();
  await eraseDue();
  expect(await Promise.all([used, saved, taken].map(standing))).toEqual(['erased', 'usable', 'erased']);
  expect(unwrap(await open(saved, 'authorisation')).pan).toMatch(/^4/);
});

it('destroys a data key once it seals nothing any more, and only then', async () => {
  const keysOf = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ version: number }>(
      `SELECT version FROM vault.data_key WHERE tenant = $1 ORDER BY version`,
      [ONE],
    );
    return rows.map(({ version }) => version);
  };
  const short = await store();
  const [current = 0] = (await keysOf()).slice(-1);
  vault.clock.advance(31 * DAY);
  const kept = await store();
  unwrap(await attach(kept));
  expect((await keysOf()).at(-1)).toBe(current + 1);
  await eraseDue();
  expect(await keysOf()).toContain(current);
  vault.clock.advance((RETENTION_DAYS + 1) * DAY);
  await store();
  await eraseDue();
  expect((await vault.card(ONE, short)).standing).toBe('erased');
  const left = await keysOf();
  expect(left).not.toContain(current);
  expect(left).toContain(current + 1);
  expect(unwrap(await open(kept, 'authorisation')).pan).toMatch(/^4/);
});
