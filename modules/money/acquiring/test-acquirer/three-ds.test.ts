import { unwrap } from '@tpmall/kernel';
import { openDatabase, sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import {
  type CardNetworkProcess,
  spawnCardNetwork,
  type TestCard,
  testCards,
} from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type AcquiringUnderTest,
  contextOf,
  eventsOf,
  modules,
  readBook,
  startAcquiring,
  terminalOf,
} from './start-acquiring.ts';

const RETURN_URL = 'http://localhost:9/return?order=1&x=%22';

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeAll(async () => {
  network = await spawnCardNetwork();
});
afterAll(async () => {
  await network.stop();
});
beforeEach(async () => {
  database = await testDatabase({ modules });
  under = await startAcquiring(database, network);
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

function cardThat(authentication: TestCard['authentication'], code = '00', brand = 'visa'): string {
  const found = testCards.find(
    (card) => card.authentication === authentication && card.code === code && card.brand === brand,
  );
  if (!found) throw new Error(`no card is ${authentication}`);
  return `pm_${found.number}`;
}

const authenticate = (paymentMethod: string, context = contextOf()) =>
  under.port.authenticate(context, {
    paymentMethod,
    amount: 1234n,
    currency: 'eur',
    merchant: 'acct_kiln',
    merchantName: 'Kiln & <Reed>',
    returnUrl: RETURN_URL,
  });

const authorise = (paymentMethod: string, authenticationId: string, amount = 1234n) =>
  under.port.authorise(contextOf(), {
    paymentMethod,
    amount,
    currency: 'eur',
    authenticationId,
    descriptor: 'TPMALL',
    merchant: 'acct_kiln',
  });

/** A page as a browser without JavaScript uses it: its one form, its link, its policy. */
interface Page {
  readonly status: number;
  readonly text: string;
  readonly policy: string;
  readonly link: string | undefined;
  submit(more?: Record<string, string>): Promise<Page>;
}

async function open(url: string, init: RequestInit = {}): Promise<Page> {
  const answer = await fetch(url, { redirect: 'error', ...init });
  const text = await answer.text();
  const policy = answer.headers.get('content-security-policy') ?? '';
  const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1];
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    status: answer.status,
    text,
    policy,
    link: unescape(/<a class="btn" href="([^"]*)"/.exec(text)?.[1]),
    submit: async (more = {}) => {
      const target = new URL(unescape(action) ?? '', url);
      // The browser would refuse to submit anywhere else.
      const allowed = /form-action ([^;]*)/.exec(policy)?.[1]?.split(' ') ?? [];
      const own = allowed.includes("'self'") ? new URL(url).origin : '';
      expect([...allowed, own]).toContain(target.origin);
      const form = new URLSearchParams();
      for (const [, name = '', value = ''] of fields) form.set(name, unescape(value) ?? '');
      for (const [name, value] of Object.entries(more)) form.set(name, value);
      return open(target.href, { method: 'POST', body: form, headers: init.headers ?? {} });
    },
  };
}

function unescape(text: string | undefined): string | undefined {
  return text
    ?.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

const stateOf = async (id: string) => unwrap(await under.port.authentication(contextOf(), { id })).state;

test.each(['visa', 'mastercard'])(
  '%s, frictionless: the proof goes with the authorisation',
  async (brand) => {
    const paymentMethod = cardThat('frictionless', '00', brand);
    const context = contextOf();
    const authentication = unwrap(await authenticate(paymentMethod, context));
    expect(authentication).toMatchObject({ state: 'frictionless', challengeUrl: null });
    expect(unwrap(await authenticate(paymentMethod, context))).toEqual(authentication);
    expect(unwrap(await authorise(paymentMethod, authentication.id)).state).toBe('approved');
    const terminal = terminalOf(database);
    const booked = (await readBook(network)).authorisations.filter((each) => each.terminal === terminal);
    expect(booked).toMatchObject([{ authenticated: true }]);
  },
);

test('attempted only: there is proof of that as well', async () => {
  const paymentMethod = cardThat('attempted', '00', 'amex');
  const { id, state } = unwrap(await authenticate(paymentMethod));
  expect(state).toBe('frictionless');
  expect(unwrap(await authorise(paymentMethod, id)).state).toBe('approved');
});

test.each([
  ['refused', 'failed'],
  ['unavailable', 'unavailable'],
] as const)('an issuer that says %s: %s, and no proof', async (authentication, state) => {
  const paymentMethod = cardThat(authentication);
  const answer = unwrap(await authenticate(paymentMethod));
  expect(answer).toMatchObject({ state, challengeUrl: null });
  expect(await authorise(paymentMethod, answer.id)).toMatchObject({
    error: { code: 'authentication_not_valid' },
  });
});

test('a challenge without JavaScript: wrong code, right code, and on to the shop', async () => {
  const needy = testCards.find(({ needsAuthentication, code }) => needsAuthentication && code === '00');
  const paymentMethod = `pm_${needy?.number}`;
  const { id, state, challengeUrl } = unwrap(await authenticate(paymentMethod));
  expect([state, challengeUrl]).toEqual(['challenge', `${under.vaultUrl}/3ds/${id}`]);
  expect(await authorise(paymentMethod, id)).toMatchObject({ error: { code: 'authentication_not_valid' } });

  const start = await open(challengeUrl ?? '');
  expect(start.text.replaceAll(/<[^>]*>/g, '')).toContain('12.34');
  expect(start.text).toContain('Kiln &amp; &lt;Reed&gt;');
  expect(start.text).toContain(`ending ${needy?.number.slice(-4)}`);
  expect(start.text).not.toContain('<script');
  const asked = await start.submit();
  expect(asked.text).toContain('Kiln &#38; &#60;Reed&#62;');
  const again = await asked.submit({ code: '0000', action: 'approve' });
  expect(again.text).toContain('role="alert"');
  expect(await stateOf(id)).toBe('challenge');
  const done = await again.submit({ code: '1234', action: 'approve' });
  // The directory server has told us before the browser comes back.
  expect(await stateOf(id)).toBe('authenticated');
  const back = await done.submit();
  expect([start.status, asked.status, done.status, back.status]).toEqual([200, 200, 200, 200]);
  expect(back.link).toBe(`${RETURN_URL}&redirect_status=succeeded`);
  expect(back.policy).toContain("form-action 'none'");
  // Whoever was told of the end may have charged the card by now: the page knows of the proof alone.
  expect(back.text).toContain('Continue to see the state of your payment.');

  expect(await eventsOf(under.db)).toEqual([
    { type: 'authentication.completed', payload: { authenticationId: id, state: 'authenticated' } },
  ]);
  // Less than was authenticated is fine, more is not, and neither is another card.
  expect(await authorise(paymentMethod, id, 1235n)).toMatchObject({
    error: { code: 'authentication_not_valid' },
  });
  expect(await authorise(cardThat('frictionless'), id)).toMatchObject({
    error: { code: 'authentication_not_valid' },
  });
  expect(unwrap(await authorise(paymentMethod, id, 1000n)).state).toBe('approved');
  // A page that is opened again shows the result; the challenge cannot be had twice.
  expect((await open(challengeUrl ?? '')).link).toBe(`${RETURN_URL}&redirect_status=succeeded`);
});

test.each([
  ['cancelled', [{ action: 'cancel' }]],
  ['three wrong codes', [1, 2, 3].map(() => ({ action: 'approve', code: '1111' }))],
])('%s: failed, told once', async (_name, answers) => {
  const paymentMethod = cardThat('challenge');
  const { id, challengeUrl } = unwrap(await authenticate(paymentMethod));
  let page = await (await open(challengeUrl ?? '')).submit();
  for (const answer of answers) page = await page.submit(answer);
  const back = await page.submit();
  expect(back.link).toBe(`${RETURN_URL}&redirect_status=failed`);
  expect(await stateOf(id)).toBe('failed');
  expect(await eventsOf(under.db)).toMatchObject([{ payload: { state: 'failed' } }]);
  expect(await authorise(paymentMethod, id)).toMatchObject({ error: { code: 'authentication_not_valid' } });
});

test('the pages speak Chinese to a browser that asks for it', async () => {
  const { challengeUrl } = unwrap(await authenticate(cardThat('challenge')));
  const headers = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' };
  const start = await open(challengeUrl ?? '', { headers });
  expect(start.text).toContain('lang="zh-CN"');
  const asked = await start.submit();
  expect(asked.text).toContain('银行验证码');
  expect((await asked.submit({ action: 'cancel' })).text).toContain('银行未确认此笔付款');
});

test('nobody but the directory server can say that a challenge was passed', async () => {
  const { id, challengeUrl } = unwrap(await authenticate(cardThat('challenge')));
  const start = await open(challengeUrl ?? '');
  const creq = /name="creq" value="([^"]*)"/.exec(start.text)?.[1] ?? '';
  const ids = JSON.parse(Buffer.from(creq, 'base64url').toString()) as Record<string, string>;
  const lie = { ...ids, messageType: 'RReq', dsTransID: ids.acsTransID, transStatus: 'Y', eci: '05' };
  const post = (url: string, body: unknown): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (const key of ['x', id, 'A'.repeat(43)]) {
    expect((await post(`${under.vaultUrl}/3ds/results/${key}`, lie)).status).toBe(404);
  }
  // A CRes that says yes brings the shopper back and decides nothing.
  const cres = Buffer.from(JSON.stringify({ ...ids, messageType: 'CRes', transStatus: 'Y' })).toString(
    'base64url',
  );
  const back = await open(`${under.vaultUrl}/3ds/notify`, {
    method: 'POST',
    body: new URLSearchParams({ cres, threeDSSessionData: id }),
  });
  expect(back.text).toContain('has not told us');
  expect(await stateOf(id)).toBe('challenge');
  for (const form of [{}, { cres: '!' }, { cres, threeDSSessionData: 'tds_none' }]) {
    const answer = await open(`${under.vaultUrl}/3ds/notify`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    expect(answer.status).toBe(404);
  }
});

test('results with the right key but of another transaction, or malformed, change nothing', async () => {
  const { id } = unwrap(await authenticate(cardThat('challenge')));
  const admin = openDatabase({ url: database.adminUrl, name: 'test' });
  const { rows } = await admin.run<{ server_trans_id: string; acs_trans_id: string; ds_trans_id: string }>(
    sql('test.key', "UPDATE acquiring.authentication SET results_key_hash = sha256('key') RETURNING *"),
  );
  await admin.close();
  const [stored] = rows;
  const results = {
    messageType: 'RReq',
    threeDSServerTransID: stored?.server_trans_id,
    acsTransID: stored?.acs_trans_id,
    dsTransID: stored?.ds_trans_id,
    transStatus: 'Y',
    eci: '05',
    authenticationValue: Buffer.alloc(20).toString('base64'),
  };
  const post = (body: object): Promise<number> =>
    fetch(`${under.vaultUrl}/3ds/results/key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then(({ status }) => status);
  expect(await post({ ...results, dsTransID: results.acsTransID })).toBe(400);
  expect(await post({ ...results, acsTransID: results.dsTransID })).toBe(400);
  expect(await post({ ...results, transStatus: 'C' })).toBe(400);
  expect(await stateOf(id)).toBe('challenge');
  expect(await post(results)).toBe(200);
  // Told again, with another result: answered, and nothing changes.
  expect(await post({ ...results, transStatus: 'N' })).toBe(200);
  expect(await stateOf(id)).toBe('authenticated');
  expect(await eventsOf(under.db)).toHaveLength(1);
});

test('a challenge that nobody finishes fails', async () => {
  const { id } = unwrap(await authenticate(cardThat('challenge')));
  await under.sweep();
  expect(await stateOf(id)).toBe('challenge');
  const admin = openDatabase({ url: database.adminUrl, name: 'test' });
  await admin.run(
    sql('test.age', "UPDATE acquiring.authentication SET created_at = created_at - interval '1 hour'"),
  );
  await admin.close();
  await under.sweep();
  expect(await stateOf(id)).toBe('failed');
});

test('a directory server that is away leaves the payment to go on without proof', async () => {
  const away = await spawnCardNetwork();
  const alone = await startAcquiring(database, network, {
    config: { directoryServer: { url: `${away.url}/3ds/areq`, timeoutMs: 500 } },
  });
  await away.stop('SIGKILL');
  const answer = await alone.port.authenticate(contextOf(), {
    paymentMethod: cardThat('challenge'),
    amount: 1n,
    currency: 'eur',
    merchant: 'acct_kiln',
    returnUrl: RETURN_URL,
  });
  expect(unwrap(answer)).toMatchObject({ state: 'unavailable', challengeUrl: null });
  await alone.stop();
});

test('behind a proxy, the directory server of this machine need not come through it', async () => {
  const publicUrl = 'https://cards.mall.example';
  const behind = await startAcquiring(database, network, { publicUrl });
  const answer = await behind.port.authenticate(contextOf(), {
    paymentMethod: cardThat('challenge'),
    amount: 1234n,
    currency: 'eur',
    merchant: 'acct_kiln',
    returnUrl: RETURN_URL,
  });
  const { id, challengeUrl } = unwrap(answer);
  expect(challengeUrl).toBe(`${publicUrl}/3ds/${id}`);
  const start = await open(`${behind.vaultUrl}/3ds/${id}`);
  const done = await (await start.submit()).submit({ code: '1234', action: 'approve' });
  expect(await stateOf(id)).toBe('authenticated');
  // The shopper goes back the way they came.
  expect(done.text).toContain(`${publicUrl}/3ds/notify`);
  await behind.stop();
});

test('nothing that a browser would run is taken to return to', async () => {
  const answer = await under.port.authenticate(contextOf(), {
    paymentMethod: cardThat('challenge'),
    amount: 1n,
    currency: 'eur',
    merchant: 'acct_kiln',
    returnUrl: 'javascript:alert(1)',
  });
  expect(answer).toMatchObject({ error: { code: 'invalid_input', field: 'returnUrl' } });
});
