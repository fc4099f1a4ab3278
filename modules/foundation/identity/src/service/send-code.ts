import { base32, hash128, MINUTE } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import { z } from 'zod';
import { codeOf } from '../sign-in/code.ts';
import { findChallenge, type StoredChallenge } from '../store/challenges.ts';
import { findPersonByEmail } from '../store/people.ts';
import type { PeopleEnvironment } from './environment.ts';
import { CODE_LIFETIME, stateOf } from './start-sign-in.ts';

const payload = z.object({ tenant: z.string(), challengeId: z.string() });

/**
 * Writes the mail of a sign-in that was begun, to those who may sign in; the job is repeated until it is
 * sent.
 */
export async function sendCode(environment: PeopleEnvironment, given: unknown): Promise<void> {
  const { db, clock, config, mail } = environment;
  const { tenant, challengeId } = payload.parse(given);
  const challenge = await findChallenge(db, tenant, challengeId);
  if (!challenge || stateOf(challenge, clock.now()) !== 'open') return;
  if (!(await maySignIn(db, challenge))) return;
  const sent = await mail.send(
    {
      actor: 'system',
      tenant,
      commandId: `code_${base32(hash128('identity.send-code', challengeId))}`,
      deadlineAt: clock.now() + MINUTE,
      traceparent: '',
    },
    {
      to: challenge.email,
      locale: challenge.locale,
      expiresAt: challenge.expiresAt,
      message: {
        template: 'sign_in_code',
        values: { code: codeOf(challenge, config.signInSecret).reveal(), minutes: CODE_LIFETIME / MINUTE },
      },
    },
  );
  if (!sent.ok) throw new Error(`the code of ${challengeId} was not taken: ${sent.error.code}`);
}

/** Anybody may become a shopper; the others have been made by an operator. */
async function maySignIn(on: Queryable, challenge: StoredChallenge): Promise<boolean> {
  if (challenge.purpose === 'shopper') return true;
  const person = await findPersonByEmail(on, challenge.tenant, challenge.email);
  return person?.memberships.some(({ role }) => role === challenge.purpose) ?? false;
}
