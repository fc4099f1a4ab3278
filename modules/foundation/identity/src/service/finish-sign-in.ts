import { assert, err, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { OpenedSession, Person, sessionOperations } from '../contract/index.ts';
import { draftSession, principalOf, tokenAgain } from '../session/open-session.ts';
import { hashToken } from '../session/token.ts';
import { isCodeOf, proofOf } from '../sign-in/code.ts';
import { countTry, findChallenge, type StoredChallenge, TRIES, useChallenge } from '../store/challenges.ts';
import { audit, tell } from '../store/outbox.ts';
import { findPersonByEmail, insertMembership, insertPerson } from '../store/people.ts';
import { endSessionOf, findSessionByCommand, insertSession } from '../store/sessions.ts';
import { drawHandle } from './draw-handle.ts';
import type { PeopleEnvironment } from './environment.ts';
import { rateLimited, stateOf } from './start-sign-in.ts';

type Asked = InputOf<(typeof sessionOperations)['finishSignIn']>;
type Finished = OpenedSession & { readonly adoptedGuest: string | null; readonly isNew: boolean };
type Code = 'not_found' | 'code_wrong' | 'code_used' | 'code_expired' | 'too_many_tries' | 'rate_limited';

/**
 * Tries a code and, where it is right, opens the session. The try is counted before the code is compared, and
 * under the lock that it takes: whatever happens at once, five different codes are tried, and one session is
 * opened.
 */
export async function finishSignIn(
  environment: PeopleEnvironment,
  context: CallContext,
  input: Asked,
): Promise<Result<Finished, Code>> {
  const { db, clock, config, limits, sessions } = environment;
  const { tenant } = context;
  const wait = limits.attempt(input.ip);
  if (wait > 0) return rateLimited(wait);
  const at = clock.now();
  const proof = proofOf({ id: input.challengeId }, input.code, config.signInSecret);
  const done = await db.transaction(async (tx) => {
    const challenge = await countTry(tx, { tenant, id: input.challengeId, at, proof });
    if (!challenge) return undefined;
    if (!isCodeOf(challenge, input.code, config.signInSecret)) return wrong(challenge);
    const found = await personOf(environment, tx, challenge, at);
    // Nobody was sent this code: it was guessed, and must tell no more than a wrong one.
    if (!found) return wrong(challenge);
    return ok(await open(environment, context, tx, { challenge, input, at, ...found }));
  });
  if (done) {
    if (done.ok) sessions.forget(({ subject }) => subject === done.value.adoptedGuest);
    return done;
  }
  return whyNot(environment, context, input);
}

function wrong({ tries }: StoredChallenge) {
  const triesLeft = TRIES - tries;
  return triesLeft > 0
    ? err('code_wrong', 'this is not the code of the mail', { field: 'code', detail: { triesLeft } })
    : err('too_many_tries', 'five wrong codes were tried: begin again', { field: 'code' });
}

/** Who signs in: a shopper is made where there is none yet, all others must be there with their role. */
async function personOf(
  { random, clock }: PeopleEnvironment,
  tx: Queryable,
  { id, tenant, email, locale, purpose }: StoredChallenge,
  at: number,
): Promise<{ person: Person; isNew: boolean } | undefined> {
  let isNew = false;
  if (purpose === 'shopper') {
    const personId = objectId('person', { id, at });
    const made = {
      id: personId,
      tenant,
      email,
      displayName: '',
      locale,
      handle: drawHandle(random),
      createdAt: at,
    };
    isNew = await insertPerson(tx, made);
    if (isNew) {
      await tell(tx, 'person.created', { id: personId, tenant, at }, { personId });
      const entry = { actor: `shopper:${personId}`, action: 'person.created', subject: personId };
      await audit(tx, tenant, at, { ...entry, reason: 'first sign-in' });
    }
    const known = await findPersonByEmail(tx, tenant, email);
    assert(known, 'a shopper is there by now');
    await insertMembership(tx, known.id, { role: 'shopper', account: null }, clock.now());
  }
  const person = await findPersonByEmail(tx, tenant, email);
  return person?.memberships.some(({ role }) => role === purpose) ? { person, isNew } : undefined;
}

async function open(
  environment: PeopleEnvironment,
  context: CallContext,
  tx: Queryable,
  signIn: {
    readonly challenge: StoredChallenge;
    readonly input: Asked;
    readonly at: number;
    readonly person: Person;
    readonly isNew: boolean;
  },
): Promise<Finished> {
  const { challenge, input, at, person, isNew } = signIn;
  const { purpose: role, locale, id: challengeId, tenant } = challenge;
  const { ip, userAgent, guestToken } = input;
  const holder = { subject: person.id, personId: person.id, role, locale, ip, userAgent, challengeId };
  const { session, token } = draftSession(environment, context, holder, at);
  await useChallenge(tx, challengeId, at);
  const stored = await insertSession(tx, session);
  assert(stored, 'a command id finishes one sign-in');
  const actor = `${role}:${person.id}`;
  const detail = { role, person: person.id };
  await audit(tx, tenant, at, {
    actor,
    action: 'session.opened',
    subject: session.id,
    reason: 'sign-in',
    detail,
  });
  const guest =
    guestToken !== undefined && role === 'shopper'
      ? await endSessionOf(tx, { tenant, hash: hashToken(guestToken), role: 'guest' }, at)
      : undefined;
  if (guest) {
    await tell(
      tx,
      'guest.adopted',
      { id: guest.subject, tenant, at },
      { guest: guest.subject, person: person.id },
    );
  }
  const principal = await principalOf(tx, session);
  assert(principal, 'the role was looked for in this transaction');
  return { token: token.reveal(), session: principal, adoptedGuest: guest?.subject ?? null, isNew };
}

/** Why a challenge could not be tried, or what the same command has made of it before. */
async function whyNot(
  { db, clock, config }: PeopleEnvironment,
  { tenant, commandId }: CallContext,
  { challengeId, code }: Asked,
): Promise<Result<Finished, Code>> {
  const challenge = await findChallenge(db, tenant, challengeId);
  if (!challenge) return err('not_found', 'there is no such sign-in', { field: 'challengeId' });
  const state = stateOf(challenge, clock.now());
  if (state === 'expired') return err('code_expired', 'the code is too old: begin again', { field: 'code' });
  if (state !== 'used') {
    return err('too_many_tries', 'five wrong codes were tried: begin again', { field: 'code' });
  }
  const used = err('code_used', 'this code was used before: begin again', { field: 'code' });
  if (!isCodeOf(challenge, code, config.signInSecret)) return used;
  const session = await findSessionByCommand(db, { tenant, commandId }, clock.now(), { challengeId });
  const principal = session && (await principalOf(db, session));
  const token = session && tokenAgain({ config, clock }, session);
  if (!principal || !token?.ok) return used;
  return ok({ token: token.value.reveal(), session: principal, adoptedGuest: null, isNew: false });
}
