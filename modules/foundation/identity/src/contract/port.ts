import { command, defineContract, query } from '@tpmall/platform/contract';
import { z } from 'zod';

/**
 * What a key may do. `secret`: everything of its tenant; `publishable`: what a browser may; `operator`: the
 * house.
 */
export type KeyKind = 'secret' | 'publishable' | 'operator';

/** A key as it may be shown: never the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** First characters and last four, to recognise it by. */
  readonly hint: string;
  readonly createdAt: number;
  /** After this instant it is refused; null: until it is revoked. */
  readonly expiresAt: number | null;
}

/** Who calls, as proved by a key. */
export interface Principal {
  readonly keyId: string;
  readonly tenant: string;
  readonly kind: KeyKind;
}

const keyId = z.string().min(1).max(64);

/** Keys today; people, sessions and factors later. */
export const identityContract = defineContract({
  module: 'identity',
  version: 1,
  operations: {
    /**
     * Makes a key. The clear text is in this answer and nowhere else; only a hash is kept. A repetition
     * answers the same key for a day, and `answer_expired` later.
     */
    createKey: command<ApiKey & { readonly key: string }>()({
      input: z.strictObject({
        kind: z.enum(['secret', 'publishable', 'operator']),
        name: z.string().min(1).max(100),
      }),
      codes: ['answer_expired'],
      callers: ['operator', 'gateway'],
    }),
    /** Makes a successor of a key and lets the old one live on for a grace period. */
    rotateKey: command<ApiKey & { readonly key: string }>()({
      input: z.strictObject({ id: keyId, graceSeconds: z.number().int().min(0).max(604_800) }),
      codes: ['not_found', 'expired', 'answer_expired'],
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
    listKeys: query<readonly ApiKey[]>()({
      input: z.strictObject({ limit: z.number().int().min(1).max(100) }),
      callers: ['operator', 'gateway'],
    }),
  },
});
