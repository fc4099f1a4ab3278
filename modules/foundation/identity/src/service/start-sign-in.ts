import { assert, err, MINUTE, type Micros, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import { networkOf } from '@tpmall/platform/http';
import type { Challenge, sessionOperations } from '../contract/index.ts';
import { SALT_BYTES } from '../session/token.ts';
import {
  countSignIn,
  findChallenge,
  insertChallenge,
  type StoredChallenge,
  TRIES,
} from '../store/challenges.ts';
import { commands, type PeopleEnvironment } from './environment.ts';

/** How long a code is good for. */
export const CODE_LIFETIME = 10 * MINUTE;

/**
 * Begins a sign-in. Nothing here looks whether the address is anybody's, so neither the answer nor its time
 * can tell: that is seen by the job that writes the mail.
 */
export async function startSignIn(
  environment: PeopleEnvironment,
  context: CallContext,
  input: InputOf<(typeof sessionOperations)['startSignIn']>,
): Promise<Result<Challenge, 'rate_limited' | 'idempotency_mismatch'>> {
  const { db, clock, random, jobs, limits, config } = environment;
  const { tenant } = context;
  const { email, purpose, locale, ip } = input;
  const claim = commands.claimFor(context, 'start_sign_in', { email, purpose, locale }, clock.now());
  return commands.once<Challenge, 'rate_limited'>(db, claim, {
    check: async () => {
      const wait = limits.begin(email, ip);
      return wait > 0 ? rateLimited(wait) : ok(undefined);
    },
    work: async (tx) => {
      const { at } = claim;
      const { perAddressDaily: ofAll, perAddressAndNetworkDaily: ofNetwork } = config.signIn;
      const begun = { tenant, email, network: networkOf(ip), at };
      if (!(await countSignIn(tx, begun, { ofNetwork, ofAll }))) return rateLimited(secondsToMidnight(at));
      const challenge: StoredChallenge = {
        id: objectId('chal', claim),
        ...{ tenant, kind: 'email_code', purpose, email, locale, tries: 0, usedAt: null },
        salt: Buffer.from(random.bytes(SALT_BYTES)),
        createdAt: at,
        expiresAt: at + CODE_LIFETIME,
      };
      await insertChallenge(tx, challenge);
      await jobs.enqueue(tx, 'send-code', { tenant, challengeId: challenge.id });
      return ok(showChallenge(challenge, at));
    },
    repeat: async (accepted) => {
      const first = await findChallenge(db, tenant, objectId('chal', accepted));
      assert(first, 'a challenge outlives the day in which its command is known');
      return ok(showChallenge(first, clock.now()));
    },
  });
}

/** A challenge as it may be shown. */
export function showChallenge(challenge: StoredChallenge, now: Micros): Challenge {
  const { id, kind, purpose, email, expiresAt } = challenge;
  return {
    id,
    kind,
    purpose,
    email,
    state: stateOf(challenge, now),
    triesLeft: TRIES - challenge.tries,
    expiresAt,
  };
}

/** Whether a challenge can still be met, and if not why. */
export function stateOf({ usedAt, expiresAt, tries }: StoredChallenge, now: Micros): Challenge['state'] {
  if (usedAt !== null) return 'used';
  if (expiresAt <= now) return 'expired';
  return tries < TRIES ? 'open' : 'dead';
}

/** The refusal of whoever comes too often. */
export function rateLimited(retryAfterSeconds: number) {
  return err('rate_limited', 'too many tries; come again later', { detail: { retryAfterSeconds } });
}

function secondsToMidnight(at: Micros): number {
  const day = 86_400;
  return day - (Math.floor(at / 1_000_000) % day);
}
