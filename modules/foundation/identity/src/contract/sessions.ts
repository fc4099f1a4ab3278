import { emailAddress } from '@tpmall/mail/contract';
import { command, query } from '@tpmall/platform/contract';
import { z } from 'zod';
import { code, id, ip, locale } from './fields.ts';
import type { Locale, Person, Role } from './people.ts';

/** How a challenge is met. Passkeys and authenticator apps come as further kinds. */
export type ChallengeKind = 'email_code';

/** A sign-in that was begun. */
export interface Challenge {
  /** `chal_…`; nobody finishes the sign-in without it. */
  readonly id: string;
  readonly kind: ChallengeKind;
  readonly purpose: Role;
  /** Where the code went, as the caller gave it, in its normal form. */
  readonly email: string;
  /** `open`, or why it cannot be met any more. */
  readonly state: 'open' | 'used' | 'expired' | 'dead';
  /** Different wrong codes that may still be tried. */
  readonly triesLeft: number;
  readonly expiresAt: number;
}

/** Who is behind a browser, as proved by the token of its session. */
export interface SessionPrincipal {
  /** `sess_…` */
  readonly sessionId: string;
  readonly tenant: string;
  /** Whose carts, orders and money: `person_…`, or `guest_…` for somebody who has not signed in. */
  readonly subject: string;
  /** What the session was opened as; a person with several roles has a session for each. */
  readonly role: Role | 'guest';
  /** Null for a guest. */
  readonly person: Person | null;
  /** The connected accounts that a merchant's session may act for; empty for all others. */
  readonly accounts: readonly string[];
  readonly locale: Locale;
  /** When a code was last met; null for a guest. Step-up asks again when it is long ago. */
  readonly authenticatedAt: number | null;
  /** When it ends if it is not used until then. */
  readonly idleAt: number;
  /** When it ends in any case. */
  readonly expiresAt: number;
}

/** A session as it is shown to its person: never its token. */
export interface SessionSummary {
  readonly id: string;
  readonly role: Role | 'guest';
  readonly createdAt: number;
  /** To the minute. */
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  /** What the browser called itself when it signed in, at most 200 characters; never trusted. */
  readonly userAgent: string;
  readonly ip: string;
}

/** A session and its token, which is in this answer and nowhere else: it belongs into an HttpOnly cookie. */
export interface OpenedSession {
  /** 43 characters of base64url: 256 bits. */
  readonly token: string;
  readonly session: SessionPrincipal;
}

const token = z.string().min(1).max(200);
const userAgent = z
  .string()
  .max(2_000)
  .transform((text) => text.slice(0, 200));

/** Operations about sign-ins and sessions. */
export const sessionOperations = {
  /**
   * Begins a sign-in and sends a code by e-mail: six digits, good for ten minutes and five tries. Answers the
   * same, and does the same work, whether or not there is such a person: who may not sign in for the purpose
   * gets no mail. `rate_limited` says in `detail.retryAfterSeconds` when to come again.
   */
  startSignIn: command<Challenge>()({
    input: z.strictObject({
      email: emailAddress,
      locale,
      purpose: z.enum(['shopper', 'merchant', 'operator']),
      ip,
    }),
    codes: ['rate_limited', 'idempotency_mismatch'],
    callers: ['web', 'gateway'],
  }),
  /** The state of a sign-in, for the page that asks for the code. */
  findChallenge: query<Challenge>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers: ['web', 'gateway'],
  }),
  /**
   * Finishes a sign-in with the code and opens a session, once. A repetition with the same command id and the
   * right code answers the same token for five minutes; any other is `code_used`. A new shopper is made here.
   * `code_wrong` says `detail.triesLeft`; the same wrong code twice counts once. A guest's session that is
   * given ends, and the event `guest.adopted` tells others to hand over what the guest had.
   */
  finishSignIn: command<
    OpenedSession & {
      /** The `guest_…` that is now this person. */
      readonly adoptedGuest: string | null;
      /** Whether the person was made just now. */
      readonly isNew: boolean;
    }
  >()({
    input: z.strictObject({
      challengeId: id,
      code,
      guestToken: token.optional(),
      ip,
      userAgent,
    }),
    codes: ['not_found', 'code_wrong', 'code_used', 'code_expired', 'too_many_tries', 'rate_limited'],
    callers: ['web', 'gateway'],
  }),
  /** A session of somebody who has not signed in, for a cart and for forms. */
  openGuestSession: command<OpenedSession>()({
    input: z.strictObject({ locale, ip, userAgent }),
    codes: ['rate_limited', 'answer_expired'],
    callers: ['web', 'gateway'],
  }),
  /** Whose a token is. Malformed, unknown, ended and expired ones get one answer. */
  authenticateSession: query<SessionPrincipal>()({
    input: z.strictObject({ token }),
    codes: ['not_found'],
    callers: ['web', 'gateway', 'vault', 'acquiring'],
  }),
  /** A new token for a session, and the old one is worth nothing from now on: at every change of rights. */
  rotateSession: command<OpenedSession>()({
    input: z.strictObject({ token }),
    codes: ['not_found', 'answer_expired'],
    callers: ['web', 'gateway'],
  }),
  /** Signs out; a token that is worth nothing stays so. */
  endSession: command<{ readonly ended: boolean }>()({
    input: z.strictObject({ token }),
    callers: ['web', 'gateway'],
  }),
  /** The living sessions of a person, the one used last first. */
  listSessions: query<readonly SessionSummary[]>()({
    input: z.strictObject({ personId: id }),
    callers: ['web', 'gateway', 'operator'],
  }),
  /** Ends one session of a person, or all of them (`sessionId` null: sign out everywhere). Audited. */
  revokeSessions: command<{ readonly ended: number }>()({
    input: z.strictObject({
      personId: id,
      sessionId: id.nullable(),
      /** One that stays when all others go. */
      keep: id.optional(),
    }),
    callers: ['web', 'gateway', 'operator'],
  }),
} as const;
