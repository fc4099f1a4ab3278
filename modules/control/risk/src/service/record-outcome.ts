import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { type Database, instant, sql } from '@tpmall/platform/db';

const insertOutcome = sql(
  'risk.insert-outcome',
  `INSERT INTO risk.outcome (tenant, payment, outcome, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
);

/** Keeps what became of a payment. The same report twice is one row. */
export async function recordOutcome(
  db: Database,
  context: CallContext,
  input: { readonly payment: string; readonly outcome: string; readonly at: number },
): Promise<Result<{ readonly recorded: true }>> {
  await db.run(insertOutcome, [context.tenant, input.payment, input.outcome, instant(input.at)]);
  return ok({ recorded: true });
}
