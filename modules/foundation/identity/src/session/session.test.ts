import { DAY, MINUTE, SECOND, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentity } from '../../test-identity/start-identity.ts';
import type { Role } from '../contract/index.ts';

const from = { ip: '203.0.113.7', userAgent: 'Browser 1' };
let house: IdentityUnderTest;

beforeAll(async () => {
  house = await startIdentity();
});
afterAll(() => house.close());

async function signIn(email: string, purpose: Role = 'shopper', guestToken?: string) {
  const asked = { email, locale: 'en', purpose, ip: from.ip } as const;
  const { id } = unwrap(await house.implementation.startSignIn(house.context(), asked));
  await house.work();
  const code = house.codeFor(email) ?? '';
  const input = { challengeId: id, code, ...from, ...(guestToken !== undefined && { guestToken }) };
  return unwrap(await house.implementation.finishSignIn(house.context(), input));
}

async function guest(commandId?: string) {
  return unwrap(
    await house.implementation.openGuestSession(house.context(commandId), { locale: 'zh', ...from }),
  );
}

const whose = (token: string, at = house) => at.implementation.authenticateSession(at.context(), { token });

it('knows whose a token is, and gives one answer to all that are worth nothing', async () => {
  const { token, session } = await signIn('ada@sessions.example');
  expect(unwrap(await whose(token))).toEqual(session);
  for (const wrong of ['', token.slice(1), `${token}x`, session.sessionId, 'x'.repeat(200)]) {
    expect(await whose(wrong)).toMatchObject({ error: { code: 'not_found' } });
  }
});

it('opens a guest’s session once for a command, and hands the guest over at the sign-in', async () => {
  const one = await guest('guest once');
  const again = await guest('guest once');
  expect(again).toEqual(one);
  expect(one.session).toMatchObject({ role: 'guest', person: null, locale: 'zh', authenticatedAt: null });
  expect(one.session.subject).toMatch(/^guest_/);

  const signedIn = await signIn('guest@sessions.example', 'shopper', one.token);
  expect(signedIn.adoptedGuest).toBe(one.session.subject);
  expect(await whose(one.token)).toMatchObject({ error: { code: 'not_found' } });
  const { rows } = await house.database
    .db('identity')
    .run<{ payload: object }>(
      sql(
        'test.adopted',
        `SELECT payload FROM identity.outbox WHERE type = 'guest.adopted' AND aggregate_id = $1`,
      ),
      [one.session.subject],
    );
  expect(rows.map(({ payload }) => payload)).toEqual([
    { guest: one.session.subject, person: signedIn.session.subject },
  ]);
  // A person's token is no guest's, and a guest is adopted once.
  expect((await signIn('other@sessions.example', 'shopper', signedIn.token)).adoptedGuest).toBeNull();
  expect((await signIn('other@sessions.example', 'shopper', one.token)).adoptedGuest).toBeNull();
  expect((await whose(signedIn.token)).ok).toBe(true);
});

it('sleeps when it is not used, and ends in any case', async () => {
  const { id } = unwrap(
    await house.implementation.createPerson(house.context(), {
      email: 'op@sessions.example',
      displayName: 'Op',
      locale: 'en',
    }),
  );
  const role = { personId: id, role: 'operator', account: null, reason: 'test' } as const;
  unwrap(await house.implementation.grantRole(house.context(), role));
  const idle = await signIn('op@sessions.example', 'operator');
  house.clock.advance(30 * MINUTE - SECOND);
  expect((await whose(idle.token)).ok).toBe(true);
  // It was used a second before its end: another half an hour, also for another process.
  house.clock.advance(30 * MINUTE - SECOND);
  const elsewhere = await house.again();
  expect((await whose(idle.token, elsewhere)).ok).toBe(true);
  house.clock.advance(30 * MINUTE);
  expect((await whose(idle.token)).ok).toBe(false);

  const busy = await signIn('op@sessions.example', 'operator');
  for (let step = 0; step < 12 * 3 - 1; step += 1) {
    house.clock.advance(20 * MINUTE);
    expect((await whose(busy.token)).ok).toBe(true);
  }
  house.clock.advance(20 * MINUTE);
  expect((await whose(busy.token)).ok).toBe(false);
});

it('gives up a session that is ended, here at once and elsewhere within five seconds', async () => {
  const elsewhere = await house.again();
  const { token, session } = await signIn('end@sessions.example');
  expect([(await whose(token)).ok, (await whose(token, elsewhere)).ok]).toEqual([true, true]);
  expect(unwrap(await house.implementation.endSession(house.context(), { token }))).toEqual({ ended: true });
  expect(unwrap(await house.implementation.endSession(house.context(), { token }))).toEqual({ ended: false });
  expect((await whose(token)).ok).toBe(false);
  house.clock.advance(5 * SECOND);
  expect((await whose(token, elsewhere)).ok).toBe(false);
  const list = await house.implementation.listSessions(house.context(), { personId: session.subject });
  expect(unwrap(list)).toEqual([]);
});

it('lists a person’s sessions, and ends one or all but one', async () => {
  const [one, two, three] = [
    await signIn('many@sessions.example'),
    await signIn('many@sessions.example'),
    await signIn('many@sessions.example'),
  ];
  const personId = one.session.subject;
  const list = unwrap(await house.implementation.listSessions(house.context(), { personId }));
  expect(list).toHaveLength(3);
  expect(list[0]).toMatchObject({ role: 'shopper', ...from });
  expect(JSON.stringify(list)).not.toContain(one.token);
  const revoke = async (sessionId: string | null, keep?: string) =>
    unwrap(
      await house.implementation.revokeSessions(house.context(), {
        ...{ personId, sessionId },
        ...(keep !== undefined && { keep }),
      }),
    );
  expect(await revoke(one.session.sessionId)).toEqual({ ended: 1 });
  expect((await whose(one.token)).ok).toBe(false);
  expect(await revoke(null, two.session.sessionId)).toEqual({ ended: 1 });
  expect([(await whose(two.token)).ok, (await whose(three.token)).ok]).toEqual([true, false]);
  expect(await revoke(null)).toEqual({ ended: 1 });
  // Of another person or tenant nothing is ended.
  const other = await signIn('stranger@sessions.example');
  expect(await revoke(other.session.sessionId)).toEqual({ ended: 0 });
  expect((await whose(other.token)).ok).toBe(true);
});

it('rotates a token, once for a command', async () => {
  const { token, session } = await signIn('rotate@sessions.example');
  const rotate = (given: string, commandId: string) =>
    house.implementation.rotateSession(house.context(commandId), { token: given });
  const next = unwrap(await rotate(token, 'rotate 1'));
  expect(next.token).not.toBe(token);
  expect(next.session.sessionId).toBe(session.sessionId);
  expect(unwrap(await rotate(token, 'rotate 1')).token).toBe(next.token);
  expect(await rotate(token, 'rotate 2')).toMatchObject({ error: { code: 'not_found' } });
  expect(await rotate('x'.repeat(43), 'rotate 1')).toMatchObject({ error: { code: 'not_found' } });
  expect([(await whose(token)).ok, (await whose(next.token)).ok]).toEqual([false, true]);
  house.clock.advance(5 * MINUTE);
  expect(await rotate(token, 'rotate 1')).toMatchObject({ error: { code: 'answer_expired' } });
});

it('writes a session’s use down once a minute', async () => {
  const { token, session } = await signIn('touch@sessions.example');
  const seen = async (): Promise<number> => {
    const list = await house.implementation.listSessions(house.context(), { personId: session.subject });
    return unwrap(list)[0]?.lastSeenAt ?? 0;
  };
  const began = await seen();
  house.clock.advance(30 * SECOND);
  await whose(token);
  expect(await seen()).toBe(began);
  house.clock.advance(30 * SECOND);
  await Promise.all([whose(token), whose(token), whose(token)]);
  expect(await seen()).toBe(began + MINUTE);
});

it('deletes sessions that are long over', async () => {
  const { token } = await guest();
  house.clock.advance(91 * DAY + DAY);
  for (const job of house.jobs) if (job.every !== undefined) await job.run({});
  const { rows } = await house.database
    .db('identity')
    .run<{ count: number }>(sql('test.sessions', 'SELECT count(*)::int AS count FROM identity.session'));
  expect(rows[0]?.count).toBe(0);
  expect((await whose(token)).ok).toBe(false);
});
