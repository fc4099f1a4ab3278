import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { createOutcomeStore } from '../store/outcomes.ts';

/** Keeps what became of a payment. The same report twice is one row. */
export async function recordOutcome(
  keep: ReturnType<typeof createOutcomeStore>,
  context: CallContext,
  input: { readonly payment: string; readonly outcome: string; readonly at: number },
): Promise<Result<{ readonly recorded: true }>> {
  await keep({ tenant: context.tenant, ...input });
  return ok({ recorded: true });
}
