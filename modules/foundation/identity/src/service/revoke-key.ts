import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { ApiKey } from '../contract/index.ts';
import { expireKey, findKey } from '../store/keys.ts';
import { showKey } from './create-key.ts';
import type { KeyEnvironment } from './environment.ts';

/** Ends a key's life now. A key that has ended stays as it is. */
export async function revokeKey(
  environment: Pick<KeyEnvironment, 'db' | 'clock' | 'cache'>,
  context: Pick<CallContext, 'actor' | 'tenant'>,
  input: { readonly id: string; readonly reason: string },
): Promise<Result<ApiKey, 'not_found'>> {
  const { db, clock, cache } = environment;
  const { actor, tenant } = context;
  const now = clock.now();
  await expireKey(
    db,
    { tenant, id: input.id, until: now, at: now },
    { actor, action: 'api_key.revoked', subject: input.id, reason: input.reason },
  );
  cache.forget(({ keyId }) => keyId === input.id);
  const key = await findKey(db, tenant, input.id);
  return key ? ok(showKey(key)) : err('not_found', `no such key: ${input.id}`, { field: 'id' });
}
