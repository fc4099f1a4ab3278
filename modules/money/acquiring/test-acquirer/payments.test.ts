import { unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { freePorts, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  terminalOf,
  until,
} from './start-acquiring.ts';

const approvedCard = `pm_${testCards[0]?.number}`;

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
  under = await startAcquiring(database, network);
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

const request = (paymentMethod = approvedCard, amount = 1000n) => ({
  paymentMethod,
  amount,
  currency: 'eur',
  descriptor: 'TPMALL 2611-4807',
  merchant: 'acct_kiln',
});

async function authorised(amount = 1000n): Promise<string> {
  const outcome = unwrap(await under.port.authorise(contextOf(), request(approvedCard, amount)));
  expect(outcome.state).toBe('approved');
  return outcome.authorisationId;
}

const booked = (id: string) => atHost(network, database, id);
const settled = async (): Promise<boolean> =>
  (await advicesOf(under.db)).every(({ state }) => state !== 'queued' && state !== 'waiting');

describe('authorisation', () => {
  test("every card gets its issuer's answer, and the host has seen each message once", async () => {
    const cards = testCards.filter(
      ({ fault, needsAuthentication }) => fault === null && !needsAuthentication,
    );
    const outcomes = await Promise.all(
      cards.map(({ number }) => under.port.authorise(contextOf(), request(`pm_${number}`))),
    );
    const expected: Record<string, string> = {
      '05': 'generic_decline',
      '51': 'insufficient_funds',
      '41': 'lost_card',
      '43': 'stolen_card',
      '54': 'expired_card',
      N7: 'incorrect_cvc',
      '96': 'processing_error',
      '65': 'card_velocity_exceeded',
      '59': 'fraudulent',
    };
    cards.forEach(({ code }, index) => {
      expect(outcomes[index]).toMatchObject({
        ok: true,
        value:
          code === '00'
            ? { state: 'approved', networkCode: '00', approvalCode: expect.stringMatching(/^\w{6}$/) }
            : { state: 'declined', networkCode: code, declineCode: expected[code] },
      });
    });
  });

  test('a card that needs authentication is declined without it', async () => {
    const needy = testCards.find(({ needsAuthentication }) => needsAuthentication);
    const outcome = await under.port.authorise(contextOf(), request(`pm_${needy?.number}`));
    expect(outcome).toMatchObject({
      value: { state: 'declined', declineCode: 'authentication_required', networkCode: '1A' },
    });
  });

  test('a command that is repeated, at once or later, sends one message and answers the same', async () => {
    const before = (await readBook(network)).messages['0100'] ?? 0;
    const context = contextOf();
    const together = await Promise.all([1, 2, 3, 4].map(() => under.port.authorise(context, request())));
    const later = await under.port.authorise(context, request());
    for (const answer of [...together, later]) expect(answer).toEqual(together[0]);
    expect((await readBook(network)).messages['0100']).toBe(before + 1);
    expect(await under.port.outcome(contextOf(), { commandId: context.commandId })).toEqual(together[0]);
  });

  test('two processes that get the same command at once send one message', async () => {
    const other = await startAcquiring(database, network);
    const before = (await readBook(network)).messages['0100'] ?? 0;
    const context = contextOf();
    const answers = await Promise.all(
      [under, other].map(async ({ port }) => unwrap(await port.authorise(context, request()))),
    );
    // The one that came second may not know yet what the first one hears.
    expect(answers.filter(({ state }) => state === 'approved').length).toBeGreaterThan(0);
    expect(new Set(answers.map(({ authorisationId }) => authorisationId)).size).toBe(1);
    expect((await readBook(network)).messages['0100']).toBe(before + 1);
    await other.stop();
  });

  test('what cannot be sent is refused, as often as it is asked', async () => {
    const context = contextOf();
    const nobody = await under.port.authorise(context, request('pm_nobody'));
    expect(nobody).toMatchObject({ error: { code: 'payment_method_not_found', field: 'paymentMethod' } });
    expect(await under.port.authorise(context, request('pm_nobody'))).toEqual(nobody);
    expect(await under.port.authorise(contextOf(), request(approvedCard, 1_000_000_000_000n))).toMatchObject({
      error: { code: 'amount_too_large', field: 'amount', detail: { max: '999999999999' } },
    });
    expect(await under.port.authorise(contextOf(), { ...request(), currency: 'xxx' })).toMatchObject({
      error: { code: 'invalid_input', field: 'currency' },
    });
    expect(
      await under.port.authorise(contextOf(), { ...request(), authenticationId: 'tds_none' }),
    ).toMatchObject({
      error: { code: 'authentication_not_valid', field: 'authenticationId' },
    });
    // The card is opened while the row is being stored, so a card that is not there leaves a declined row.
    const { rows } = await under.db.run(sql('test.all', 'SELECT state FROM acquiring.authorisation'));
    expect(rows).toEqual([{ state: 'declined' }]);
  });

  test('the largest amount that DE 4 can carry is authorised', async () => {
    const id = await authorised(999_999_999_999n);
    expect((await booked(id))?.amount).toBe('999999999999');
  });

  test('another tenant finds nothing', async () => {
    const context = contextOf();
    const id = unwrap(await under.port.authorise(context, request())).authorisationId;
    const stranger = { ...contextOf(), tenant: 'acct_other' };
    expect(await under.port.outcome(stranger, { commandId: context.commandId })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(
      await under.port.capture(stranger, { authorisationId: id, amount: 1n, final: true }),
    ).toMatchObject({ error: { code: 'not_found' } });
  });

  test('the hot path costs two commits and the capture one before it answers', async () => {
    const counted: string[] = [];
    const counting = await startAcquiring(database, network, {
      db: (db) => ({
        ...db,
        run: (statement, values) => {
          counted.push(statement.name);
          return db.run(statement, values);
        },
      }),
    });
    const outcome = unwrap(await counting.port.authorise(contextOf(), request()));
    expect(counted).toEqual(['acquiring.insert-authorisation', 'acquiring.settle-authorisation']);
    counted.length = 0;
    const captured = counting.port.capture(contextOf(), {
      authorisationId: outcome.authorisationId,
      amount: 1000n,
      final: true,
    });
    await captured;
    expect(counted).toEqual(['acquiring.queue-capture']);
    await until(() => counted.length > 1);
    expect(counted).toEqual(['acquiring.queue-capture', 'acquiring.settle-advices']);
    await counting.stop();
  });

  test('neither log nor database holds a card number, an expiry or a verification value', async () => {
    const id = await authorised();
    unwrap(await under.port.capture(contextOf(), { authorisationId: id, amount: 1000n, final: true }));
    await until(settled);
    const { rows } = await under.db.run<{ type: string; fields: Record<string, string> }>(
      sql('test.log', 'SELECT type, fields FROM acquiring.message_log ORDER BY id'),
    );
    expect(rows.map(({ type }) => type)).toEqual(['0100', '0110', '0220', '0230']);
    expect(rows[0]?.fields).toMatchObject({ 2: '424242••••••4242', 14: '••••', 48: '92=•••' });
    const everything = JSON.stringify(rows) + under.logged.join('\n');
    expect(everything).not.toContain(testCards[0]?.number);
    expect(everything).not.toMatch(/3112|9203987/);
  });
});

describe('a lost answer', () => {
  test.each([
    ['the answer is lost', { kind: 'lose_answer', mti: '0100' }, 'reversed', 1],
    ['the request is lost', { kind: 'lose_request', mti: '0100' }, undefined, undefined],
    ['the answer is malformed', { kind: 'malformed', mti: '0100' }, 'reversed', 1],
    ['the answer is for another trace number', { kind: 'other_stan', mti: '0100' }, 'reversed', 1],
    ['the connection breaks in the middle of the answer', { kind: 'cut', mti: '0100' }, 'reversed', 1],
    ['the answer comes too late', { kind: 'delay', milliseconds: 500, mti: '0100' }, 'reversed', 1],
  ])('%s: pending, then reversed exactly once', async (_name, behaviour, state, reversals) => {
    await control(network, 'POST', '/behaviours', behaviour);
    // The first reversal and its first repeat are lost as well.
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0400' });
    await control(network, 'POST', '/behaviours', { kind: 'lose_request', mti: '0401' });
    const before = await readBook(network);
    const context = contextOf();
    const outcome = unwrap(await under.port.authorise(context, request()));
    expect(outcome.state).toBe('pending');
    // A repetition while the outcome is unknown tells the same and sends nothing.
    expect(unwrap(await under.port.authorise(context, request()))).toEqual(outcome);
    const { authorisationId } = outcome;
    const known = async () => unwrap(await under.port.outcome(contextOf(), { commandId: context.commandId }));
    await until(async () => (await known()).state === 'reversed');
    expect(await eventsOf(under.db)).toEqual([
      {
        type: 'authorisation.resolved',
        payload: { commandId: context.commandId, outcome: { state: 'reversed', authorisationId } },
      },
    ]);
    const after = await readBook(network);
    const booked = after.authorisations.slice(before.authorisations.length);
    expect(booked.map((each) => [each.state, each.reversals, each.times])).toEqual(
      state ? [[state, reversals, 1]] : [],
    );
    expect((after.messages['0100'] ?? 0) - (before.messages['0100'] ?? 0)).toBe(1);
    expect((after.messages['0401'] ?? 0) - (before.messages['0401'] ?? 0)).toBeGreaterThan(1);
    expect(unwrap(await under.port.authorise(context, request()))).toEqual(await known());
    expect(await under.port.capture(contextOf(), { authorisationId, amount: 1n, final: true })).toMatchObject(
      { error: { code: 'not_authorised' } },
    );
  });

  test('a host that will not hear of a reversal is asked until it does', async () => {
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0100' });
    await control(network, 'POST', '/behaviours', { kind: 'decline', code: '96', mti: '0400' });
    await control(network, 'POST', '/behaviours', { kind: 'drop_connection', mti: '0401' });
    const context = contextOf();
    expect(unwrap(await under.port.authorise(context, request())).state).toBe('pending');
    await until(
      async () =>
        unwrap(await under.port.outcome(contextOf(), { commandId: context.commandId })).state === 'reversed',
    );
  });

  test('a crash between storing and sending is resolved by the next process', async () => {
    const crashed = await startAcquiring(database, network, {
      db: (db) => ({
        ...db,
        // The process dies with the answer in its hands: nothing after the insert reaches the database.
        run: (statement, values) =>
          statement.name === 'acquiring.insert-authorisation'
            ? db.run(statement, values)
            : new Promise(() => undefined),
      }),
    });
    const context = contextOf();
    const count = async (): Promise<number> => (await readBook(network)).messages['0100'] ?? 0;
    const before = await count();
    void crashed.port.authorise(context, request());
    await until(async () => (await count()) > before || (await eventsOf(under.db)).length > 0);
    const stored = unwrap(await under.port.outcome(contextOf(), { commandId: context.commandId }));
    expect(stored.state).toBe('pending');
    // Nobody takes it up while its process could still be waiting.
    await under.sweep();
    expect(unwrap(await under.port.outcome(contextOf(), { commandId: context.commandId })).state).toBe(
      'pending',
    );
    expect(await advicesOf(under.db)).toEqual([]);

    await makeOverdue(database);
    const second = await startAcquiring(database, network);
    await Promise.all([under.sweep(), second.sweep()]);
    await until(
      async () =>
        unwrap(await under.port.outcome(contextOf(), { commandId: context.commandId })).state === 'reversed',
    );
    expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['authorisation.resolved']);
    expect((await readBook(network)).authorisations.at(-1)).toMatchObject({
      state: 'reversed',
      reversals: 1,
    });
    await second.stop();
    await crashed.stop();
  });

  test('an approval that comes after its row was given up is reversed all the same', async () => {
    // A process that has the approval and is slow to write it down, as if it had stood still.
    let goOn = (): void => undefined;
    const standstill = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = await startAcquiring(database, network, {
      db: (db) => ({
        ...db,
        run: async (statement, values) => {
          if (statement.name === 'acquiring.settle-authorisation') await standstill;
          return db.run(statement, values);
        },
      }),
    });
    const answer = slow.port.authorise(contextOf(), request());
    const own = async () =>
      (await readBook(network)).authorisations.filter(({ terminal }) => terminal === terminalOf(database));
    await until(async () => (await own()).some(({ state }) => state === 'approved'));
    const other = await startAcquiring(database, network);
    await makeOverdue(database);
    await other.sweep();
    goOn();
    expect(unwrap(await answer)).toMatchObject({ state: expect.stringMatching(/pending|reversed/) });
    await until(settled);
    expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['authorisation.resolved']);
    expect((await advicesOf(under.db)).map(({ kind }) => kind)).toEqual(['resolution', 'resolution']);
    expect(await own()).toMatchObject([{ state: 'reversed' }]);
    await slow.stop();
    await other.stop();
  });

  test('without a link the answer is a decline, because nothing was sent', async () => {
    const gone = await spawnCardNetwork();
    const lonely = await startAcquiring(database, gone);
    await gone.stop('SIGKILL');
    // A link that nobody has noticed to be gone yet loses its message; from then on nothing is sent.
    await lonely.port.authorise(contextOf(), request());
    const outcome = unwrap(await lonely.port.authorise(contextOf(), request()));
    expect(outcome).toMatchObject({
      state: 'declined',
      declineCode: 'issuer_not_available',
      networkCode: '91',
    });
    await lonely.stop();
  });
});

describe('capture and release', () => {
  test('a capture is repeated until the host acknowledges, and booked once', async () => {
    const id = await authorised();
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0220' });
    await control(network, 'POST', '/behaviours', { kind: 'lose_request', mti: '0221' });
    const context = contextOf();
    const input = { authorisationId: id, amount: 600n, final: false };
    const answers = await Promise.all([1, 2, 3].map(() => under.port.capture(context, input)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await until(settled);
    expect(await under.port.capture(context, input)).toEqual(answers[0]);
    const held = await booked(id);
    // The first message and the repeat that came through.
    expect(held).toMatchObject({ captured: '600', captures: [{ code: '00', times: 2 }] });
    expect(unwrap(await under.port.capture(contextOf(), { ...input, amount: 400n })).captureId).toMatch(
      /^adv_/,
    );
    await until(settled);
    expect(await booked(id)).toMatchObject({ captured: '1000' });
  });

  test.each(['91', '92', '96'])(
    'what nobody has decided (%s) is told again, and booked once',
    async (code) => {
      const [taken, letGo] = [await authorised(), await authorised()];
      for (const mti of ['0220', '0221', '0400', '0401'])
        await control(network, 'POST', '/behaviours', { kind: 'decline', code, mti });
      unwrap(await under.port.capture(contextOf(), { authorisationId: taken, amount: 600n, final: true }));
      unwrap(await under.port.release(contextOf(), { authorisationId: letGo }));
      await until(settled);
      expect((await advicesOf(under.db)).map(({ state }) => state)).toEqual(['acknowledged', 'acknowledged']);
      expect(await booked(taken)).toMatchObject({ captured: '600' });
      expect(await booked(letGo)).toMatchObject({ state: 'reversed', remaining: '0' });
    },
  );

  test('captures at once never pass the authorised amount', async () => {
    const id = await authorised();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        under.port.capture(contextOf(), { authorisationId: id, amount: 300n, final: false }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
    const refused = answers.find(({ ok }) => !ok);
    expect(refused).toMatchObject({ error: { code: 'amount_too_large', detail: { max: '100' } } });
    await until(settled);
    expect(await booked(id)).toMatchObject({ captured: '900' });
  });

  test('a capture that meets another change of its authorisation waits for it and goes on', async () => {
    const id = await authorised();
    const touch = sql('test.touch', 'UPDATE acquiring.authorisation SET updated_at = now() WHERE id = $1');
    const locks = sql('test.locks', 'SELECT FROM pg_locks WHERE NOT granted');
    const input = { authorisationId: id, amount: 1000n, final: true };
    const captured = await under.db.transaction(async (tx) => {
      await tx.run(touch, [id]);
      const waiting = under.port.capture(contextOf(), input);
      await until(async () => (await tx.run(locks)).count > 0);
      return { waiting };
    });
    expect(await captured.waiting).toMatchObject({ ok: true });
    await until(settled);
    expect(await booked(id)).toMatchObject({ captured: '1000' });
  });

  test('a command that comes for two authorisations at once has one effect and fails no other', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => authorised()));
    const twice = contextOf();
    // The first flies alone; the others share the next statement, and two of them have the same command.
    const answers = await Promise.all(
      ids.map((authorisationId, index) =>
        under.port.capture(index === 2 || index === 4 ? twice : contextOf(), {
          authorisationId,
          amount: 1000n,
          final: true,
        }),
      ),
    );
    const captures = answers.map((answer) => unwrap(answer).captureId);
    expect(captures[4]).toBe(captures[2]);
    expect(new Set(captures).size).toBe(5);
    await until(settled);
    const held = await Promise.all(ids.map(booked));
    const captured = held.map((each) => Number(each?.captured)).sort((a, b) => a - b);
    expect(captured).toEqual([0, 1000, 1000, 1000, 1000, 1000]);
  });

  test('a capture waits out a host that is away', async () => {
    const isoPort = await freePorts();
    const away = await spawnCardNetwork({ isoPort });
    const at = await startAcquiring(database, away);
    const asking = contextOf();
    const outcome = unwrap(await at.port.authorise(asking, request()));
    await away.stop('SIGKILL');
    const input = { authorisationId: outcome.authorisationId, amount: 1000n, final: true };
    expect((await at.port.capture(contextOf(), input)).ok).toBe(true);
    const states = () => advicesOf(under.db);
    await until(async () => (await states()).some(({ attempts }) => attempts > 2));
    const back = await spawnCardNetwork({ isoPort });
    await until(async () => (await states()).every(({ state }) => state !== 'queued'));
    // The host that came back has no memory of the authorisation and refuses: people are told.
    expect((await eventsOf(under.db)).at(-1)).toMatchObject({
      type: 'advice.refused',
      payload: {
        kind: 'capture',
        networkCode: '25',
        authorisationId: outcome.authorisationId,
        commandId: asking.commandId,
      },
    });
    await at.stop();
    await back.stop();
  });

  test('after a final capture nothing more can be taken', async () => {
    const id = await authorised();
    unwrap(await under.port.capture(contextOf(), { authorisationId: id, amount: 100n, final: true }));
    const more = { authorisationId: id, amount: 100n, final: false };
    expect(await under.port.capture(contextOf(), more)).toMatchObject({ error: { code: 'not_authorised' } });
    expect(await under.port.release(contextOf(), { authorisationId: id })).toMatchObject({
      error: { code: 'not_authorised' },
    });
  });

  test('a release reverses all, or what was not captured', async () => {
    const whole = await authorised();
    const part = await authorised();
    unwrap(await under.port.capture(contextOf(), { authorisationId: part, amount: 400n, final: false }));
    await until(settled);
    const context = contextOf();
    const first = await under.port.release(context, { authorisationId: whole });
    expect(await under.port.release(context, { authorisationId: whole })).toEqual(first);
    unwrap(await under.port.release(contextOf(), { authorisationId: part }));
    await until(settled);
    expect(await booked(whole)).toMatchObject({ state: 'reversed', remaining: '0', reversals: 1 });
    expect(await booked(part)).toMatchObject({
      state: 'approved',
      remaining: '400',
      captured: '400',
      reversals: 1,
    });
    expect(
      await under.port.capture(contextOf(), { authorisationId: part, amount: 1n, final: true }),
    ).toMatchObject({ error: { code: 'not_authorised' } });
  });
});
