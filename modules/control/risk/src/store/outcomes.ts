import type { Micros } from '@tpmall/kernel';
import { createBatcher, type Database, instant, sql } from '@tpmall/platform/db';

/** What became of a payment. */
export interface Outcome {
  readonly tenant: string;
  readonly payment: string;
  readonly outcome: string;
  readonly at: Micros;
}

// In one order, so that two processes that tell the same outcomes do not wait for each other in a circle.
const insertOutcomes = sql(
  'risk.insert-outcomes',
  `INSERT INTO risk.outcome (tenant, payment, outcome, at)
SELECT tenant, payment, outcome, at
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS told (tenant, payment, outcome, at)
ORDER BY tenant, payment, outcome, at
ON CONFLICT DO NOTHING`,
);

/** Keeps outcomes; those told at the same time share a statement. The same one twice is one row. */
export function createOutcomeStore(db: Database): (outcome: Outcome) => Promise<void> {
  return createBatcher<Outcome, void>(
    ({ tenant, payment, outcome, at }) => `${tenant} ${payment} ${outcome} ${at}`,
    async (outcomes) => {
      await db.run(insertOutcomes, [
        outcomes.map(({ tenant }) => tenant),
        outcomes.map(({ payment }) => payment),
        outcomes.map(({ outcome }) => outcome),
        outcomes.map(({ at }) => instant(at)),
      ]);
      return [];
    },
  );
}
