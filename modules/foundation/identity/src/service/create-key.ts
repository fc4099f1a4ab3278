import { createHash } from 'node:crypto';
import { err, type Micros, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, personOf } from '@tpmall/platform/contract';
import type { ApiKey, identityContract } from '../contract/index.ts';
import { deriveKey, hashKey, hintOf } from '../key/key-text.ts';
import { findKeyByCommand, insertKey, type MadeKey, type NewKey, type StoredKey } from '../store/keys.ts';
import type { KeyEnvironment } from './environment.ts';

const SALT_BYTES = 32;

/** A key with its clear text, which is nowhere else. */
export type ClearKey = ApiKey & { readonly key: string };
type Context = Pick<CallContext, 'actor' | 'tenant' | 'commandId'>;

/**
 * Makes a key. A repetition of the command by the same person answers the same key for a day; after that its
 * text is gone.
 */
export async function createKey(
  environment: KeyEnvironment,
  context: Context,
  input: InputOf<(typeof identityContract)['operations']['createKey']>,
): Promise<Result<ClearKey, 'idempotency_mismatch' | 'answer_expired'>> {
  const { kind, name, permissions = null, dailyQuota = null, origins = [] } = input;
  const owner = kind === 'operator' ? ownerFor(context) : null;
  const allowed = { permissions, dailyQuota, origins, owner };
  const key = draftKey(environment, context, { kind, name, ...allowed, expiresAt: null, successorOf: null });
  const made = await insertKey(environment.db, key, {
    actor: context.actor,
    action: 'api_key.created',
    subject: key.id,
    reason: input.name,
    detail: {
      ...{ kind, hint: key.hint, permissions: JSON.stringify(permissions), dailyQuota },
      ...{ origins: origins.join(' '), owner },
    },
  });
  const stored = made ? key : await findKeyByCommand(environment.db, context.tenant, context.commandId);
  return answerKey(environment, stored, key);
}

/** Whom an operator key acts as that this caller makes: the person whom they are, or nobody. */
export function ownerFor({ actor }: Pick<CallContext, 'actor'>): string | null {
  return personOf(actor) ?? null;
}

/** A new key of a command, not stored yet; `more`: what else the command asks for. */
export function draftKey(
  environment: KeyEnvironment,
  context: Context,
  input: Pick<ApiKey, 'kind' | 'name' | 'permissions' | 'dailyQuota' | 'origins' | 'owner'> & {
    expiresAt: Micros | null;
    successorOf: string | null;
  },
  more: object = {},
): NewKey {
  const { clock, random, ids, replaySecret } = environment;
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  const text = deriveKey(input.kind, salt, replaySecret);
  return {
    id: ids.next('key'),
    tenant: context.tenant,
    ...input,
    hint: hintOf(input.kind, text),
    hash: hashKey(text),
    salt,
    commandId: context.commandId,
    requestHash: createHash('sha256')
      .update(JSON.stringify({ ...input, ...more }))
      .digest(),
    createdAt: clock.now(),
  };
}

/**
 * The answer of a command that made a key, the first time or again. `drafted` is the key that is asked for
 * now: nobody gets another’s, or one that is made or rotated otherwise, by repeating the command of that one.
 *
 * @param stored undefined where the command made none
 */
export function answerKey(
  environment: Pick<KeyEnvironment, 'replaySecret'>,
  stored: MadeKey | undefined,
  drafted: NewKey,
): Result<ClearKey, 'idempotency_mismatch' | 'answer_expired'> {
  if (!stored?.requestHash.equals(drafted.requestHash)) {
    return err('idempotency_mismatch', 'the same idempotency key was used for another request');
  }
  const text = stored.salt && deriveKey(stored.kind, stored.salt, environment.replaySecret);
  if (!text || !hashKey(text).equals(stored.hash)) {
    return err('answer_expired', `${stored.id} was made before and its text is gone: rotate it`);
  }
  return ok({ ...showKey(stored), key: text.reveal() });
}

/** A key as it may be shown. */
export function showKey(stored: StoredKey): ApiKey {
  const { id, tenant, kind, name, hint, permissions, dailyQuota, origins, owner } = stored;
  const { createdAt, expiresAt } = stored;
  return { id, tenant, kind, name, hint, permissions, dailyQuota, origins, owner, createdAt, expiresAt };
}
