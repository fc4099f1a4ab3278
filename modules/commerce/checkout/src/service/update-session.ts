import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type MetadataPatch, patchMetadata } from '@tpmall/platform/contract';
import type { Session } from '../contract/index.ts';
import { findSession, lockSession, toSession, updateSessionRow } from '../store/sessions.ts';
import { type CheckoutDeps, commands } from './deps.ts';

type Code = 'not_found' | 'metadata_too_many_keys';

/** Changes what is said about a session. */
export function updateSession(
  { db, clock }: CheckoutDeps,
  context: CallContext,
  input: { readonly id: string; readonly metadata?: MetadataPatch | undefined },
): Promise<Result<Session, Code | 'idempotency_mismatch'>> {
  const { id } = input;
  const claim = commands.claimFor(context, 'update_session', input, clock.now());
  return commands.once<Session, Code>(db, claim, {
    work: async (tx) => {
      const before = await lockSession(tx, context.tenant, id);
      if (!before) return missingSession(id);
      const metadata = patchMetadata(before.metadata, input.metadata);
      if (!metadata.ok) return metadata;
      const after = { ...before, metadata: metadata.value };
      await updateSessionRow(tx, after);
      return ok(toSession(after));
    },
    repeat: async () => {
      const found = await findSession(db, context.tenant, id);
      return found ? ok(toSession(found)) : missingSession(id);
    },
  });
}

/** There is none of this tenant. */
export function missingSession(id: string) {
  return err('not_found', `No such checkout_session: '${id}'`, { field: 'id' });
}
