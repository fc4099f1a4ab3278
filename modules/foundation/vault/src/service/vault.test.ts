import { DAY, MINUTE, redacted, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardNumber, contextOf, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';
import { luhnValid } from '../card/luhn.ts';

const count = sql(
  'test.vault-audits',
  `SELECT payload FROM vault.outbox WHERE payload->>'subject' = $1 ORDER BY xid, seq`,
);
const behind = sql('test.kek-versions', 'SELECT kek_version FROM vault.data_key');

let vault: VaultUnderTest;
beforeAll(async () => {
  vault = await startVault();
});
afterAll(() => vault.stop());

/** Vaults a card through the front door. */
async function make(number: string, key = 'sk_test_one', cvc = '123'): Promise<string> {
  const answer = await vault.app.inject({
    method: 'POST',
    url: '/v1/payment_methods',
    headers: { authorization: `Bearer ${key}` },
    payload: { type: 'card', card: { number, exp_month: 9, exp_year: 2031, cvc } },
  });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ id: string }>().id;
}

async function audits(subject: string): Promise<readonly { payload: Record<string, unknown> }[]> {
  const answer = await vault.database.db('vault').run<{ payload: Record<string, unknown> }>(count, [subject]);
  return answer.rows;
}

async function asOwner(text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: vault.database.adminUrl });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

it('shows a card without its number', async () => {
  const number = cardNumber('424242');
  const card = await vault.card('acct_one', await make(number));
  expect(card).toMatchObject({
    tenant: 'acct_one',
    brand: 'visa',
    bin: '424242',
    last4: number.slice(-4),
    expMonth: 9,
    expYear: 2031,
    country: 'US',
    funding: 'credit',
    name: null,
  });
  expect(card.token).toMatch(/^99\d{17}$/);
  expect(luhnValid(card.token)).toBe(false);
  expect(JSON.stringify(card)).not.toContain(number);
});

it('gives equal cards of a tenant one fingerprint, and those of two tenants two', async () => {
  const number = cardNumber('555555');
  const [one, same] = [await make(number), await make(number)];
  const other = await make(number, 'pk_test_two');
  const first = await vault.card('acct_one', one);
  const again = await vault.card('acct_one', same);
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(again.token).not.toBe(first.token);
  expect((await vault.card('acct_two', other)).fingerprint).not.toBe(first.fingerprint);
  const another = await vault.card('acct_one', await make(cardNumber('555555')));
  expect(another.fingerprint).not.toBe(first.fingerprint);
});

it('hides cards from other tenants', async () => {
  const id = await make(cardNumber('4'));
  const { findCard, detokenise } = vault.running.implementation;
  const stranger = contextOf('acct_two');
  expect(await findCard(stranger, { id })).toMatchObject({ error: { code: 'not_found', field: 'id' } });
  expect(await detokenise(stranger, { id, purpose: 'refund' })).toMatchObject({
    error: { code: 'not_found' },
  });
  expect((await audits(id)).map(({ payload }) => payload.action)).toEqual(['card.vaulted']);
});

it('hands the clear card out with its audit entry, and the code once', async () => {
  const number = cardNumber('37', 15);
  const id = await make(number, 'sk_test_one', '4321');
  const { detokenise } = vault.running.implementation;
  const clear = { pan: number, expiry: '3109', name: null };
  const first = contextOf('acct_one', 'cmd_first');
  expect(unwrap(await detokenise(contextOf('acct_one'), { id, purpose: 'authentication' }))).toEqual({
    ...clear,
    cvv: null,
  });
  const handed = { ...clear, cvv: '4321' };
  expect(unwrap(await detokenise(first, { id, purpose: 'authorisation' }))).toEqual(handed);
  expect(unwrap(await detokenise(first, { id, purpose: 'authorisation' }))).toEqual(handed);
  const later = await detokenise(contextOf('acct_one'), { id, purpose: 'authorisation' });
  expect(unwrap(later)).toEqual({ ...clear, cvv: null });

  const entries = (await audits(id)).map(({ payload }) => payload);
  expect(entries.map(({ action, reason }) => `${String(action)} ${String(reason)}`)).toEqual([
    'card.vaulted api',
    'card.disclosed authentication',
    'card.disclosed authorisation',
    'card.disclosed authorisation',
    'card.disclosed authorisation',
  ]);
  expect(entries[2]).toMatchObject({
    actor: 'key:key_s1',
    subject: id,
    detail: { caller: 'acquiring', command: 'cmd_first' },
  });
});

it('records every disclosure of those in flight, also of one card, and hands each its own', async () => {
  const numbers = [cardNumber('4'), cardNumber('55'), cardNumber('4')];
  const own = await Promise.all(numbers.slice(0, 2).map((number) => make(number)));
  const foreign = await make(numbers[2] ?? '', 'pk_test_two');
  const cards = [...own, foreign, 'pm_nobody'];
  const { detokenise } = vault.running.implementation;
  const asked = Array.from({ length: 100 }, (_unused, n) => ({
    id: cards[n % 4] ?? '',
    command: `cmd_flight_${n}`,
  }));
  const answers = await Promise.all(
    asked.map(({ id, command }) => detokenise(contextOf('acct_one', command), { id, purpose: 'refund' })),
  );
  for (const [n, answer] of answers.entries()) {
    if (n % 4 < 2) expect(unwrap(answer).pan).toBe(numbers[n % 4]);
    else expect(answer).toMatchObject({ ok: false, error: { code: 'not_found' } });
  }
  for (const [which, id] of cards.entries()) {
    const entries = (await audits(id))
      .map(({ payload }) => payload)
      .filter(({ action }) => action === 'card.disclosed');
    const commands = asked.filter((one) => one.id === id).map(({ command }) => command);
    expect(entries.map(({ detail }) => (detail as { command: string }).command).sort()).toEqual(
      which < 2 ? commands.sort() : [],
    );
  }
});

it('loses the code with a restart and after 15 minutes, and nothing else', async () => {
  const number = cardNumber('4');
  const [one, other] = [await make(number), await make(number)];
  const restarted = await startVault({}, vault);
  const take = async (from: VaultUnderTest, id: string) =>
    unwrap(
      await from.running.implementation.detokenise(contextOf('acct_one'), { id, purpose: 'authorisation' }),
    );
  expect(await take(restarted, one)).toMatchObject({ pan: number, cvv: null });
  vault.clock.advance(15 * MINUTE + 1);
  expect(await take(vault, other)).toMatchObject({ pan: number, cvv: null });
  await restarted.stop();
});

it('refuses a row that was moved to another tenant, or altered', async () => {
  const id = await make(cardNumber('4'));
  await make(cardNumber('4'), 'pk_test_two');
  await asOwner(`UPDATE vault.card SET tenant = 'acct_two' WHERE id = $1`, [id]);
  const { detokenise } = vault.running.implementation;
  const stolen = detokenise(contextOf('acct_two'), { id, purpose: 'refund' });
  await expect(stolen).rejects.toThrow(/altered/);

  const own = await make(cardNumber('4'));
  await asOwner('UPDATE vault.card SET pan = set_byte(pan, 15, get_byte(pan, 15) # 1) WHERE id = $1', [own]);
  await expect(detokenise(contextOf('acct_one'), { id: own, purpose: 'refund' })).rejects.toThrow(/altered/);
});

it('shows several cards at once: its own, and one that was altered without what does not open', async () => {
  const [one, altered] = [await make(cardNumber('4')), await make(cardNumber('4'))];
  const theirs = await make(cardNumber('4'), 'pk_test_two');
  const ids = [one, altered, theirs, 'pm_none'];
  const { findCards } = vault.running.implementation;
  const shown = async () => {
    const cards = unwrap(await findCards(contextOf('acct_one'), { ids }));
    return new Map(cards.map((card) => [card.id, card]));
  };
  expect([...(await shown()).keys()].toSorted()).toEqual([one, altered].toSorted());
  expect((await shown()).get(one)).toEqual(await vault.card('acct_one', one));
  await asOwner(
    'UPDATE vault.card SET details = set_byte(details, 15, 1 # get_byte(details, 15)) WHERE id = $1',
    [altered],
  );
  expect((await shown()).get(altered)).toMatchObject({ id: altered, billing: { name: null }, metadata: {} });
  expect(vault.logged.filter((line) => line.includes(altered))).not.toEqual([]);
});

it('rotates once for a command; the job rewraps, and cards stay readable', async () => {
  const number = cardNumber('4');
  const id = await make(number);
  const { rotateKey, detokenise } = vault.running.implementation;
  const command = contextOf('acct_one', 'cmd_rotation');
  const { version } = unwrap(await rotateKey(command, { reason: 'yearly' }));
  expect(unwrap(await rotateKey(command, { reason: 'yearly' }))).toEqual({ version });
  expect(vault.jobs).toEqual(['rewrap-data-keys']);
  expect((await audits(`kek-${version}`)).map(({ payload }) => payload.reason)).toEqual(['yearly']);

  const versions = async () =>
    (await vault.database.db('vault').run<{ kek_version: number }>(behind)).rows.map(
      (row) => row.kek_version,
    );
  expect(Math.min(...(await versions()))).toBeLessThan(version);
  for (const job of vault.running.jobs ?? []) await job.run({});
  expect(new Set(await versions())).toEqual(new Set([version]));

  const strict = await startVault({ minimumKeyVersion: version }, vault);
  const clear = await strict.running.implementation.detokenise(contextOf('acct_one'), {
    id,
    purpose: 'refund',
  });
  expect(unwrap(clear).pan).toBe(number);
  await strict.stop();
  expect(unwrap(await detokenise(contextOf('acct_one'), { id, purpose: 'refund' })).pan).toBe(number);
});

it('seeds test cards once; every tenant can pay with them, again and again', async () => {
  const number = cardNumber('4');
  const cards = (n: string) => [
    { id: 'pm_card_visa', number: redacted(n), expMonth: 12, expYear: 2034, cvc: redacted('314') },
  ];
  const first = await startVault({ testCards: cards(number) }, vault);
  await first.stop();
  const second = await startVault({ testCards: cards(number) }, vault);
  expect(await audits('pm_card_visa')).toHaveLength(1);
  for (const tenant of ['acct_one', 'acct_two', 'acct_one']) {
    const { detokenise } = second.running.implementation;
    const clear = await detokenise(contextOf(tenant), { id: 'pm_card_visa', purpose: 'authorisation' });
    expect(unwrap(clear)).toEqual({ pan: number, expiry: '3412', cvv: '314', name: null });
    expect(await second.card(tenant, 'pm_card_visa')).toMatchObject({ tenant, last4: number.slice(-4) });
  }
  await second.stop();

  const changed = cardNumber('55');
  const third = await startVault({ testCards: cards(changed) }, vault);
  expect(await third.card('acct_one', 'pm_card_visa')).toMatchObject({
    brand: 'mastercard',
    last4: changed.slice(-4),
  });
  await third.stop();
});

it('makes one data key for a tenant, however many cards come at once', async () => {
  const fresh = await startVault();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      fresh.app.inject({
        method: 'POST',
        url: '/v1/payment_methods',
        headers: { authorization: 'Bearer sk_test_one' },
        payload: { type: 'card', card: { number: cardNumber('4'), exp_month: 9, exp_year: 2031 } },
      }),
    ),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
  expect((await fresh.database.db('vault').run(behind)).count).toBe(1);
  for (const answer of answers) {
    const { id } = answer.json<{ id: string }>();
    expect((await fresh.card('acct_one', id)).id).toBe(id);
  }
  fresh.clock.advance(DAY);
  await fresh.stop();
});
