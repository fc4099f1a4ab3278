import { jobQueue } from '@tpmall/platform/jobs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../modules/money/acquiring/test-acquirer/start-acquiring.ts';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

let test: TestSystem;
let admin: pg.Client;

beforeAll(async () => {
  test = await startTestSystem();
  admin = new pg.Client({ connectionString: test.system.databaseUrl });
  await admin.connect();
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

const postWith = async (key: string, path: string, body: object) => {
  const answer = await fetch(test.system.apiUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const secondPost = (path: string, body: object) => postWith(test.secondOperatorKey, path, body);

it('shows operators, and nobody else, the work that waits and fails, and runs it at once', async () => {
  const payments = test.system.databaseOf('payments');
  if (!payments) throw new Error('payments run elsewhere');
  // Nobody runs a job of this name, so that it stays as it is.
  await jobQueue.enqueue(payments, 'unheard-of', {}, { key: 'one' });
  await admin.query(
    `UPDATE graphile_worker._private_jobs SET attempts = 3, last_error = 'no such thing',
       run_at = now() + '1 day' WHERE key = 'payments:one'`,
  );
  const { data } = (await test.operator('GET', '/v1/operations/jobs?state=failing')) as {
    data: { id: string; name: string; state: string }[];
  };
  const planted = data.find(({ name }) => name === 'unheard-of');
  expect(planted).toMatchObject({
    ...{ object: 'job', module: 'payments', state: 'failing', repeats: false },
    ...{ failures: 3, failures_max: 25, last_error: 'no such thing' },
  });
  // One of the system's own may fail as well, and be repeated.
  expect(data.filter(({ state }) => state !== 'failing')).toEqual([]);
  const path = `/v1/operations/jobs/${planted?.id}/retry`;
  expect((await postWith(test.secretKey, path, {})).status).toBe(403);
  expect(await postWith(test.operatorKey, path, {})).toMatchObject({
    status: 200,
    body: { state: 'waiting', failures: 0 },
  });
  expect(await postWith(test.operatorKey, '/v1/operations/jobs/job_0/retry', {})).toMatchObject({
    status: 404,
    body: { code: 'resource_missing' },
  });
  // The one who was let is in the audit log, by the person's own name; those who were refused are not.
  const entries = async (): Promise<unknown[]> =>
    (await test.operator('GET', '/v1/audit/entries/search?action=job.'))['data'] as unknown[];
  await until(async () => (await entries()).length > 0);
  expect(await entries()).toEqual([
    expect.objectContaining({
      ...{ module: 'platform', action: 'job.retried', subject: planted?.id },
      ...{ actor: expect.stringMatching(/^operator:person_/), detail: { job: 'payments.unheard-of' } },
    }),
  ]);
});

describe('an unknown outcome', () => {
  it('is resolved by two people, each step told to the audit log', async () => {
    const id = await lose();
    const proposal = { subject: id, verdict: 'not_charged', evidence: 'Not in the portal' };
    // A key that belongs to nobody is no person, whoever can read it.
    expect(await postWith(test.machineKey, '/v1/operations/resolutions', proposal)).toMatchObject({
      status: 403,
      body: { code: 'person_needed' },
    });
    const own = await test.operator('POST', '/v1/operations/resolutions', proposal);
    // Taken back by the one who said it, and by nobody else.
    expect(await secondPost(`/v1/operations/resolutions/${own['id']}/withdraw`, {})).toMatchObject({
      status: 403,
      body: { code: 'not_the_proposer' },
    });
    const withdrawn = await test.operator('POST', `/v1/operations/resolutions/${own['id']}/withdraw`, {});
    expect(withdrawn).toMatchObject({ state: 'withdrawn' });
    const again = await test.operator('POST', '/v1/operations/resolutions', proposal);
    expect(
      await postWith(test.machineKey, `/v1/operations/resolutions/${again['id']}/confirm`, {}),
    ).toMatchObject({ status: 403, body: { code: 'person_needed' } });
    const confirmed = await secondPost(`/v1/operations/resolutions/${again['id']}/confirm`, {});
    expect(confirmed).toMatchObject({ status: 200, body: { state: 'applied' } });
    await until(
      async () => (await test.stripe.paymentIntents.retrieve(id)).status === 'requires_payment_method',
    );
    await until(async () => {
      const { data } = (await test.operator('GET', `/v1/audit/entries/search?subject=${id}`)) as {
        data: { action: string }[];
      };
      return (
        data.map(({ action }) => action).join() ===
        'resolution.applied,resolution.confirmed,resolution.proposed,resolution.withdrawn,resolution.proposed'
      );
    });
    expect(await test.operator('GET', '/v1/audit/entries/verify')).toMatchObject({ broken_at: null });
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
    for (const path of [
      '/v1/operations/unknown_outcomes',
      '/v1/operations/requests',
      '/v1/audit/entries/search',
    ]) {
      expect((await fetch(test.system.apiUrl + path)).status).toBe(401);
      expect((await fetch(test.system.apiUrl + path, { headers: stranger })).status).toBe(403);
    }
  });
});

describe('what clients are told', () => {
  it('is set aside where nobody can read it, and tried again', async () => {
    const about = { type: 'customer.created', source: 'payments', seq: 1 };
    await admin.query(
      `INSERT INTO webhooks.set_aside (id, tenant, type, source, seq, aggregate_id, at, payload,
         reason, set_aside_at)
       VALUES ('evt_planted', (SELECT tenant FROM payments.intent LIMIT 1), $1, $2, $3, 'cus_planted',
         now(), '{}',
         'a name of <another> version', now())`,
      Object.values(about),
    );
    const path = '/v1/operations/set_aside_events';
    expect(await test.operator('GET', path)).toMatchObject({
      data: [{ id: 'evt_planted', reason: 'a name of <another> version' }],
    });
    // What nobody can read stays.
    expect(await test.operator('POST', `${path}/retry`, {})).toEqual({ told: 0, left: 1 });
    await admin.query(`DELETE FROM webhooks.set_aside WHERE id = 'evt_planted'`);
    expect(await test.operator('GET', path)).toMatchObject({ data: [] });
    await until(async () => {
      const { data } = (await test.operator('GET', '/v1/audit/entries/search?action=set_aside_events.')) as {
        data: { action: string }[];
      };
      return data.filter(({ action }) => action === 'set_aside_events.retried').length === 1;
    });
  });

  it('is listed page by page, and sent again', async () => {
    await test.stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['*'] });
    for (const name of ['Somebody', 'Somebody else']) await test.stripe.customers.create({ name });
    await test.system.drainEvents();
    const path = '/v1/operations/deliveries';
    type Page = { data: { id: string; event_type: string }[]; has_more: boolean };
    const first = (await test.operator('GET', `${path}?limit=1`)) as unknown as Page;
    expect(first).toMatchObject({ data: [{ event_type: 'customer.created' }], has_more: true });
    const [newest] = first.data;
    const rest = (await test.operator(
      'GET',
      `${path}?limit=1&starting_after=${newest?.id}`,
    )) as unknown as Page;
    expect(rest.data).toHaveLength(1);
    expect(rest.data[0]?.id).not.toBe(newest?.id);
    expect(await test.operator('POST', `${path}/${newest?.id}/resend`, {})).toMatchObject({
      id: newest?.id,
    });
  });
});
