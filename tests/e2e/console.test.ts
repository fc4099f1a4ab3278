import { accountsContract } from '@tpmall/accounts/contract';
import { identityContract } from '@tpmall/identity/contract';
import { MINUTE, systemClock, unwrap } from '@tpmall/kernel';
import { operatorContext } from '@tpmall/server';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { type AtConsole, codeFor, FROM_PAGE, signIn, tell } from '../harness/console.ts';
import { idOf } from '../harness/id-of.ts';
import { openShelf } from '../harness/shelf.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

describe('people at the console', () => {
  let test: TestSystem;
  let developer: AtConsole;
  let olga: AtConsole;
  let qian: AtConsole;
  let mei: AtConsole;
  let jonas: AtConsole;

  beforeAll(async () => {
    test = await startTestSystem();
    [developer, olga, qian, mei, jonas] = await Promise.all([
      signIn(test, 'merchant', 'dev@tpmall.example'),
      signIn(test, 'operator', 'olga@tpmall.example'),
      signIn(test, 'operator', 'qian@tpmall.example'),
      signIn(test, 'merchant', 'mei@kiln-and-reed.example'),
      signIn(test, 'merchant', 'jonas@paper-lantern.example'),
    ]);
  });
  afterAll(async () => {
    await test?.close();
  });

  const identity = () => test.system.portFor(identityContract, 'operator');
  const tenantOf = ({ who }: AtConsole): string => (who['platform'] as { id: string }).id;
  const personOf = ({ who }: AtConsole): string => (who['person'] as { id: string }).id;
  const pay = async (more: object = {}) => {
    const card = await storeCard(test.vault, approved);
    const [merchant = ''] = test.merchants;
    return test.stripe.paymentIntents.create({
      ...{ amount: 4000, currency: 'eur', payment_method: card.id, confirm: true },
      return_url: 'https://shop.example/done',
      split: [{ destination: merchant, amount: 3000, application_fee_amount: 300 }],
      ...more,
    } as Parameters<typeof test.stripe.paymentIntents.create>[0]);
  };
  const actionsOf = async (action: string) => {
    await test.system.drainEvents();
    const { data } = await test.operator('GET', '/v1/audit/entries?limit=1000');
    return (data as { action: string; actor: string; subject: string }[]).filter(
      (entry) => entry.action === action,
    );
  };

  it('have a cookie that no script reads, no other site sends and no page gets', () => {
    expect(developer.setCookie).toMatch(
      /^tpmall-\d+-console=[\w-]{43}; Path=\/v1; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    expect([developer, olga, mei].map(({ who }) => who['desk'])).toEqual([
      'developer',
      'operator',
      'merchant',
    ]);
  });

  it('get a page that speaks to this origin alone, and files that are kept and compressed', async () => {
    const { api } = test.system.apps;
    const page = await api.inject({ url: '/console/payments/pi_1' });
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    const again = await api.inject({
      url: '/console/',
      headers: { 'if-none-match': String(page.headers['etag']) },
    });
    expect(again.statusCode).toBe(304);
    const [script = ''] = /\/console\/assets\/[^"]+\.js/.exec(page.body) ?? [];
    const file = await api.inject({ url: script, headers: { 'accept-encoding': 'gzip, br' } });
    expect([file.statusCode, file.headers['content-encoding']]).toEqual([200, 'br']);
    expect(file.headers['cache-control']).toContain('immutable');
    for (const name of ['..%2findex.html', 'index.html', '..%2f..%2fpackage.json', '%00']) {
      const strange = await api.inject({ url: `/console/assets/${name}` });
      expect(strange.statusCode, name).toBe(404);
    }
  });

  it('are nobody without the page’s header, from another site, or beside a key', async () => {
    const { cookie } = developer;
    const ask = async (headers: Readonly<Record<string, string>>) => {
      const { status, body } = await tell(test, 'GET', '/v1/payment_intents', headers);
      return [status, (body['error'] as { code: string } | undefined)?.code];
    };
    expect(await ask({ ...FROM_PAGE, cookie })).toEqual([200, undefined]);
    const nobody = [401, 'api_key_missing'];
    expect(await ask({ cookie })).toEqual(nobody);
    expect(await ask({ cookie, 'sec-fetch-site': 'same-origin' })).toEqual(nobody);
    expect(await ask({ cookie, 'tpmall-console': '1' })).toEqual(nobody);
    for (const site of ['same-site', 'cross-site', 'none']) {
      expect(await ask({ cookie, 'tpmall-console': '1', 'sec-fetch-site': site }), site).toEqual(nobody);
    }
    expect(await ask({ ...FROM_PAGE, cookie, authorization: 'Bearer nothing' })).toEqual([
      401,
      'api_key_invalid',
    ]);
    const [name = ''] = cookie.split('=');
    for (const token of ['', 'x', 'a'.repeat(43), 'a'.repeat(300)]) {
      const [status] = await ask({ ...FROM_PAGE, cookie: `${name}=${token}` });
      expect(status, token).toBe(401);
    }
    const foreign = await tell(test, 'DELETE', '/v1/console/session', { cookie });
    expect([foreign.status, foreign.body['code']]).toEqual([403, 'console_foreign']);
    expect(await ask({ ...FROM_PAGE, cookie })).toEqual([200, undefined]);
  });

  it('say which parameter of a sign-in is wrong, and no more of an address than of another', async () => {
    const begin = (body: object) => tell(test, 'POST', '/v1/console/sign_ins', FROM_PAGE, body);
    const whole = { email: 'nobody@tpmall.example', role: 'operator', locale: 'en' };
    const refused = await Promise.all(
      [
        { ...whole, email: 'nobody' },
        { ...whole, role: 'shopper' },
        { ...whole, more: 1 },
      ].map(begin),
    );
    expect(refused.map(({ status, body }) => [status, body['param']])).toEqual([
      [400, 'email'],
      [400, 'role'],
      [400, 'more'],
    ]);
    const unknown = await begin(whole);
    expect(unknown.status).toBe(200);
    const path = `/v1/console/sign_ins/${String(unknown.body['id'])}/finish`;
    const wrong = await tell(test, 'POST', path, FROM_PAGE, { code: '123456' });
    expect([wrong.status, wrong.body['code'], wrong.cookie]).toEqual([400, 'sign_in_code_wrong', '']);
  });

  it('do what a key of their kind does, and nothing that it does not', async () => {
    const { id } = await pay();
    expect((await developer.ask('GET', `/v1/payment_intents/${id}`)).status).toBe(200);
    expect((await developer.ask('GET', '/v1/operations/unknown_outcomes')).status).toBe(403);
    expect((await olga.ask('GET', '/v1/operations/unknown_outcomes')).status).toBe(200);
    expect((await olga.ask('GET', '/v1/payment_intents')).status).toBe(200);
    expect((await olga.ask('POST', '/v1/payment_intents', { amount: 1, currency: 'eur' })).status).toBe(403);
    expect((await developer.ask('POST', '/v1/refunds', { payment_intent: id, amount: '100' })).status).toBe(
      200,
    );
  });

  it('of a connected merchant see and move their own part of the mall, and of no other', async () => {
    const shelf = await openShelf(test);
    const [kiln = '', lantern = ''] = test.merchants;
    const order = await shelf.buy(2);
    const path = `/v1/mall/orders/${order.id}`;
    const idsFor = async (who: AtConsole, query: string) => {
      const { body } = await who.ask('GET', `/v1/mall/orders?${query}`);
      return (body['data'] as { id: string }[]).map(({ id }) => id);
    };
    // Theirs, named or not; without what shows the shopper's whole order.
    const read = await mei.ask('GET', path);
    expect(read.body).toMatchObject({ id: order.id, email: null, checkout_session: null });
    expect((await mei.ask('GET', `${path}?merchant=${kiln}`)).body).toEqual(read.body);
    expect((await developer.ask('GET', path)).body['email']).toBe(order.email);
    expect(await idsFor(mei, 'parcel_status=preparing')).toContain(order.id);
    expect(await idsFor(mei, 'parcel_status=packed')).toEqual([]);
    const alone = await developer.ask('GET', '/v1/mall/orders?parcel_status=packed');
    expect([alone.status, (alone.body['error'] as { param: string }).param]).toEqual([400, 'merchant']);
    // Of another merchant there is nothing, however it is asked for.
    expect(await idsFor(jonas, '')).toEqual([]);
    const back = await shelf.askBack(order);
    const requests = [
      ['GET', path, undefined],
      ['POST', `${path}/pack`, {}],
      ['POST', `${path}/ship`, {}],
      ['POST', `${path}/deliver`, {}],
      ['GET', `/v1/mall/returns/${back}`, undefined],
      ['POST', `/v1/mall/returns/${back}/accept`, { reason: 'Mine' }],
      ['POST', `/v1/mall/returns/${back}/refuse`, { reason: 'Mine' }],
      ['POST', `/v1/mall/returns/${back}/receive`, {}],
    ] as const;
    for (const [method, url, body] of requests) {
      for (const merchant of [kiln, lantern]) {
        const told =
          method === 'GET'
            ? await jonas.ask(method, `${url}?merchant=${merchant}`)
            : await jonas.ask(method, url, { ...body, merchant });
        expect(told.status, `${method} ${url} ${merchant}`).toBe(404);
      }
    }
    expect((await jonas.ask('GET', `/v1/mall/orders?merchant=${kiln}`)).status).toBe(404);
    expect((await jonas.ask('GET', `/v1/mall/returns?merchant=${kiln}`)).status).toBe(404);
    expect(await shelf.find(order)).toMatchObject({ state: 'paid', parcels: [{ state: 'preparing' }] });
    // An answer that was given to others is repeated for nobody, not even with the key that they used.
    const once = { ...FROM_PAGE, 'idempotency-key': 'pack-once' };
    const said = { merchant: kiln };
    const packed = await tell(test, 'POST', `${path}/pack`, { ...once, cookie: mei.cookie }, said);
    expect([packed.status, packed.body['checkout_session']]).toEqual([200, null]);
    const again = await tell(test, 'POST', `${path}/pack`, { ...once, cookie: mei.cookie }, said);
    expect([again.status, again.text]).toEqual([200, packed.text]);
    const stolen = await tell(test, 'POST', `${path}/pack`, { ...once, cookie: jonas.cookie }, said);
    expect([stolen.status, stolen.text.includes('Silk Road')]).toEqual([404, false]);
    const answered = await mei.ask('POST', `/v1/mall/returns/${back}/refuse`, { reason: 'Made to order' });
    expect(answered.body).toMatchObject({ status: 'refused', decided_by: `merchant:${personOf(mei)}` });
  });

  it('of a connected merchant read what their own merchant is owed, and of no other', async () => {
    interface Statement {
      readonly balances: readonly { readonly currency: string; readonly owed: string }[];
      readonly data: readonly { readonly id: string; readonly amount: string }[];
      readonly next_page: string | null;
    }
    const read = async (who: AtConsole, query = '') => {
      const { status, body } = await who.ask('GET', `/v1/console/statement${query}`);
      expect(status).toBe(200);
      return body as unknown as Statement;
    };
    const owed = ({ balances }: Statement): bigint =>
      BigInt(balances.find(({ currency }) => currency === 'jpy')?.owed ?? 0);
    const before = await read(jonas);
    for (let payment = 0; payment < 30; payment += 1) await pay({ currency: 'jpy' });
    const first = await read(mei, '?currency=jpy');
    expect(owed(first)).toBe(30n * 2700n);
    const rest = await read(mei, `?currency=jpy&before=${first.next_page}`);
    expect(rest.next_page).toBeNull();
    const entries = [...first.data, ...rest.data];
    expect(new Set(entries.map(({ id }) => id)).size).toBe(60);
    expect(entries.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(owed(first));
    expect(await read(jonas)).toEqual(before);
    expect((await developer.ask('GET', '/v1/console/statement')).status).toBe(403);
    const nobody = await tell(test, 'GET', '/v1/console/statement', FROM_PAGE);
    expect([nobody.status, nobody.body['code']]).toEqual([401, 'session_ended']);
    const wrong = await mei.ask('GET', '/v1/console/statement?before=0');
    expect([wrong.status, wrong.body['param']]).toEqual([400, 'before']);
  });

  it('keep keys by themselves, but not those of the house, and a key keeps none', async () => {
    const made = await developer.ask('POST', '/v1/keys', { kind: 'secret', name: 'Of a person' });
    expect(made.body['key']).toMatch(/^sk_test_/);
    const id = String(made.body['id']);
    expect((await actionsOf('api_key.created')).find(({ subject }) => subject === id)?.actor).toBe(
      `merchant:${personOf(developer)}`,
    );
    expect((await developer.ask('POST', `/v1/keys/${id}/rotate`, { grace_seconds: 60 })).status).toBe(200);
    expect((await developer.ask('POST', `/v1/keys/${id}/revoke`, { reason: 'Done' })).status).toBe(200);
    const house = await developer.ask('POST', '/v1/keys', { kind: 'operator', name: 'More' });
    expect([house.status, house.body['code']]).toEqual([403, 'permission_denied']);
    const { data } = await test.operator('GET', '/v1/keys');
    const operators = (data as { id: string; kind: string }[]).filter(({ kind }) => kind === 'operator');
    expect(operators.length).toBeGreaterThan(0);
    for (const key of operators) {
      const revoked = await developer.ask('POST', `/v1/keys/${key.id}/revoke`, { reason: 'Mine now' });
      expect(revoked.status).toBe(404);
    }
    expect((await developer.ask('GET', '/v1/keys')).text).not.toContain('"operator"');
    const authorization = `Bearer ${test.secretKey}`;
    expect((await tell(test, 'GET', '/v1/keys', { authorization })).status).toBe(403);
  });

  it('reach every key, however many were made after it', async () => {
    const leaked = await developer.ask('POST', '/v1/keys', { kind: 'secret', name: 'Leaked' });
    const id = String(leaked.body['id']);
    for (let n = 0; n < 101; n += 1) {
      await developer.ask('POST', '/v1/keys', { kind: 'publishable', name: `Later ${n}` });
    }
    const listed: string[] = [];
    for (let after = '', isMore = true; isMore; after = `&starting_after=${listed.at(-1)}`) {
      const { body } = await developer.ask('GET', `/v1/keys?limit=40${after}`);
      listed.push(...(body['data'] as { id: string }[]).map((key) => key.id));
      isMore = body['has_more'] === true;
    }
    expect(listed.length).toBeGreaterThan(101);
    expect([new Set(listed).size, listed.includes(id)]).toEqual([listed.length, true]);
    const nowhere = await developer.ask('GET', '/v1/keys?starting_after=key_nobody');
    expect([nowhere.status, nowhere.body['param']]).toEqual([400, 'starting_after']);
    expect((await developer.ask('POST', `/v1/keys/${id}/revoke`, { reason: 'Leaked' })).status).toBe(200);
  });

  it('are two people where there are two, however often one of them signs in', async () => {
    const admin = new pg.Client({ connectionString: test.system.databaseUrl });
    await admin.connect();
    const { id: subject } = await pay();
    await admin.query(
      `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
       SELECT 'adv_' || id, tenant, now(), id, latest_charge, 'capture', '25', amount
       FROM payments.intent WHERE id = $1`,
      [subject],
    );
    await admin.end();
    const said = { subject, verdict: 'captured', evidence: 'In the clearing file, line 812' };
    const proposed = await olga.ask('POST', '/v1/operations/resolutions', said);
    expect(proposed.body['proposed_by']).toBe(`operator:${personOf(olga)}`);
    const confirm = `/v1/operations/resolutions/${String(proposed.body['id'])}/confirm`;
    const again = await signIn(test, 'operator', 'olga@tpmall.example', { count: 2 });
    const own = await again.ask('POST', confirm, { reason: 'It was me' });
    expect([own.status, own.body['code']]).toEqual([403, 'second_person_needed']);
    // Nor are a session and a key of the same person, nor two keys of theirs.
    const key = await olga.ask('POST', '/v1/keys', { kind: 'operator', name: 'My own' });
    expect(key.body['owner']).toBe(personOf(olga));
    const withKey = (one: unknown, path: string, body: object) =>
      tell(test, 'POST', path, { authorization: `Bearer ${String(one)}` }, body);
    const first = key.body['key'];
    const second = await withKey(first, '/v1/keys', { kind: 'operator', name: 'My second' });
    expect(second.body['owner']).toBe(personOf(olga));
    const same = [403, 'second_person_needed'];
    const byKey = await withKey(first, confirm, {});
    expect([byKey.status, byKey.body['code']]).toEqual(same);
    const withdraw = confirm.replace('/confirm', '/withdraw');
    expect((await withKey(first, withdraw, {})).body['state']).toBe('withdrawn');
    const next = await withKey(first, '/v1/operations/resolutions', said);
    expect(next.body['proposed_by']).toBe(`operator:${personOf(olga)}`);
    const decide = (what: string) => `/v1/operations/resolutions/${String(next.body['id'])}/${what}`;
    for (const what of ['confirm', 'reject']) {
      const bySession = await olga.ask('POST', decide(what), { reason: 'It was me' });
      expect([bySession.status, bySession.body['code']]).toEqual(same);
      const bySecond = await withKey(second.body['key'], decide(what), { reason: 'It was me' });
      expect([bySecond.status, bySecond.body['code']]).toEqual(same);
    }
    // Nobody else gets the successor of a key that acts as her; anybody may end it.
    const taken = await qian.ask('POST', `/v1/keys/${String(key.body['id'])}/rotate`, {});
    expect([taken.status, taken.body['code']]).toEqual([403, 'not_your_key']);
    const rotated = await withKey(first, `/v1/keys/${String(key.body['id'])}/rotate`, {});
    expect(rotated.body['owner']).toBe(personOf(olga));
    const bySuccessor = await withKey(rotated.body['key'], decide('confirm'), {});
    expect([bySuccessor.status, bySuccessor.body['code']]).toEqual(same);
    expect(
      (await qian.ask('POST', `/v1/keys/${String(second.body['id'])}/revoke`, { reason: 'test' })).status,
    ).toBe(200);
    const other = await qian.ask('POST', decide('confirm'), { reason: 'Seen as well' });
    expect([other.status, other.body['decided_by']]).toEqual([200, `operator:${personOf(qian)}`]);
  });

  it('see what happened to a payment in one order, without anything that is secret', async () => {
    const intent = await pay();
    const refund = await test.stripe.refunds.create({ payment_intent: intent.id, amount: 1000 });
    await test.system.drainEvents();
    const charge = idOf(intent.latest_charge);
    // What was asked is written down behind the answer.
    const path = `/v1/payment_timelines/${intent.id}`;
    const kinds = async (): Promise<readonly string[]> => {
      const { body } = await developer.ask('GET', path);
      return (body['entries'] as { kind: string }[]).map(({ kind }) => kind);
    };
    await expect
      .poll(async () => (await kinds()).filter((kind) => kind === 'request').length, { timeout: 20_000 })
      .toBe(2);
    const { body, text } = await developer.ask('GET', path);
    const entries = body['entries'] as ({ at: string } & Record<string, Record<string, unknown>>)[];
    expect(new Set(await kinds())).toEqual(new Set(['request', 'message', 'transfer', 'event']));
    const instants = entries.map(({ at }) => at);
    expect(instants).toEqual([...instants].sort());
    expect(entries[0]).toMatchObject({ kind: 'request', request: { operation: 'createPaymentIntent' } });
    expect(entries.flatMap(({ message }) => (message ? [message['type']] : []))).toEqual([
      ...['0100', '0110', '0220', '0230'],
      ...['0200', '0210'],
    ]);
    const types = entries.flatMap(({ event }) => (event ? [event['type']] : []));
    expect(types).toEqual(expect.arrayContaining(['payment_intent.succeeded', 'charge.refunded']));
    const moved = entries.flatMap(({ transfer }) => (transfer ? [transfer] : []));
    expect(moved).toContainEqual(expect.objectContaining({ reason: 'refund_settlement', amount: '1000' }));
    const known = (body['ledger_accounts'] as { id: string }[]).map((account) => account.id);
    for (const one of moved) {
      expect(known).toEqual(expect.arrayContaining([one['debit_account'], one['credit_account']]));
    }
    expect(text).not.toContain(approved);
    expect(text).not.toContain(intent.client_secret ?? 'no secret');
    for (const id of [charge, refund.id]) {
      expect((await olga.ask('GET', `/v1/payment_timelines/${id}`)).body['id']).toBe(intent.id);
    }
    for (const id of ['pi_1', 'ch_1', 're_1', 'x', '%00']) {
      expect((await developer.ask('GET', `/v1/payment_timelines/${id}`)).status, id).toBe(404);
    }
    const key = await test.operator('POST', '/v1/keys', {
      ...{ kind: 'restricted', name: 'Reads payments', permissions: { payment_intents: 'read' } },
    });
    const narrow = { authorization: `Bearer ${String(key['key'])}` };
    expect((await tell(test, 'GET', path, narrow)).status).toBe(403);
  });

  it('of another platform see nothing of this one', async () => {
    const { id } = await pay();
    const accounts = test.system.portFor(accountsContract, 'operator');
    const context = (tenant: string, command: string) => ({
      ...operatorContext(tenant, command),
      deadlineAt: systemClock.now() + MINUTE,
    });
    const named = { name: 'Another', country: 'DE', defaultCurrency: 'eur' };
    const { id: other } = unwrap(await accounts.createPlatform(context('', 'another'), named));
    const made = { email: 'eve@another.example', displayName: 'Eve', locale: 'en' } as const;
    const eve = unwrap(await identity().createPerson(context(other, 'eve'), made));
    for (const role of ['merchant', 'operator'] as const) {
      const account = role === 'merchant' ? other : null;
      const grant = { personId: eve.id, role, account, reason: 'test' };
      unwrap(await identity().grantRole(context(other, `eve ${role}`), grant));
    }
    const stranger = await signIn(test, 'merchant', made.email, { platform: other });
    expect((await stranger.ask('GET', '/v1/payment_intents')).body['data']).toEqual([]);
    expect((await stranger.ask('GET', `/v1/payment_intents/${id}`)).status).toBe(404);
    expect((await stranger.ask('GET', `/v1/payment_timelines/${id}`)).status).toBe(404);
    const runs = await signIn(test, 'operator', made.email, { platform: other, count: 2 });
    expect((await runs.ask('GET', `/v1/payment_timelines/${id}`)).status).toBe(404);
    expect((await runs.ask('GET', `/v1/operations/outcomes/${id}`)).status).toBe(404);
    // Whoever is of another platform is nobody here.
    await expect(signIn(test, 'merchant', made.email, { count: 2 })).rejects.toThrow('did not get in');
  });

  it('who shop have no business here', async () => {
    const web = test.system.portFor(identityContract, 'web');
    const email = 'lin@shopper.example';
    const context = { ...operatorContext(tenantOf(developer), 'shopper'), actor: 'anonymous' };
    const asked = { email, locale: 'en', purpose: 'shopper', ip: '127.0.0.1' } as const;
    const { id } = unwrap(await web.startSignIn(context, asked));
    const code = await codeFor(test, email);
    const done = { challengeId: id, code, ip: '127.0.0.1', userAgent: '' };
    const { token } = unwrap(await web.finishSignIn(context, done));
    const [name = ''] = developer.cookie.split('=');
    const headers = { ...FROM_PAGE, cookie: `${name}=${token}` };
    const told = await tell(test, 'GET', '/v1/payment_intents', headers);
    expect([told.status, told.body['error']]).toEqual([
      401,
      expect.objectContaining({ code: 'session_ended' }),
    ]);
    const seen = await tell(test, 'GET', '/v1/console/session', headers);
    expect(seen.body['signed_in']).toBe(false);
  });

  it('leave what they change in the request log, and not what their pages read', async () => {
    await developer.ask('GET', '/v1/payment_intents');
    const created = await developer.ask('POST', '/v1/customers', { name: 'Ada' });
    const { id: session } = developer.who['session'] as { id: string };
    const logged = async () => {
      const { body } = await developer.ask('GET', '/v1/request_logs?limit=100');
      return (body['data'] as { key: string; object_id: string; method: string }[]).filter(
        ({ key }) => key === session,
      );
    };
    await expect.poll(async () => (await logged()).at(0)?.object_id).toBe(created.body['id']);
    expect((await logged()).some(({ method }) => method === 'GET')).toBe(false);
    const narrowed = await developer.ask('GET', '/v1/request_logs?path=/v1/cust&method=POST&status_from=200');
    for (const { path, method } of narrowed.body['data'] as { path: string; method: string }[]) {
      expect([path.slice(0, 8), method]).toEqual(['/v1/cust', 'POST']);
    }
    const refused = await developer.ask('GET', '/v1/request_logs?status_from=400');
    for (const { status } of refused.body['data'] as { status: number }[]) {
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });

  it('are nobody any more once they signed out, or lost their role', async () => {
    const here = await signIn(test, 'operator', 'olga@tpmall.example', { count: 3 });
    const out = await here.ask('DELETE', '/v1/console/session');
    expect(out.cookie).toMatch(/^tpmall-\d+-console=; Path=\/v1; Max-Age=0;/);
    expect((await here.ask('GET', '/v1/operations/unknown_outcomes')).status).toBe(401);
    // Her other sessions live on until she ends them all, or the house does.
    expect((await olga.ask('GET', '/v1/operations/unknown_outcomes')).status).toBe(200);
    const role = { personId: personOf(olga), role: 'operator', account: null, reason: 'left' } as const;
    const context = operatorContext(tenantOf(olga), 'olga left');
    unwrap(await identity().revokeRole(context, role));
    expect((await olga.ask('GET', '/v1/operations/unknown_outcomes')).status).toBe(401);
    await qian.ask('DELETE', '/v1/console/session', { everywhere: true });
    expect((await qian.ask('GET', '/v1/operations/unknown_outcomes')).status).toBe(401);
  });
});
