import { createHash } from 'node:crypto';
import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { JobQueue } from '@tpmall/platform/module';
import { acceptCommand } from '../store/commands.ts';
import type { VaultEnvironment } from './environment.ts';

/** Name of the job that brings the data keys up to date. */
export const REWRAP_JOB = 'rewrap-data-keys';

/**
 * Makes a new version of the key-encryption key and has the data keys rewrapped behind it. The keystore knows
 * the command by its label, so a repetition after a lost answer makes no second version.
 */
export async function rotateKey(
  environment: Pick<VaultEnvironment, 'db' | 'keyStore' | 'clock'> & { readonly jobs: JobQueue },
  context: Pick<CallContext, 'actor' | 'tenant' | 'commandId'>,
  input: { readonly reason: string },
): Promise<Result<{ version: number }>> {
  const { db, keyStore, clock, jobs } = environment;
  const { actor, tenant, commandId } = context;
  const version = await keyStore.generateKey(commandId);
  const requestHash = createHash('sha256').update(input.reason).digest();
  const entry = {
    actor,
    action: 'vault_key.rotated',
    subject: `kek-${version}`,
    reason: input.reason,
    detail: { version },
  };
  await db.transaction(async (tx) => {
    if (!(await acceptCommand(tx, { tenant, commandId, at: clock.now(), requestHash }, entry))) return;
    await jobs.enqueue(tx, REWRAP_JOB, {}, { key: REWRAP_JOB });
  });
  return ok({ version });
}
