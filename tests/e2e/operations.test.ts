import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../modules/money/acquiring/test-acquirer/start-acquiring.ts';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

let test: TestSystem;
let admin: pg.Client;
/** The second person's key. */
let second: string;

beforeAll(async () => {
  test = await startTestSystem();
  admin = new pg.Client({ connectionString: test.system.databaseUrl });
  await admin.connect();
  const made = await test.operator('POST', '/v1/keys', { kind: 'operator', name: 'The second person' });
  second = String(made['key']);
});
afterAll(async () => {
  await admin?.end();
  await test?.close();
});

/** A payment whose answer and whose first reversals are lost. */
async function lose(): Promise<string> {
  for (const fault of [
    { kind: 'lose_answer', mti: '0100' },
    ...Array.from({ length: 30 }, () => ({ kind: 'lose_request', mti: '0401' })),
    { kind: 'lose_request', mti: '0400' },
  ]) {
    await test.network('POST', '/behaviours', fault);
  }
  const card = await storeCard(test.vault, approved);
  const intent = await test.stripe.paymentIntents.create({
    ...{ amount: 4200, currency: 'eur', payment_method: card.id, confirm: true },
    ...{ capture_method: 'manual', return_url: 'https://shop.example/done' },
  });
  expect(intent.status).toBe('processing');
  return intent.id;
}

const get = async (path: string, key = test.operatorKey) => {
  const answer = await fetch(test.system.apiUrl + path, { headers: basic(key) });
  return { status: answer.status, text: await answer.text() };
};
const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
const secondPost = async (path: string, body: object) => {
  const answer = await fetch(test.system.apiUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${second}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

/** Sends a form as a browser would. */
async function send(path: string, fields: Record<string, string>, key: string, headers: object = {}) {
  return fetch(test.system.apiUrl + path, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      ...basic(key),
      origin: test.system.apiUrl,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });
}

/** The hidden fields of the form on a page that is sent to an address. */
function hidden(page: string, action: string): Record<string, string> {
  const form = new RegExp(`<form method="post" action="${action}[^"]*"[^>]*>([\\s\\S]*?)</form>`).exec(
    page,
  )?.[1];
  if (form === undefined) throw new Error(`no form for ${action}`);
  const inputs = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}

describe('an unknown outcome', () => {
  it('is resolved by two people through the pages, and the payment goes on', async () => {
    const id = await lose();
    const list = await get('/operations?lang=en');
    expect(list.text).toContain(id);
    const page = await get(`/operations/outcomes/${id}?lang=en`);
    expect(page.text).toContain('What was tried');
    expect(page.text).not.toContain(approved);
    const action = `/operations/outcomes/${id}`;
    const proposal = {
      ...hidden(page.text, action),
      ...{ verdict: 'not_charged', evidence: 'Not in the portal', approval_code: '', reference: '' },
    };
    const proposed = await send(action, proposal, test.operatorKey);
    expect(proposed.status).toBe(303);
    expect((await send(action, proposal, test.operatorKey)).status).toBe(303);

    const own = await get('/operations/resolutions?lang=en');
    expect(own.text).toContain('Another person must approve this. You proposed it.');
    const theirs = await get('/operations/resolutions?lang=en', second);
    const confirm = /action="(\/operations\/resolutions\/rsl_\w+\/confirm)/.exec(theirs.text)?.[1] ?? '';
    const fields = hidden(theirs.text, confirm);
    // The first person cannot, with whatever form.
    const alone = await send(confirm, { ...hidden(page.text, action), form_id: 'form_x' }, test.operatorKey);
    expect(alone.status).toBe(403);
    expect((await send(confirm, fields, second)).status).toBe(303);
    expect((await send(confirm, fields, second)).status).toBe(303);
    await until(
      async () => (await test.stripe.paymentIntents.retrieve(id)).status === 'requires_payment_method',
    );
    expect((await get('/operations/unknown?lang=en')).text).toContain('Every outcome is known.');
    await until(async () => {
      const { data } = (await test.operator('GET', '/v1/audit/entries?limit=1000')) as {
        data: { action: string; subject: string; actor: string }[];
      };
      const told = data.filter(({ subject }) => subject === id);
      return (
        told.map(({ action }) => action).join() ===
        'resolution.proposed,resolution.confirmed,resolution.applied'
      );
    });
  });

  it('is resolved through the API: approved, captured and paid', async () => {
    const id = await lose();
    const { data } = (await test.operator('GET', '/v1/operations/unknown_outcomes')) as {
      data: { id: string; verdicts: string[]; amount: string }[];
    };
    expect(data).toMatchObject([{ id, amount: '4200', verdicts: ['approved', 'not_charged'] }]);
    const proposed = await secondPost('/v1/operations/resolutions', {
      ...{ subject: id, verdict: 'approved', evidence: 'In the portal' },
      ...{ approval_code: 'A1B2C3', reference: '000000004711' },
    });
    expect(proposed).toMatchObject({ status: 200, body: { state: 'proposed' } });
    const rsl = String(proposed.body['id']);
    expect(await secondPost(`/v1/operations/resolutions/${rsl}/confirm`, {})).toMatchObject({
      status: 403,
      body: { code: 'second_person_needed' },
    });
    const confirmed = await test.operator('POST', `/v1/operations/resolutions/${rsl}/confirm`, {});
    expect(confirmed).toMatchObject({ state: 'applied' });
    await until(async () => (await test.stripe.paymentIntents.retrieve(id)).status === 'requires_capture');
    expect((await test.stripe.paymentIntents.capture(id)).status).toBe('succeeded');
    const trail = await test.operator('GET', `/v1/operations/outcomes/${id}`);
    expect(trail['steps']).toMatchObject([
      { kind: 'authorisation', state: 'approved' },
      { kind: 'resolution', state: 'withdrawn' },
      { kind: 'capture' },
    ]);
  });

  it('is nobody else’s to see or to resolve', async () => {
    const stranger = { authorization: `Bearer ${test.secretKey}` };
    for (const path of ['/operations', '/v1/operations/unknown_outcomes', '/v1/operations/requests']) {
      expect((await fetch(test.system.apiUrl + path)).status).toBe(401);
      expect((await fetch(test.system.apiUrl + path, { headers: stranger })).status).toBe(403);
    }
  });
});

describe('a form', () => {
  it.each([
    ['from another site', {}, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from another port of this host', {}, { 'sec-fetch-site': 'same-site' }],
    ['that hides where it comes from', {}, { origin: 'null' }],
    ['from an old browser, of another origin', {}, { 'sec-fetch-site': '', origin: 'http://evil.example' }],
    ['without a token', { form_token: '' }, {}],
    ['with the token of another key', { form_token: 'second' }, {}],
  ])('%s changes nothing', async (_name, fields, headers) => {
    const id = await refuseCapture();
    const action = `/operations/outcomes/${id}`;
    const advice = `adv_${id}`;
    const page = await get(`${action}?lang=en&advice=${advice}`);
    const theirs = hidden((await get(`${action}?advice=${advice}`, second)).text, action)['form_token'] ?? '';
    const token = 'form_token' in fields ? { form_token: fields.form_token === 'second' ? theirs : '' } : {};
    const good = { ...hidden(page.text, action), verdict: 'captured', evidence: 'Seen' };
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const dropped = 'sec-fetch-site' in headers && headers['sec-fetch-site'] === '' ? ['sec-fetch-site'] : [];
    const answer = await sendWithout(action, { ...good, ...token }, test.operatorKey, given, dropped);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('form_foreign');
    const { rows } = await admin.query('SELECT id FROM payments.resolution WHERE subject = $1', [id]);
    expect(rows).toEqual([]);
    expect((await send(action, good, test.operatorKey)).status).toBe(303);
  });
});

/** As `send`, without some headers. */
async function sendWithout(
  path: string,
  fields: Record<string, string>,
  key: string,
  headers: object,
  without: readonly string[],
): Promise<Response> {
  const all: Record<string, string> = {
    ...basic(key),
    origin: test.system.apiUrl,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  };
  for (const name of without) delete all[name];
  const body = new URLSearchParams(fields).toString();
  return fetch(test.system.apiUrl + path, { method: 'POST', redirect: 'manual', headers: all, body });
}

/** A payment whose capture the acquirer has refused. */
async function refuseCapture(): Promise<string> {
  const card = await storeCard(test.vault, approved);
  const { id } = await test.stripe.paymentIntents.create({
    ...{ amount: 4000, currency: 'eur', payment_method: card.id, confirm: true },
    return_url: 'https://shop.example/done',
  });
  await admin.query(
    `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
     SELECT 'adv_' || id, tenant, now(), id, latest_charge, 'capture', '25', amount
     FROM payments.intent WHERE id = $1`,
    [id],
  );
  return id;
}

describe('the pages of logs', () => {
  it('show requests with their redacted bodies, by status and object', async () => {
    const id = await refuseCapture();
    await until(async () =>
      (await get(`/operations/requests?object=${id}`)).text.includes('/operations/requests/req_'),
    );
    const page = await get(`/operations/requests?lang=en&object=${id}&status=200`);
    const request = /href="(\/operations\/requests\/req_\w+)/.exec(page.text)?.[1] ?? '';
    const one = await get(request);
    expect(one.text).toContain(id);
    expect(one.text).not.toMatch(/_secret_[A-Za-z0-9]/);
    expect((await get(`/operations/requests?object=${id}&status=500`)).text).toContain('No request matches.');
    expect((await get('/operations/requests?status=abc')).status).toBe(400);
  });

  it('show events that were set aside, and try them again', async () => {
    const about = { type: 'customer.created', source: 'payments', seq: 1 };
    await admin.query(
      `INSERT INTO webhooks.set_aside (id, tenant, type, source, seq, aggregate_id, at, payload,
         reason, set_aside_at)
       VALUES ('evt_planted', (SELECT tenant FROM payments.intent LIMIT 1), $1, $2, $3, 'cus_planted',
         now(), '{}',
         'a name of <another> version', now())`,
      Object.values(about),
    );
    for (const path of ['/operations', '/operations/set_aside_events']) {
      const page = await get(`${path}?lang=en`);
      expect(page.text).toContain('evt_planted');
      expect(page.text).toContain('a name of &lt;another&gt; version');
    }
    expect((await get('/operations/set_aside_events?lang=zh')).text).toContain('立即重试');
    const page = await get('/operations/set_aside_events?lang=en');
    const action = '/operations/set_aside_events/retry';
    const fields = hidden(page.text, action);
    expect((await send(action, { ...fields, form_token: '' }, test.operatorKey)).status).toBe(403);
    expect((await send(action, fields, test.operatorKey)).status).toBe(303);
    // What nobody can read stays.
    expect((await get('/operations/set_aside_events?lang=en')).text).toContain('evt_planted');
    await admin.query(`DELETE FROM webhooks.set_aside WHERE id = 'evt_planted'`);
    const after = await get('/operations/set_aside_events?lang=en');
    expect(after.text).toContain('Every event could be told.');
    await until(async () => {
      const { data } = (await test.operator('GET', '/v1/audit/entries?limit=1000')) as {
        data: { action: string }[];
      };
      return data.filter(({ action: done }) => done === 'set_aside_events.retried').length === 1;
    });
  });

  it('send an event again', async () => {
    await test.stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['*'] });
    await test.stripe.customers.create({ name: 'Somebody' });
    await test.system.drainEvents();
    const page = await get('/operations/deliveries?lang=en');
    expect(page.text).toContain('customer.created');
    const action = /action="(\/operations\/deliveries\/whd_\w+\/resend)/.exec(page.text)?.[1] ?? '';
    expect((await send(action, hidden(page.text, action), test.operatorKey)).status).toBe(303);
  });
});
