import { err, type Result, SECOND } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { expireKey, findKeyByCommand, insertKey, lockKey } from '../store/keys.ts';
import { answerKey, type ClearKey, draftKey, ownerFor } from './create-key.ts';
import type { KeyEnvironment } from './environment.ts';

/** Makes a successor of a key, and lets the old one live on for the grace period at most. */
export async function rotateKey(
  environment: KeyEnvironment,
  context: Pick<CallContext, 'actor' | 'tenant' | 'commandId'>,
  input: { readonly id: string; readonly graceSeconds: number },
): Promise<
  Result<ClearKey, 'not_found' | 'not_the_owner' | 'expired' | 'idempotency_mismatch' | 'answer_expired'>
> {
  const { db, clock, cache } = environment;
  const answer = await db.transaction(async (tx) => {
    const old = await lockKey(tx, context.tenant, input.id);
    if (!old) return err('not_found', `no such key: ${input.id}`, { field: 'id' });
    if (old.owner !== null && old.owner !== ownerFor(context)) {
      return err('not_the_owner', `${old.id} acts as the person who made it: only they get its successor`);
    }
    const { id: successorOf, kind, name, permissions, dailyQuota, origins, owner } = old;
    const next = draftKey(
      environment,
      context,
      { kind, name, permissions, dailyQuota, origins, owner, expiresAt: null, successorOf },
      { graceSeconds: input.graceSeconds },
    );
    const earlier = await findKeyByCommand(tx, context.tenant, context.commandId);
    if (earlier) return answerKey(environment, earlier, next);
    const now = clock.now();
    if (old.expiresAt !== null && old.expiresAt <= now) {
      return err('expired', `${old.id} is valid no more: make a new key`, { field: 'id' });
    }
    const { actor } = context;
    const grace = { graceSeconds: input.graceSeconds, successor: next.id };
    const reason = 'rotation';
    const made = await insertKey(tx, next, {
      actor,
      action: 'api_key.created',
      subject: next.id,
      reason,
      detail: { kind: next.kind, hint: next.hint, successorOf: old.id, owner: next.owner },
    });
    if (!made) return answerKey(environment, undefined, next);
    await expireKey(
      tx,
      { tenant: old.tenant, id: old.id, until: now + input.graceSeconds * SECOND, at: now },
      { actor, action: 'api_key.rotated', subject: old.id, reason, detail: grace },
    );
    return answerKey(environment, next, next);
  });
  cache.forget(({ keyId }) => keyId === input.id);
  return answer;
}
