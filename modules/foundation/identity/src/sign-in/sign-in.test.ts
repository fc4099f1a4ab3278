import { DAY, HOUR, MINUTE, redacted, SECOND, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  everythingStored,
  type IdentityUnderTest,
  SECRETS,
  startIdentity,
  UNLIMITED,
} from '../../test-identity/start-identity.ts';
import { type Role, sessionOperations } from '../contract/index.ts';
import { codeOf } from './code.ts';

const ip = '203.0.113.7';
const userAgent = 'test';
let house: IdentityUnderTest;
let people = 0;

beforeAll(async () => {
  house = await startIdentity();
});
afterAll(() => house.close());

const someone = () => `person${(people += 1)}@shop.example`;

async function begin(email: string, purpose: Role = 'shopper', at = house) {
  const challenge = unwrap(
    await at.implementation.startSignIn(at.context(), { email, locale: 'en', purpose, ip }),
  );
  await at.work();
  return challenge;
}

async function finish(
  challengeId: string,
  code: string,
  more: { commandId?: string; guestToken?: string } = {},
) {
  const { commandId, ...input } = more;
  return house.implementation.finishSignIn(house.context(commandId), {
    ...{ challengeId, code, ip, userAgent },
    ...input,
  });
}

async function signIn(email: string, purpose: Role = 'shopper') {
  const { id } = await begin(email, purpose);
  return unwrap(await finish(id, house.codeFor(email) ?? ''));
}

const otherThan = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe('a sign-in by a code', () => {
  it('makes a shopper the first time and knows them the next', async () => {
    const email = someone();
    const first = await signIn(` ${email.toUpperCase()} `.trim().toLowerCase());
    expect(first.isNew).toBe(true);
    expect(first.token).toMatch(/^[\w-]{43}$/);
    expect(first.session).toMatchObject({ role: 'shopper', subject: first.session.person?.id, accounts: [] });
    expect(first.session.person).toMatchObject({ email, memberships: [{ role: 'shopper', account: null }] });
    house.clock.advance(MINUTE);
    const second = await signIn(email);
    expect(second.isNew).toBe(false);
    expect(second.session.subject).toBe(first.session.subject);
    expect(second.session.sessionId).not.toBe(first.session.sessionId);
    const { handle = '' } = first.session.person ?? {};
    const found = await house.implementation.findPersonByHandle(house.context(), {
      handle: ` @${handle.toUpperCase()}`,
    });
    expect(unwrap(found)).toEqual({ id: first.session.subject, handle, displayName: '' });
  });

  it('takes a code as people type it', () => {
    const code = '012345';
    const wide = Array.from(code)
      .map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
      .join('');
    for (const text of [
      ` ${code.slice(0, 3)} ${code.slice(3)}`,
      `${code.slice(0, 3)}-${code.slice(3)}`,
      wide,
    ]) {
      const parsed = sessionOperations.finishSignIn.input.parse({
        challengeId: 'c',
        code: text,
        ip,
        userAgent,
      });
      expect(parsed.code).toBe(code);
    }
    for (const text of ['', '12345', '1234567', '12345x', '１２３４５', '123 456 7']) {
      expect(() =>
        sessionOperations.finishSignIn.input.parse({ challengeId: 'c', code: text, ip, userAgent }),
      ).toThrow(/code/);
    }
  });

  it('refuses a code that was used, one that is too old, and one of another sign-in', async () => {
    const email = someone();
    const { id } = await begin(email);
    const code = house.codeFor(email) ?? '';
    const elsewhere = await begin(someone());
    expect(await finish(elsewhere.id, code)).toMatchObject({ error: { code: 'code_wrong' } });
    unwrap(await finish(id, code));
    expect(await finish(id, code)).toMatchObject({ error: { code: 'code_used' } });
    expect(await finish(id, otherThan(code))).toMatchObject({ error: { code: 'code_used' } });
    expect(await finish('chal_none', code)).toMatchObject({ error: { code: 'not_found' } });

    const late = await begin(email);
    const lateCode = house.codeFor(email) ?? '';
    house.clock.advance(10 * MINUTE);
    expect(await finish(late.id, lateCode)).toMatchObject({ error: { code: 'code_expired' } });
  });

  it('is over after five different wrong codes, and the same one twice counts once', async () => {
    const email = someone();
    const { id } = await begin(email);
    const code = house.codeFor(email) ?? '';
    for (const [by, triesLeft] of [
      [1, 4],
      [1, 4],
      [2, 3],
      [3, 2],
      [4, 1],
    ] as const) {
      const refused = await finish(id, otherThan(code, by));
      expect(refused).toMatchObject({ error: { code: 'code_wrong', field: 'code', detail: { triesLeft } } });
    }
    expect(await finish(id, otherThan(code, 5))).toMatchObject({ error: { code: 'too_many_tries' } });
    expect(await finish(id, code)).toMatchObject({ error: { code: 'too_many_tries' } });
    const found = await house.implementation.findChallenge(house.context(), { id });
    expect(unwrap(found)).toMatchObject({ state: 'dead', triesLeft: 0 });
  });

  it('opens one session and tries five codes however many come at once', async () => {
    const email = someone();
    const { id } = await begin(email);
    const code = house.codeFor(email) ?? '';
    const all = await Promise.all(Array.from({ length: 20 }, () => finish(id, code)));
    expect(all.filter((one) => one.ok)).toHaveLength(1);
    const { subject } = unwrap(all.find((one) => one.ok) ?? (await finish(id, code))).session;
    expect(
      unwrap(await house.implementation.listSessions(house.context(), { personId: subject })),
    ).toHaveLength(1);

    const guessed = await begin(email);
    const right = house.codeFor(email) ?? '';
    const guesses = Array.from({ length: 20 }, (_, index) => finish(guessed.id, otherThan(right, index + 1)));
    const codes = (await Promise.all(guesses)).map((one) => (one.ok ? 'in' : one.error.code));
    expect(codes.filter((one) => one === 'code_wrong')).toHaveLength(4);
    expect(await finish(guessed.id, right)).toMatchObject({ error: { code: 'too_many_tries' } });
  });

  it('answers a repeated command with the same token for five minutes', async () => {
    const email = someone();
    const begun = house.context();
    const asked = { email, locale: 'zh', purpose: 'shopper', ip } as const;
    const challenge = unwrap(await house.implementation.startSignIn(begun, asked));
    expect(unwrap(await house.implementation.startSignIn(begun, asked))).toEqual(challenge);
    await house.work();
    expect(house.mails.filter(({ to }) => to === email)).toHaveLength(1);
    expect(house.mails.at(-1)).toMatchObject({ locale: 'zh' });
    const code = house.codeFor(email) ?? '';
    const first = unwrap(await finish(challenge.id, code, { commandId: `once ${email}` }));
    const again = unwrap(await finish(challenge.id, code, { commandId: `once ${email}` }));
    expect(again.token).toBe(first.token);
    expect(await finish(challenge.id, otherThan(code), { commandId: `once ${email}` })).toMatchObject({
      error: { code: 'code_used' },
    });
    house.clock.advance(5 * MINUTE);
    expect(await finish(challenge.id, code, { commandId: `once ${email}` })).toMatchObject({
      error: { code: 'code_used' },
    });
  });

  it('keeps neither codes nor tokens, in no table', async () => {
    const email = someone();
    const { id } = await begin(email);
    const code = house.codeFor(email) ?? '';
    const { token } = unwrap(await finish(id, code));
    const stored = await everythingStored(house.database.db('identity'));
    expect(stored).toContain(id);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(`"${code}"`);
    expect(stored).not.toContain(Buffer.from(code).toString('hex'));
    expect(JSON.stringify(house.mails.at(-1))).not.toContain(code);
  });

  it('derives each code from row, id and secret, evenly', () => {
    const salt = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const counts = Array<number>(10).fill(0);
    fc.assert(
      fc.property(salt, fc.string(), (bytes, id) => {
        const code = codeOf({ id, salt: bytes }, SECRETS.signInSecret).reveal();
        expect(code).toMatch(/^\d{6}$/);
        expect(codeOf({ id, salt: bytes }, SECRETS.signInSecret).reveal()).toBe(code);
        counts[Number(code[0])] = (counts[Number(code[0])] ?? 0) + 1;
      }),
      { numRuns: 2_000 },
    );
    for (const count of counts) expect(count).toBeGreaterThan(100);
    const one = { id: 'chal_1', salt: new Uint8Array(32) };
    expect(codeOf(one, SECRETS.signInSecret).reveal()).not.toBe(
      codeOf(one, redacted('x'.repeat(32))).reveal(),
    );
  });
});

describe('who may sign in', () => {
  it('sends the house’s people a code only where they have the role, and answers all the same', async () => {
    const [merchant, stranger] = [someone(), someone()];
    const person = unwrap(
      await house.implementation.createPerson(house.context(), {
        email: merchant,
        displayName: 'M',
        locale: 'en',
      }),
    );
    const role = { personId: person.id, role: 'merchant', account: 'acct_kiln', reason: 'test' } as const;
    unwrap(await house.implementation.grantRole(house.context(), role));
    const answers = [];
    for (const email of [merchant, stranger]) {
      for (const purpose of ['merchant', 'operator'] as const) {
        const { id: _id, email: _email, expiresAt: _expires, ...rest } = await begin(email, purpose);
        answers.push({ ...rest, purpose: 'any' });
      }
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(house.mails.filter(({ to }) => to === stranger)).toHaveLength(0);
    expect(house.mails.filter(({ to }) => to === merchant)).toHaveLength(1);

    const { session } = await signIn(merchant, 'merchant');
    expect(session).toMatchObject({ role: 'merchant', accounts: ['acct_kiln'] });
  });

  it('tells a stranger who guesses the right code that it is wrong', async () => {
    const stranger = someone();
    const { id } = await begin(stranger, 'operator');
    const { rows } = await house.database
      .db('identity')
      .run<{ salt: Buffer }>(sql('test.salt', 'SELECT salt FROM identity.challenge WHERE id = $1'), [id]);
    const right = codeOf({ id, salt: rows[0]?.salt ?? Buffer.alloc(0) }, SECRETS.signInSecret).reveal();
    expect(await finish(id, right)).toMatchObject({ error: { code: 'code_wrong' } });
  });

  it('ends a session with the role that it was opened under, at once', async () => {
    const email = someone();
    const person = unwrap(
      await house.implementation.createPerson(house.context(), { email, displayName: '', locale: 'en' }),
    );
    const role = { personId: person.id, role: 'operator', account: null, reason: 'test' } as const;
    unwrap(await house.implementation.grantRole(house.context(), role));
    const { token } = await signIn(email, 'operator');
    const shopping = await signIn(email);
    const lives = async (one: string) =>
      (await house.implementation.authenticateSession(house.context(), { token: one })).ok;
    expect([await lives(token), await lives(shopping.token)]).toEqual([true, true]);
    unwrap(await house.implementation.revokeRole(house.context(), role));
    expect([await lives(token), await lives(shopping.token)]).toEqual([false, true]);
    await begin(email, 'operator');
    expect(house.mails.filter(({ to }) => to === email)).toHaveLength(2);
  });

  it('tells the audit log what somebody changes about themselves, and of nothing nothing', async () => {
    const { session } = await signIn(someone());
    const id = session.subject;
    const before = session.person?.handle;
    const told = async () => {
      const { rows } = await house.database.db('identity').run<{ payload: object }>(
        sql(
          'test.updates',
          `SELECT payload FROM identity.outbox
            WHERE aggregate_id = $1 AND payload ->> 'action' = 'person.updated' ORDER BY seq`,
        ),
        [id],
      );
      return rows.map(({ payload }) => payload);
    };
    const change = async (input: { displayName?: string; locale?: 'en' | 'zh'; handle?: string }) =>
      house.implementation.updatePerson(house.context(), { id, ...input });
    unwrap(await change({ displayName: 'Mo Li', locale: 'en' }));
    unwrap(await change({ displayName: 'Mo Li', locale: 'zh', handle: 'mo_li' }));
    unwrap(await change({ displayName: 'Mo Li', locale: 'zh', handle: 'mo_li' }));
    expect(await change({ displayName: 'House', handle: 'support_1' })).toMatchObject({ ok: false });
    const { actor } = house.context();
    const entry = { actor, action: 'person.updated', subject: id, reason: 'what they say of themselves' };
    expect(await told()).toEqual([
      { ...entry, detail: { changed: 'displayName' } },
      { ...entry, detail: { changed: 'locale handle', formerHandle: before } },
    ]);
  });

  it('refuses a handle that is somebody’s or the house’s', async () => {
    const [one, two] = [await signIn(someone()), await signIn(someone())];
    const change = (id: string, handle: string) =>
      house.implementation.updatePerson(house.context(), { id, handle });
    unwrap(await change(one.session.subject, 'ada_l'));
    expect(await change(two.session.subject, 'ada_l')).toMatchObject({
      error: { code: 'handle_taken', field: 'handle' },
    });
    expect(await change(two.session.subject, 'support_1')).toMatchObject({ error: { code: 'handle_taken' } });
    expect(await change('person_none', 'grace')).toMatchObject({ error: { code: 'not_found' } });
    const stranger = { ...house.context(), tenant: 'acct_two' };
    expect(await house.implementation.findPerson(stranger, { id: one.session.subject })).toMatchObject({
      error: { code: 'not_found' },
    });
    const found = await house.implementation.authenticateSession(house.context(), { token: one.token });
    expect(unwrap(found).person?.handle).toBe('ada_l');
  });
});

describe('limits', () => {
  it('hold for an address by the minute and by the day, for a network, and for the house', async () => {
    const strict = { perSecond: 1 / 60, burst: 2 };
    const cases = [
      [
        'an address from a network',
        { perAddressAndNetwork: strict },
        (n: number) => ({ email: 'a@limits.example', ip: `2001:db8::${n}` }),
        2,
      ],
      [
        'a day',
        { perAddressDaily: 3 },
        (n: number) => ({ email: 'b@limits.example', ip: `198.51.100.${n}` }),
        3,
      ],
      [
        'a network',
        { perIp: strict },
        (n: number) => ({ email: `c${n}@limits.example`, ip: `2001:db8::${n}` }),
        2,
      ],
      [
        'the house',
        { perInstance: strict },
        (n: number) => ({ email: `d${n}@limits.example`, ip: `10.0.0.${n}` }),
        2,
      ],
    ] as const;
    for (const [, limit, who, allowed] of cases) {
      const limited = await house.again({ signIn: { ...UNLIMITED, ...limit } });
      for (let n = 1; n <= allowed + 1; n += 1) {
        const asked = { ...who(n), locale: 'en', purpose: 'shopper' } as const;
        const answer = await limited.implementation.startSignIn(limited.context(), asked);
        if (n <= allowed) unwrap(answer);
        else expect(answer).toMatchObject({ error: { code: 'rate_limited' } });
        if (!answer.ok) expect(Number(answer.error.detail?.['retryAfterSeconds'])).toBeGreaterThan(0);
      }
    }
    // The day's are counted in rows: another process does not begin anew.
    const elsewhere = await house.again({ signIn: { ...UNLIMITED, perAddressDaily: 3 } });
    const asked = { email: 'b@limits.example', ip, locale: 'en', purpose: 'shopper' } as const;
    expect(await elsewhere.implementation.startSignIn(elsewhere.context(), asked)).toMatchObject({
      error: { code: 'rate_limited' },
    });
  });
});

describe('somebody who begins sign-ins for an address of another', () => {
  const begun = async (at: IdentityUnderTest, email: string, from: string) => {
    const asked = { email, ip: from, locale: 'en', purpose: 'shopper' } as const;
    return (await at.implementation.startSignIn(at.context(), asked)).ok;
  };
  // Addresses of one network, and others, from which the owner comes.
  const attacker = (n: number) => `2001:db8:bad:1::${n}`;
  const home = '203.0.113.200';

  it('uses up what is their network’s by the minute, and does not keep the owner out', async () => {
    const { perAddressAndNetwork: _usual, ...others } = UNLIMITED;
    const at = await house.again({ signIn: others });
    const email = someone();
    let mails = 0;
    for (let n = 1; n <= 30; n += 1) mails += Number(await begun(at, email, attacker(n)));
    expect(mails).toBe(5);
    expect(await begun(at, email, home)).toBe(true);
  });

  it('uses up what is their network’s by the day, and does not keep the owner out', async () => {
    const { perAddressDaily: _all, perAddressAndNetworkDaily: _one, ...others } = UNLIMITED;
    const at = await house.again({ signIn: others });
    const email = someone();
    let mails = 0;
    for (let n = 1; n <= 40; n += 1) mails += Number(await begun(at, email, attacker(n)));
    expect(mails).toBe(20);
    // The owner signs in as ever, and with the code of a mail.
    const asked = { email, ip: home, locale: 'en', purpose: 'shopper' } as const;
    const { id } = unwrap(await at.implementation.startSignIn(at.context(), asked));
    await at.work();
    const done = { challengeId: id, code: at.codeFor(email) ?? '', ip: home, userAgent };
    expect(unwrap(await at.implementation.finishSignIn(at.context(), done)).session.role).toBe('shopper');
    // What a guesser gets from everywhere is bounded: sixty sign-ins of five tries.
    for (let n = 1; n <= 60; n += 1) mails += Number(await begun(at, email, `198.51.100.${n}`));
    expect(mails).toBe(59);
  });
});

it('forgets what is old', async () => {
  const { id } = await begin(someone());
  house.clock.advance(2 * DAY + SECOND);
  for (const job of house.jobs) if (job.every === HOUR) await job.run({});
  expect(await house.implementation.findChallenge(house.context(), { id })).toMatchObject({
    error: { code: 'not_found' },
  });
});

/** What somebody tries with two sign-ins of one address: a code of one or the other, or none of them. */
type Move =
  | {
      readonly kind: 'finish';
      readonly with: 'right' | 'other' | number;
      readonly as: number;
      readonly of: 0 | 1;
    }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'together'; readonly of: 0 | 1 };

/** A sign-in as the model knows it. */
interface Begun {
  readonly id: string;
  readonly expiresAt: number;
  readonly code: string;
  readonly tried: Set<string>;
  /** The command that finished it, when, and with which token. */
  by: string;
  at: number;
  token: string;
}

it('opens a session with the right code, in time, in five tries and once, whatever is tried', async () => {
  const of = fc.constantFrom<0 | 1>(0, 1);
  const code = fc.oneof(fc.constantFrom<'right' | 'other'>('right', 'other'), fc.integer({ min: 1, max: 7 }));
  const move: fc.Arbitrary<Move> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('finish'), with: code, as: fc.nat(2), of }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.constantFrom(1, 4, 6) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('together'), of }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 14 }), async (moves) => {
      const email = someone();
      const open: Begun[] = [];
      for (const _ of [0, 1]) {
        const { id, expiresAt } = await begin(email);
        const sent = house.codeFor(email) ?? '';
        open.push({ id, expiresAt, code: sent, tried: new Set(), by: '', at: 0, token: '' });
      }
      // Two codes may be the same by chance; then there is no other one to tell apart.
      fc.pre(open[0]?.code !== open[1]?.code);
      const commands = [0, 1, 2].map((n) => `${email} ${n}`);
      for (const step of moves) {
        if (step.kind === 'wait') {
          house.clock.advance(step.minutes * MINUTE);
          continue;
        }
        const one = open[step.of];
        if (!one) continue;
        const now = house.clock.now();
        const isOpen = (given: string) =>
          one.by === '' && now < one.expiresAt && (one.tried.has(given) || one.tried.size < 5);
        if (step.kind === 'together') {
          const wanted = isOpen(one.code) ? 1 : 0;
          const tries = [1, 2, 3].map((n) => ({ commandId: `${one.id} ${n}` }));
          const all = await Promise.all(tries.map((command) => finish(one.id, one.code, command)));
          const isNew = all.map((answer) => answer.ok && answer.value.token !== one.token);
          expect(isNew.filter(Boolean)).toHaveLength(wanted);
          const won = isNew.indexOf(true);
          const winner = all[won];
          if (winner?.ok) {
            Object.assign(one, { by: tries[won]?.commandId, at: now, token: winner.value.token });
          }
          continue;
        }
        const { with: which } = step;
        const other = open[1 - step.of]?.code ?? '';
        const given = which === 'right' ? one.code : which === 'other' ? other : otherThan(one.code, which);
        // A command finishes one sign-in; each sign-in has its own.
        const commandId = `${commands[step.as]} ${step.of}`;
        const answer = await finish(one.id, given, { commandId });
        const again = one.by === commandId && given === one.code && now < one.at + 5 * MINUTE;
        const first = isOpen(given) && given === one.code;
        expect(answer.ok).toBe(first || again);
        if (isOpen(given)) one.tried.add(given);
        if (answer.ok && first) Object.assign(one, { by: commandId, at: now, token: answer.value.token });
        if (answer.ok && again) expect(answer.value.token).toBe(one.token);
      }
      const { rows } = await house.database
        .db('identity')
        .run<{ count: number }>(
          sql(
            'test.opened',
            'SELECT count(*)::int AS count FROM identity.session WHERE challenge_id = ANY ($1::text[])',
          ),
          [open.map(({ id }) => id)],
        );
      expect(rows[0]?.count).toBe(open.filter(({ by }) => by !== '').length);
    }),
    { numRuns: Number(process.env['TPMALL_SIGN_IN_RUNS'] ?? 40) },
  );
});
