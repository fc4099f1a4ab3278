import { err, ok, Redacted, type Result } from '@tpmall/kernel';
import type { Principal } from '../contract/index.ts';
import { hashKey } from '../key/key-text.ts';
import { findLivingKey } from '../store/keys.ts';
import type { KeyEnvironment } from './environment.ts';

/**
 * Who a key belongs to. The key is hashed before anything is compared, so the time taken tells nothing about
 * it; one that is malformed, unknown, expired, revoked or of somebody who is no operator any more gets the
 * same answer.
 */
export async function authenticate(
  environment: Pick<KeyEnvironment, 'db' | 'clock' | 'cache'>,
  input: { readonly key: string },
): Promise<Result<Principal, 'not_found'>> {
  const { db, clock, cache } = environment;
  const hash = hashKey(new Redacted(input.key));
  const name = hash.toString('base64');
  const known = cache.find(name);
  if (known) return ok(known);
  const generation = cache.generation();
  const key = await findLivingKey(db, hash);
  if (!key || (key.expiresAt !== null && key.expiresAt <= clock.now())) {
    return err('not_found', 'no such key', { field: 'key' });
  }
  const { id: keyId, tenant, kind, permissions, dailyQuota, owner, origins } = key;
  const principal: Principal = { keyId, tenant, kind, permissions, dailyQuota, owner, origins };
  cache.remember(name, principal, key.expiresAt ?? Number.MAX_SAFE_INTEGER, generation);
  return ok(principal);
}
