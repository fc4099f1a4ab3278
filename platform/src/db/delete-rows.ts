import type { Queryable, Statement } from './types.ts';

/** Rows of one deletion: few enough to be done in well under a second, and to hold nobody up. */
const BATCH = 5_000;

/**
 * Deletes all rows that a statement finds, some at a time.
 *
 * @param statement deletes at most as many rows as its last parameter says, which comes after `values`; it
 *   finds them by an index and deletes them by their place, because a join by key could read the whole table
 * @param db no transaction: each time is one of its own
 */
export async function deleteRows(
  db: Queryable,
  statement: Statement,
  values: readonly unknown[],
): Promise<void> {
  for (;;) {
    const { count } = await db.run(statement, [...values, BATCH]);
    if (count < BATCH) return;
  }
}
