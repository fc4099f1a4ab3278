import { assert, systemClock, unwrap } from '@tpmall/kernel';
import { type Database, type Statement, sql, withConnection } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, namedTestCards, spawnCardNetwork } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReturnedRefund } from '../src/contract/index.ts';
import { returnRefund } from '../src/store/refunds.ts';
import {
  type AcquiringUnderTest,
  advicesOf,
  atHost,
  contextOf,
  control,
  eventsOf,
  makeOverdue,
  modules,
  readBook,
  startAcquiring,
  until,
} from './start-acquiring.ts';

const card = (id: string): string => `pm_${namedTestCards.find((each) => each.id === id)?.number}`;
/** What the host allows as well; it keeps its own cap. */
const captureTerms = [
  { brands: ['visa'], categories: ['5812'], multicapture: true, overcapturePercent: 20 },
  { brands: ['visa'], multicapture: true, incrementalAuthorisation: true, overcapturePercent: 15 },
];

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
  await control(network, 'DELETE', '/behaviours');
  database = await testDatabase({ modules });
  under = await startAcquiring(database, network, { config: { captureTerms } });
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

const facts = (brand: string) => ({ brand, bin: '424242', country: 'US', funding: 'credit' });
async function authorised(paymentMethod = card('pm_card_visa'), brand = 'visa') {
  const outcome = unwrap(
    await under.port.authorise(contextOf(), {
      paymentMethod,
      amount: 1000n,
      currency: 'eur',
      descriptor: 'TPMALL 2611-4807',
      merchant: 'acct_kiln',
      card: facts(brand),
    }),
  );
  if (outcome.state !== 'approved') throw new Error(outcome.state);
  return outcome;
}
const increment = (authorisationId: string, amount: bigint, context = contextOf()) =>
  under.port.increment(context, { authorisationId, amount });
const capture = (authorisationId: string, amount: bigint, final: boolean) =>
  under.port.capture(contextOf(), { authorisationId, amount, final });
const booked = (id: string) => atHost(network, database, id);
const settled = async (): Promise<boolean> =>
  (await advicesOf(under.db)).every(({ state }) => state !== 'queued' && state !== 'waiting');

describe('the terms of an authorisation', () => {
  test('are the first rule that fits its card, and none where none does', async () => {
    expect((await authorised()).terms).toEqual({
      multicapture: true,
      incrementalAuthorisation: true,
      maximumCapturable: 1150n,
    });
    const plain = { multicapture: false, incrementalAuthorisation: false, maximumCapturable: 1000n };
    expect((await authorised(card('pm_card_jcb'), 'jcb')).terms).toEqual(plain);
  });
});

describe('over-capture', () => {
  test('goes as far as the terms, over all captures, here and at the host', async () => {
    const { authorisationId: id } = await authorised();
    unwrap(await capture(id, 900n, false));
    expect(await capture(id, 251n, true)).toMatchObject({
      error: { code: 'amount_too_large', detail: { max: '250' } },
    });
    unwrap(await capture(id, 250n, true));
    await until(settled);
    expect(await booked(id)).toMatchObject({
      captured: '1150',
      captures: [{ code: '00' }, { code: '00' }],
    });
  });

  test('of many captures at once keeps to the limit', async () => {
    const { authorisationId: id } = await authorised();
    const answers = await Promise.all(Array.from({ length: 20 }, () => capture(id, 100n, false)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(11);
    await until(settled);
    expect(await booked(id)).toMatchObject({ captured: '1100' });
  });

  test('that the host does not allow is told as refused', async () => {
    await under.stop();
    const greedy = [{ brands: ['visa'], overcapturePercent: 50 }];
    under = await startAcquiring(database, network, { config: { captureTerms: greedy } });
    const { authorisationId: id } = await authorised();
    unwrap(await capture(id, 1200n, true));
    await until(settled);
    expect(await eventsOf(under.db)).toMatchObject([
      { type: 'advice.refused', payload: { kind: 'capture', authorisationId: id, networkCode: '13' } },
    ]);
    expect(await booked(id)).toMatchObject({ captured: '0' });
  });
});

describe('an increment', () => {
  test('is one message with the payment’s reference, and raises what may be captured', async () => {
    const { authorisationId: id } = await authorised();
    const context = contextOf();
    const answers = await Promise.all([1, 2, 3].map(() => increment(id, 500n, context)));
    for (const answer of answers) {
      expect(unwrap(answer)).toMatchObject({
        state: 'approved',
        authorised: 1500n,
        terms: { maximumCapturable: 1725n },
      });
    }
    expect(await increment(id, 500n, context)).toEqual(answers[0]);
    expect(await booked(id)).toMatchObject({
      remaining: '1500',
      increments: [{ code: '00', amount: '500' }],
    });
    unwrap(await capture(id, 1725n, true));
    await until(settled);
    expect(await booked(id)).toMatchObject({ captured: '1725' });
    const sent = await under.db.run<{ fields: Record<string, string> }>(
      sql(
        'test.increments',
        `SELECT m.fields FROM acquiring.message_log AS m JOIN acquiring.increment AS i ON i.id = m.subject
         WHERE m.direction = 'out'`,
      ),
    );
    expect(sent.rows).toHaveLength(1);
    // No verification value: the shopper gave it for the first message alone.
    expect(Object.keys(sent.rows[0]?.fields ?? {})).not.toContain('48');
    expect(sent.rows[0]?.fields['90']).toMatch(/^0100/);
  });

  test('that the issuer declines changes nothing', async () => {
    const { authorisationId: id } = await authorised(card('pm_card_incrementDeclined'));
    expect(unwrap(await increment(id, 500n))).toMatchObject({
      state: 'declined',
      declineCode: 'insufficient_funds',
      networkCode: '51',
    });
    expect(await capture(id, 1151n, true)).toMatchObject({ error: { code: 'amount_too_large' } });
    expect(await booked(id)).toMatchObject({ remaining: '1000' });
  });

  test('is refused where the authorisation does not allow it', async () => {
    const { authorisationId: plain } = await authorised(card('pm_card_jcb'), 'jcb');
    expect(await increment(plain, 1n)).toMatchObject({ error: { code: 'increment_not_supported' } });
    const { authorisationId: id } = await authorised();
    expect(await increment(id, 999_999_999_000n)).toMatchObject({
      error: { code: 'amount_too_large', detail: { max: '999999998999' } },
    });
    unwrap(await capture(id, 1n, false));
    expect(await increment(id, 1n)).toMatchObject({ error: { code: 'not_authorised' } });
    expect(await increment('au_none', 1n)).toMatchObject({ error: { code: 'not_found' } });
  });

  test.each(['lose_answer', 'lose_request', 'malformed', 'cut', 'other_stan', 'drop_connection'] as const)(
    'whose answer is %s is taken back alone, told, and may be made again',
    async (kind) => {
      const { authorisationId: id } = await authorised();
      await control(network, 'POST', '/behaviours', { kind, mti: '0100' });
      const context = contextOf();
      const pending = unwrap(await increment(id, 500n, context));
      expect(pending.state).toBe('pending');
      await until(async () => unwrap(await increment(id, 500n, context)).state === 'reversed');
      expect(await eventsOf(under.db)).toEqual([
        {
          type: 'increment.resolved',
          payload: {
            commandId: context.commandId,
            outcome: { state: 'reversed', incrementId: pending.incrementId },
          },
        },
      ]);
      expect(await booked(id)).toMatchObject({ state: 'approved', remaining: '1000', reversals: 0 });
      expect(unwrap(await increment(id, 200n))).toMatchObject({ state: 'approved', authorised: 1200n });
      unwrap(await capture(id, 1200n, true));
      await until(settled);
      expect(await booked(id)).toMatchObject({ captured: '1200' });
    },
  );

  test('whose answer is lost is taken back by its own trace, under that of its authorisation', async () => {
    const { authorisationId: id } = await authorised();
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0100' });
    expect(unwrap(await increment(id, 500n)).state).toBe('pending');
    const { rows } = await under.db.run(
      sql(
        'test.traces-of-reversal',
        `SELECT a.original_stan = i.stan AND a.original_at = i.transmitted_at AS its_own,
           a.first_stan = o.stan AND a.first_at = o.transmitted_at AS of_authorisation
         FROM acquiring.advice AS a JOIN acquiring.increment AS i ON i.id = a.increment_id
         JOIN acquiring.authorisation AS o ON o.id = i.authorisation_id`,
      ),
    );
    expect(rows).toEqual([{ its_own: true, of_authorisation: true }]);
    await until(settled);
  });

  test.each(['duplicate', 'delay'] as const)('whose answer is a %s counts once', async (kind) => {
    const { authorisationId: id } = await authorised();
    const more = kind === 'delay' ? { milliseconds: 100 } : {};
    await control(network, 'POST', '/behaviours', { kind, mti: '0100', ...more });
    expect(unwrap(await increment(id, 500n))).toMatchObject({ state: 'approved', authorised: 1500n });
    expect(await booked(id)).toMatchObject({ remaining: '1500' });
  });

  test('whose answer comes after it was taken back changes nothing', async () => {
    const { authorisationId: id } = await authorised();
    await control(network, 'POST', '/behaviours', { kind: 'delay', milliseconds: 600, mti: '0100' });
    const context = contextOf();
    expect(unwrap(await increment(id, 500n, context)).state).toBe('pending');
    await until(async () => unwrap(await increment(id, 500n, context)).state === 'reversed');
    await until(() => under.logged.some((line) => line.includes('an answer that nobody waits for')));
    expect(unwrap(await increment(id, 500n, context)).state).toBe('reversed');
    expect(await booked(id)).toMatchObject({ remaining: '1000' });
  });

  test('whose process is given up by another is taken back, and an approval after that as well', async () => {
    const { authorisationId: id } = await authorised();
    // A process that has the approval and is slow to write it down, as if it had stood still.
    let goOn = (): void => undefined;
    const standstill = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = await startAcquiring(database, network, {
      config: { captureTerms },
      db: (db) => ({
        ...db,
        run: async (statement, values) => {
          if (statement.name === 'acquiring.settle-increment') await standstill;
          return db.run(statement, values);
        },
      }),
    });
    const context = contextOf();
    const asked = slow.port.increment(context, { authorisationId: id, amount: 500n });
    await until(async () => (await booked(id))?.increments.length === 1);
    await makeOverdue(database);
    await under.sweep();
    goOn();
    expect(unwrap(await asked).state).toMatch(/pending|reversed/);
    await until(settled);
    expect(unwrap(await increment(id, 500n, context)).state).toBe('reversed');
    expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['increment.resolved']);
    expect(await booked(id)).toMatchObject({ state: 'approved', remaining: '1000' });
    await slow.stop();
  });

  test('and a release let go of all of it', async () => {
    const { authorisationId: id } = await authorised();
    unwrap(await increment(id, 500n));
    unwrap(await under.port.release(contextOf(), { authorisationId: id }));
    await until(settled);
    expect(await booked(id)).toMatchObject({ state: 'reversed', remaining: '0' });
  });
});

describe('a refund that comes back', () => {
  async function refunded(paymentMethod = card('pm_card_visa')) {
    const { authorisationId: id, reference } = await authorised(paymentMethod);
    unwrap(await capture(id, 1000n, true));
    await until(settled);
    const context = contextOf();
    const outcome = unwrap(await under.port.refund(context, { authorisationId: id, amount: 400n }));
    expect(outcome.state).toBe('approved');
    return { id, reference, context, refundId: outcome.refundId };
  }
  const outcomeOf = async (commandId: string) =>
    unwrap(await under.port.refundOutcome(contextOf(), { commandId }));

  test('is noted once, told once, and its amount may be refunded again', async () => {
    const { id, reference, context, refundId } = await refunded();
    await control(network, 'POST', '/return-refund', { reference, code: '46' });
    await until(async () => (await booked(id))?.refunds[0]?.returned?.noted === true);
    const outcome = { state: 'returned', refundId, declineCode: 'invalid_account', networkCode: '46' };
    expect(await outcomeOf(context.commandId)).toEqual(outcome);
    expect(await eventsOf(under.db)).toEqual([
      { type: 'refund.returned', payload: { commandId: context.commandId, outcome } },
    ]);
    expect(await booked(id)).toMatchObject({ refunded: '0' });
    const again = await under.port.refund(contextOf(), { authorisationId: id, amount: 1000n });
    expect(unwrap(again).state).toBe('approved');
  });

  test('is told by the host until it is noted, whatever happens to the link', async () => {
    const { id, reference, context } = await refunded();
    await under.stop();
    await control(network, 'POST', '/return-refund', { reference, code: '54' });
    expect(await booked(id)).toMatchObject({ refunds: [{ returned: { noted: false } }] });
    under = await startAcquiring(database, network, { config: { captureTerms } });
    await until(async () => (await outcomeOf(context.commandId)).state === 'returned');
    await until(async () => (await booked(id))?.refunds[0]?.returned?.noted === true);
    expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['refund.returned']);
  });

  test('changes nothing when it is told again, or of another amount', async () => {
    const { id, context, refundId } = await refunded();
    unwrap(await under.port.refund(contextOf(), { authorisationId: id, amount: 400n }));
    const { rows } = await under.db.run<ReturnedRefund['trace']>(
      sql(
        'test.trace-of-refund',
        'SELECT stan, transmitted_at AS "transmittedAt" FROM acquiring.refund WHERE id = $1',
      ),
      [refundId],
    );
    const [trace] = rows;
    assert(trace, 'a refund that was made is there');
    const at = systemClock.now();
    const told = { connector: 'host', trace, declineCode: 'invalid_account', networkCode: '46' } as const;
    const message = { at, direction: 'in', type: '0420', fields: {} } as const;
    const tell = (amount: bigint) => returnRefund(under.db, { ...told, amount, message }, at);
    expect(await tell(399n)).toBeUndefined();
    expect((await outcomeOf(context.commandId)).state).toBe('approved');
    expect([await tell(400n), await tell(400n)]).toEqual(['approved', 'returned']);
    expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['refund.returned']);
    // Of the 1,000 that were captured the other 400 are still given back.
    const rest = { authorisationId: id, amount: 601n };
    expect(await under.port.refund(contextOf(), rest)).toMatchObject({ error: { code: 'amount_too_large' } });
  });

  test('comes by itself for the card that does so', async () => {
    const { context } = await refunded(card('pm_card_refundFail'));
    await until(async () => (await outcomeOf(context.commandId)).state === 'returned');
  });
});

test('a refund to an account that is closed is declined and says so', async () => {
  const { authorisationId: id } = await authorised(card('pm_card_refundClosedCard'));
  unwrap(await capture(id, 1000n, true));
  await until(settled);
  expect(unwrap(await under.port.refund(contextOf(), { authorisationId: id, amount: 400n }))).toMatchObject({
    state: 'declined',
    declineCode: 'invalid_account',
    networkCode: '46',
  });
  expect((await readBook(network)).authorisations.at(-1)).toMatchObject({ refunded: '0' });
});

describe('the statement that queues captures', () => {
  /** Rows of each table: enough that reading them all is the planner's last choice. */
  const ROWS = 20_000;
  // A vacuum between the filling and the plan would take the statistics with it.
  const fill = [
    `ALTER TABLE acquiring.authorisation SET (autovacuum_enabled = off)`,
    `ALTER TABLE acquiring.advice SET (autovacuum_enabled = off)`,
    `INSERT INTO acquiring.authorisation (id, tenant, command_id, connector, payment_method, merchant, amount,
       currency, descriptor, stan, transmitted_at, answer_by, state, approval_code, network_code,
       reference, captured, created_at, updated_at)
     SELECT 'auth_' || n, 't', 'cmd_' || n, 'host', 'pm_1', 'm', 100, 'eur', 'd', 1, now(), now(),
       'approved', 'A', '00', 'ref_' || n, 100, now(), now()
     FROM generate_series(1, ${ROWS}) AS n`,
    `INSERT INTO acquiring.advice (id, tenant, command_id, kind, authorisation_id, connector, amount,
       remaining, currency, final, stan, transmitted_at, original_stan, original_at, state, attempts, next_at,
       created_at)
     SELECT 'adv_' || n, 't', 'cmd_' || n, 'capture', 'auth_' || n, 'host', 100, 0, 'eur', true, 1,
       now(), 1, now(), 'acknowledged', 1, now(), now()
     FROM generate_series(1, ${ROWS}) AS n`,
    'ANALYZE acquiring.authorisation, acquiring.advice',
  ];

  test('finds authorisations and repetitions by their keys, with few rows and with many', async () => {
    const sent: { readonly statement: Statement; readonly values: readonly unknown[] }[] = [];
    const watched = (db: Database): Database => ({
      ...db,
      run: (statement, values = []) => {
        if (statement.name === 'acquiring.queue-capture') sent.push({ statement, values });
        return db.run(statement, values);
      },
    });
    const watching = await startAcquiring(database, network, { db: watched });
    const { authorisationId } = await authorised();
    unwrap(await watching.port.capture(contextOf(), { authorisationId, amount: 1000n, final: true }));
    await watching.stop();
    const [queued] = sent;
    if (sent.length !== 1 || !queued) throw new Error(`${sent.length} statements queued one capture`);
    const { statement, values } = queued;
    await withConnection({ connectionString: database.adminUrl }, async (admin) => {
      const plan = async (how: string, given: readonly unknown[]): Promise<string> => {
        const text = `EXPLAIN ${how} ${statement.text}`;
        const { rows } = await admin.query<{ 'QUERY PLAN': string }>(text, [...given]);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      const expectKeys = async (): Promise<void> => {
        for (const planned of [await plan('', values), await plan('(GENERIC_PLAN)', [])]) {
          expect(planned).toContain('authorisation_pkey');
          expect(planned).toContain('advice_tenant_kind_command_id_key');
          // Captures of one authorisation are looked up; the index of all of them is never read through.
          const byAuthorisation = /advice_capture on [^\n]*\n *Index Cond: \(authorisation_id = /g;
          expect(planned.replaceAll(byAuthorisation, '')).not.toMatch(/advice_capture|Seq Scan/);
        }
      };
      await expectKeys();
      for (const text of fill) await admin.query(text);
      await expectKeys();
    });
  });
});
