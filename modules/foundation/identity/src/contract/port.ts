import { command, defineContract, type Page, pageCodes, pageInput, query } from '@tpmall/platform/contract';
import { z } from 'zod';
import { peopleOperations } from './people.ts';
import { sessionOperations } from './sessions.ts';

/**
 * What a key may do. `secret`: everything of its tenant; `restricted`: what its permissions say of that;
 * `publishable`: what a browser may; `operator`: the house.
 */
export type KeyKind = 'secret' | 'restricted' | 'publishable' | 'operator';

/** What a restricted key may do, by resource (`payment_intents`): what is not named is denied. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** A key as it may be shown: never the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** First characters and last four, to recognise it by. */
  readonly hint: string;
  /** Of a restricted key; null for all others. */
  readonly permissions: Permissions | null;
  /** Requests it may make on one day (UTC); null: as many as it likes. */
  readonly dailyQuota: number | null;
  /** Of a publishable key: whose pages may show card fields with it. Empty: nobody's. */
  readonly origins: readonly string[];
  /** The person who made an operator key, whom it acts as; null: nobody, and of all other kinds. */
  readonly owner: string | null;
  readonly createdAt: number;
  /** After this instant it is refused; null: until it is revoked. */
  readonly expiresAt: number | null;
}

/** Who calls, as proved by a key. */
export interface Principal {
  readonly keyId: string;
  readonly tenant: string;
  readonly kind: KeyKind;
  readonly permissions: Permissions | null;
  readonly dailyQuota: number | null;
  /** The person whom an operator key acts as; null: nobody. */
  readonly owner: string | null;
  /** Origins of pages that may show card fields with a publishable key. */
  readonly origins: readonly string[];
}

/** The most resources that one key names. */
const RESOURCES_MAX = 50;
const permissions = z
  .record(z.string().regex(/^[a-z][a-z_]{0,39}$/), z.enum(['read', 'write']))
  .refine((given) => Object.keys(given).length >= 1 && Object.keys(given).length <= RESOURCES_MAX, {
    error: `must name 1 to ${RESOURCES_MAX} resources`,
  });
/** The most pages' origins that one key names. */
const ORIGINS_MAX = 20;
const origin = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine((text) => new URL(text).origin === text, { error: 'must be an origin: scheme, host and port' });
const keyId = z.string().min(1).max(64);
const keyKind = z.enum(['secret', 'restricted', 'publishable', 'operator']);

/** Keys, people and sessions; factors later. */
export const identityContract = defineContract({
  module: 'identity',
  version: 1,
  operations: {
    ...peopleOperations,
    ...sessionOperations,
    /**
     * Makes a key. The clear text is in this answer and nowhere else; only a hash is kept. A repetition
     * answers the same key for a day, and `answer_expired` later. An operator key that a person makes, with
     * their session or a key of theirs, is theirs: it acts as them for as long as they are an operator, and a
     * repetition by somebody else is `idempotency_mismatch`, as is one that asks for another key.
     */
    createKey: command<ApiKey & { readonly key: string }>()({
      input: z
        .strictObject({
          kind: keyKind,
          name: z.string().min(1).max(100),
          permissions: permissions.optional(),
          dailyQuota: z.number().int().min(1).max(1_000_000_000).optional(),
          origins: z.array(origin).max(ORIGINS_MAX).optional(),
        })
        .refine(({ kind, origins = [] }) => kind === 'publishable' || origins.length === 0, {
          path: ['origins'],
          error: 'only a publishable key names origins',
        })
        .refine(({ kind, permissions: given }) => (kind === 'restricted') === (given !== undefined), {
          path: ['permissions'],
          error: 'a restricted key names its permissions, and no other key does',
        }),
      codes: ['idempotency_mismatch', 'answer_expired'],
      callers: ['operator', 'gateway'],
    }),
    /**
     * Makes a successor of a key and lets the old one live on for a grace period. The successor has the same
     * owner, so only they get it: to all others an owned key is `not_the_owner`. A command that was given for
     * another key or another grace is `idempotency_mismatch`.
     */
    rotateKey: command<ApiKey & { readonly key: string }>()({
      input: z.strictObject({ id: keyId, graceSeconds: z.number().int().min(0).max(604_800) }),
      codes: ['not_found', 'not_the_owner', 'expired', 'idempotency_mismatch', 'answer_expired'],
      callers: ['operator', 'gateway'],
    }),
    revokeKey: command<ApiKey>()({
      input: z.strictObject({ id: keyId, reason: z.string().min(1).max(200) }),
      codes: ['not_found'],
      callers: ['operator', 'gateway'],
    }),
    /** Who a key belongs to. An expired or unknown key is `not_found`. */
    authenticate: query<Principal>()({
      input: z.strictObject({ key: z.string().min(1).max(200) }),
      codes: ['not_found'],
      callers: ['gateway', 'vault'],
    }),
    findKey: query<ApiKey>()({
      input: z.strictObject({ id: keyId }),
      codes: ['not_found'],
      callers: ['gateway'],
    }),
    /** A tenant's keys, those that have ended too; `exceptKind`: without those of that kind. */
    listKeys: query<Page<ApiKey>>()({
      input: z.strictObject({ ...pageInput(keyId), exceptKind: keyKind.optional() }),
      codes: pageCodes,
      callers: ['operator', 'gateway'],
    }),
  },
});
