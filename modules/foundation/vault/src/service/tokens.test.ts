import { DAY, HOUR, unwrap } from '@tpmall/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardNumber, contextOf, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';
import type { ConfirmationTerms } from '../contract/index.ts';

const ONE = 'acct_one';
const SHIPPING = {
  name: 'PRIVATE PERSON',
  phone: null,
  address: { city: 'Kiel', country: 'DE', line1: null, line2: null, postalCode: null, state: null },
};
const TERMS: ConfirmationTerms = {
  returnUrl: 'https://shop.example/done',
  setupFutureUsage: 'off_session',
  shipping: SHIPPING,
};

let vault: VaultUnderTest;
let admin: pg.Client;
beforeAll(async () => {
  const testCard = { id: 'pm_card_visa', number: cardNumber('4'), expMonth: 12, expYear: 2034, cvc: '314' };
  vault = await startVault({ testCards: [testCard] });
  admin = new pg.Client({ connectionString: vault.database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await vault.stop();
});

const typed = () => ({ number: cardNumber('4'), exp_month: 9, exp_year: 2040, cvc: '123' });

async function post(what: string, payload: object, headers: Record<string, string> = {}) {
  const answer = await vault.app.inject({
    method: 'POST',
    url: `/v1/${what}`,
    headers: { authorization: 'Bearer pk_test_one', ...headers },
    payload,
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, never>>() };
}

async function token(more: object = {}): Promise<{ id: string; card: { id: string } }> {
  const { status, body } = await post('tokens', { card: { ...typed(), ...more } });
  expect(status).toBe(200);
  return body as unknown as { id: string; card: { id: string } };
}

const redeem = (id: string, more: object = {}, context = contextOf(ONE)) =>
  vault.running.implementation.redeemToken(context, { id, ...more });
const settle = (id: string, usedFor: string | null, context = contextOf(ONE)) =>
  vault.running.implementation.settleToken(context, { id, usedFor });
const find = (id: string, tenant = ONE) => vault.running.implementation.findToken(contextOf(tenant), { id });
const confirmationToken = async (terms = TERMS) => {
  const { card } = await token();
  return unwrap(
    await vault.running.implementation.createConfirmationToken(contextOf(ONE), { card: card.id, terms }),
  );
};

/** Statements that wait for a row. */
async function waiting(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return rows[0]?.count ?? 0;
}

describe('POST /v1/tokens', () => {
  it('answers the token that clients of the convention expect', async () => {
    const { status, body } = await post('tokens', {
      card: { ...typed(), number: cardNumber('424242'), name: 'Ada', address_zip: '24103', address_city: '' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^tok_[0-9a-z]{26}$/),
      object: 'token',
      type: 'card',
      used: false,
      client_ip: null,
      card: {
        object: 'card',
        id: expect.stringMatching(/^pm_/),
        brand: 'Visa',
        exp_month: 9,
        name: 'Ada',
        address_zip: '24103',
        address_city: null,
      },
    });
  });

  it('makes one token for a key, and refuses the key for another card', async () => {
    const card = typed();
    const key = { 'idempotency-key': 'once' };
    const first = await post('tokens', { card }, key);
    const again = await post('tokens', { card }, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    const other = await post('tokens', { card: typed() }, key);
    expect(other).toMatchObject({ status: 400, body: { error: { code: 'idempotency_mismatch' } } });
    const elsewhere = await post('payment_methods', { type: 'card', card: typed() }, key);
    expect(elsewhere.status).toBe(200);
  });

  it.each([
    [{ card: { ...typed(), number: '4242' } }, 402, 'incorrect_number', 'number'],
    [{ card: { ...typed(), currency: 'eur' } }, 400, 'parameter_unknown', 'card[currency]'],
    [{}, 400, 'parameter_missing', 'card'],
  ])('refuses %j', async (payload, status, code, param) => {
    expect(await post('tokens', payload)).toMatchObject({ status, body: { error: { code, param } } });
  });

  it('wants the permission of its own of a restricted key', async () => {
    const headers = { authorization: 'Bearer rk_test_cards' };
    expect((await post('payment_methods', { type: 'card', card: typed() }, headers)).status).toBe(200);
    for (const [what, payload] of [
      ['tokens', { card: typed() }],
      ['confirmation_tokens', { payment_method_data: { type: 'card', card: typed() } }],
    ] as const) {
      expect(await post(what, payload, headers)).toMatchObject({
        status: 403,
        body: { error: { code: 'permission_denied' } },
      });
    }
  });
});

describe('POST /v1/confirmation_tokens', () => {
  const agreed = {
    payment_method_data: { type: 'card', card: typed(), billing_details: { name: 'Ada' } },
    return_url: TERMS.returnUrl,
    setup_future_usage: 'off_session',
    shipping: { name: 'Ada', phone: '', address: { city: 'Kiel', country: 'de' } },
  };

  it('answers a preview of the payment method and what was agreed to', async () => {
    const { status, body } = await post('confirmation_tokens', agreed);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^ctoken_[0-9a-z]{26}$/),
      object: 'confirmation_token',
      payment_method_preview: { type: 'card', billing_details: { name: 'Ada' }, card: { exp_year: 2040 } },
      return_url: TERMS.returnUrl,
      setup_future_usage: 'off_session',
      shipping: { name: 'Ada', phone: null, address: { city: 'Kiel', country: 'DE', line1: null } },
      expires_at: Math.floor((vault.clock.now() + 12 * HOUR) / 1_000_000),
    });
    expect(JSON.stringify(body)).not.toMatch(/"id":"pm_/);
  });

  it.each([
    [{ ...agreed, return_url: 'javascript:alert(1)' }, 'return_url'],
    [{ ...agreed, setup_future_usage: 'never' }, 'setup_future_usage'],
    [{ ...agreed, shipping: { name: 'Ada', address: { country: 'Germany' } } }, 'shipping[address][country]'],
  ])('refuses what is no such thing', async (payload, param) => {
    expect(await post('confirmation_tokens', payload)).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_invalid', param } },
    });
  });

  it('refuses a key that was given with other terms', async () => {
    const key = { 'idempotency-key': 'agreed' };
    expect((await post('confirmation_tokens', agreed, key)).status).toBe(200);
    const other = await post('confirmation_tokens', { ...agreed, return_url: 'https://other.example/' }, key);
    expect(other).toMatchObject({ status: 400, body: { error: { code: 'idempotency_mismatch' } } });
  });
});

describe('a token', () => {
  it('is used once, by the command that was first, and that command may ask again', async () => {
    const { id, card } = await token({ name: 'Ada', address_city: 'Kiel' });
    const command = contextOf(ONE);
    const said = { billing: { name: 'Lin', address: { city: 'Bonn' } }, metadata: { a: '1' } };
    const used = unwrap(await redeem(id, said, command));
    expect(used).toMatchObject({
      used: true,
      card: { id: card.id, name: 'Lin', billing: { address: { city: 'Bonn' } }, metadata: { a: '1' } },
    });
    expect(unwrap(await redeem(id, said, command))).toEqual(used);
    expect(await redeem(id, {}, command)).toMatchObject({ error: { code: 'idempotency_mismatch' } });
    expect(await redeem(id)).toMatchObject({ error: { code: 'token_used', field: 'id' } });
    expect(unwrap(await find(id))).toEqual(used);
    const { rows } = await admin.query(
      `SELECT payload ->> 'action' AS action FROM vault.outbox WHERE aggregate_id = $1 ORDER BY seq`,
      [card.id],
    );
    expect(rows).toEqual([{ action: 'card.vaulted' }, { action: 'card.token_used' }]);
  });

  // What changes the card meets its version as well; what does not, the token alone.
  it.each([true, false])(
    'is used by one of many who ask at once (changing the card: %s)',
    async (changes) => {
      const { id } = await token();
      // Held back until several stand at the row, so that they meet whatever the machine's pace.
      const holder = new pg.Client({ connectionString: vault.database.adminUrl });
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT FROM vault.token WHERE id = $1 FOR UPDATE', [id]);
      const asking = Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          redeem(id, changes ? { metadata: { by: String(index) } } : {}),
        ),
      );
      await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(1);
      await holder.query('COMMIT');
      await holder.end();
      const answers = await asking;
      const [won, ...more] = answers.filter((answer) => answer.ok);
      expect(more).toEqual([]);
      expect(answers.filter((answer) => !answer.ok && answer.error.code === 'token_used')).toHaveLength(11);
      expect(unwrap(await find(id)).card.metadata).toEqual(won?.ok ? won.value.card.metadata : undefined);
    },
  );

  it('is good again when nothing came of its use, for the command that used it or another', async () => {
    const { id } = await token();
    const first = contextOf(ONE);
    unwrap(await redeem(id, {}, first));
    unwrap(await settle(id, null, contextOf(ONE)));
    expect(await redeem(id)).toMatchObject({ error: { code: 'token_used' } });
    unwrap(await settle(id, null, first));
    expect(unwrap(await find(id)).used).toBe(false);
    unwrap(await redeem(id, {}, first));
    unwrap(await settle(id, null, first));
    expect(await redeem(id)).toMatchObject({ ok: true });
    expect(await redeem(id, {}, first)).toMatchObject({ error: { code: 'token_used' } });
  });

  it('expires: an hour for a token, twelve for a confirmation token', async () => {
    const [first, second, confirmation] = [await token(), await token(), await confirmationToken()];
    vault.clock.advance(HOUR - 1);
    expect(await redeem(first.id)).toMatchObject({ ok: true });
    vault.clock.advance(1);
    expect(await redeem(second.id)).toMatchObject({ error: { code: 'token_expired' } });
    vault.clock.advance(11 * HOUR);
    expect(await redeem(confirmation.id)).toMatchObject({ error: { code: 'token_expired' } });
    // Long afterwards it is forgotten, and what lay sealed of it with it.
    const eraseDue = vault.running.jobs?.find(({ name }) => name === 'erase-cards');
    vault.clock.advance(30 * DAY - 1);
    await eraseDue?.run({});
    expect(await find(confirmation.id)).toMatchObject({ ok: true });
    vault.clock.advance(2);
    await eraseDue?.run({});
    expect(await find(confirmation.id)).toMatchObject({ error: { code: 'not_found' } });
  });

  it('is not there for anybody else', async () => {
    const { id, card } = await token();
    expect(await find(id, 'acct_two')).toMatchObject({ error: { code: 'not_found' } });
    expect(await redeem(id, {}, contextOf('acct_two'))).toMatchObject({ error: { code: 'not_found' } });
    const of = { card: card.id, terms: TERMS };
    const stolen = await vault.running.implementation.createConfirmationToken(contextOf('acct_two'), of);
    expect(stolen).toMatchObject({ error: { code: 'not_found' } });
    expect(unwrap(await find(id)).used).toBe(false);
  });

  it('is nothing once its card was taken away', async () => {
    const { id, card } = await token();
    unwrap(await vault.running.implementation.attachCard(contextOf(ONE), { id: card.id, customer: 'cus_a' }));
    unwrap(await vault.running.implementation.detachCard(contextOf(ONE), { id: card.id }));
    expect(await redeem(id)).toMatchObject({ error: { code: 'not_found' } });
    const of = { card: card.id, terms: TERMS };
    const late = await vault.running.implementation.createConfirmationToken(contextOf(ONE), of);
    expect(late).toMatchObject({ error: { code: 'detached' } });
  });

  it('of a test card stands for a card of the tenant’s own', async () => {
    const { createTestToken } = vault.running.implementation;
    const command = contextOf(ONE);
    const made = unwrap(await createTestToken(command, { name: 'tok_visa' }));
    expect(made).toMatchObject({ tenant: ONE, card: { id: expect.stringMatching(/^pm_(?!card_)/) } });
    expect(unwrap(await createTestToken(command, { name: 'tok_visa' }))).toEqual(made);
    expect(await createTestToken(contextOf(ONE), { name: 'tok_none' })).toMatchObject({ ok: false });
  });
});

describe('a confirmation token', () => {
  it('keeps what was agreed to sealed, and says what it was used for', async () => {
    const made = await confirmationToken();
    expect(made).toMatchObject({ terms: TERMS, used: false, usedFor: null });
    const { rows } = await admin.query<{ text: string }>(
      'SELECT t::text AS text FROM vault.token t WHERE id = $1',
      [made.id],
    );
    const clear = Buffer.from(/"?\\\\?x([0-9a-f]{80,})/.exec(rows[0]?.text ?? '')?.[1] ?? '', 'hex');
    expect(clear.length).toBeGreaterThan(100);
    for (const text of ['PRIVATE PERSON', 'shop.example']) {
      expect(clear.includes(text) || rows[0]?.text.includes(text)).toBe(false);
    }
    const command = contextOf(ONE);
    unwrap(await redeem(made.id, {}, command));
    unwrap(await settle(made.id, 'pi_1', command));
    expect(unwrap(await find(made.id))).toMatchObject({ used: true, usedFor: 'pi_1', terms: TERMS });
    const known = await confirmationToken();
    expect(unwrap(await redeem(known.id, { usedFor: 'seti_1' }))).toMatchObject({ usedFor: 'seti_1' });
  });

  it('does not open in another row', async () => {
    const [one, other] = [await confirmationToken(), await confirmationToken()];
    await admin.query(
      'UPDATE vault.token SET terms = (SELECT terms FROM vault.token WHERE id = $1) WHERE id = $2',
      [one.id, other.id],
    );
    await expect(find(other.id)).rejects.toThrow('was altered');
  });
});
