import { DAY, err, HOUR, ok } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { identityConfig } from './config.ts';
import { identityContract, type Principal, type SessionPrincipal } from './contract/index.ts';
import { createProofCache } from './key/proof-cache.ts';
import { needs } from './needs.ts';
import { authenticate } from './service/authenticate.ts';
import { authenticateSession } from './service/authenticate-session.ts';
import { createKey, showKey } from './service/create-key.ts';
import { endSession, revokeSessions, rotateSession } from './service/end-sessions.ts';
import type { KeyEnvironment, PeopleEnvironment } from './service/environment.ts';
import { finishSignIn } from './service/finish-sign-in.ts';
import { openGuestSession } from './service/guest-session.ts';
import { changeRole, createPerson, personWith, personWithHandle, updatePerson } from './service/people.ts';
import { revokeKey } from './service/revoke-key.ts';
import { rotateKey } from './service/rotate-key.ts';
import { sendCode } from './service/send-code.ts';
import { showChallenge, startSignIn } from './service/start-sign-in.ts';
import { TOKEN_REPLAY } from './session/open-session.ts';
import { createSignInLimits } from './sign-in/limits.ts';
import { deleteOldChallenges, findChallenge } from './store/challenges.ts';
import { findKey, listKeys, wipeSalts } from './store/keys.ts';
import { createTouch, deleteOldSessions, listSessionsOf, wipeSessionSalts } from './store/sessions.ts';

/** How long a repeated command can answer the key that it made: as long as idempotency keys are replayed. */
const REPLAY_WINDOW = DAY;

/** Who calls: API keys, and people with their sessions. */
export const identity = defineModule({
  name: 'identity',
  contract: identityContract,
  needs,
  config: identityConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ config, db, clock, random, ids, log, jobs, ports }) {
    const cache = createProofCache<Principal>(clock);
    const keys: KeyEnvironment = { db, clock, random, ids, cache, replaySecret: config.replaySecret };
    const people: PeopleEnvironment = {
      ...{ db, clock, random, config, jobs },
      limits: createSignInLimits(clock, config.signIn),
      sessions: createProofCache<SessionPrincipal>(clock),
      touch: createTouch(db),
      mail: ports.mail,
    };
    return {
      implementation: {
        createKey: (context, input) => createKey(keys, context, input),
        rotateKey: (context, input) => rotateKey(keys, context, input),
        revokeKey: (context, input) => revokeKey(keys, context, input),
        authenticate: (_context, input) => authenticate(keys, input),
        findKey: async ({ tenant }, { id }) => {
          const key = await findKey(db, tenant, id);
          return key ? ok(showKey(key)) : err('not_found', `no such key: ${id}`, { field: 'id' });
        },
        listKeys: async ({ tenant }, input) => {
          const listed = await listKeys(db, tenant, input);
          if (!listed.ok) return listed;
          return ok({ ...listed.value, items: listed.value.items.map(showKey) });
        },
        createPerson: (context, input) => createPerson(people, context, input),
        updatePerson: (context, input) => updatePerson(people, context, input),
        findPerson: ({ tenant }, { id }) => personWith(db, tenant, id),
        findPersonByHandle: ({ tenant }, { handle }) => personWithHandle(db, tenant, handle),
        grantRole: (context, input) => changeRole(people, context, 'granted', input),
        revokeRole: async (context, input) => {
          const revoked = await changeRole(people, context, 'revoked', input);
          cache.forget(({ owner }) => owner === input.personId);
          return revoked;
        },
        startSignIn: (context, input) => startSignIn(people, context, input),
        findChallenge: async ({ tenant }, { id }) => {
          const challenge = await findChallenge(db, tenant, id);
          if (!challenge) return err('not_found', 'there is no such sign-in', { field: 'id' });
          return ok(showChallenge(challenge, clock.now()));
        },
        finishSignIn: (context, input) => finishSignIn(people, context, input),
        openGuestSession: (context, input) => openGuestSession(people, context, input),
        authenticateSession: (_context, input) => authenticateSession(people, input),
        rotateSession: (context, input) => rotateSession(people, context, input),
        endSession: (context, input) => endSession(people, context, input),
        listSessions: async ({ tenant }, { personId }) =>
          ok(await listSessionsOf(db, { tenant, personId }, clock.now())),
        revokeSessions: (context, input) => revokeSessions(people, context, input),
      },
      jobs: [
        { name: 'send-code', run: (payload) => sendCode(people, payload) },
        {
          name: 'wipe-salts',
          every: HOUR,
          async run() {
            const wiped = await wipeSalts(db, clock.now() - REPLAY_WINDOW);
            if (wiped > 0) log.info({ wiped }, 'key salts wiped');
            await wipeSessionSalts(db, clock.now() - TOKEN_REPLAY);
          },
        },
        {
          name: 'forget-sign-ins',
          every: HOUR,
          async run() {
            const challenges = await deleteOldChallenges(db, clock.now());
            const sessions = await deleteOldSessions(db, clock.now() - DAY);
            if (challenges + sessions > 0) log.info({ challenges, sessions }, 'old sign-ins deleted');
          },
        },
      ],
    };
  },
});
