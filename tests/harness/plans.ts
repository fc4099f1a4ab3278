import { type Database, type Statement, withConnection } from '@tpmall/platform/db';

/** A statement that a module has sent. */
export interface Sent {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** Looks at what a module sends. */
export interface Watch {
  /** The same database, watched. */
  watched(db: Database): Database;
  /** What is sent while this work runs; at least one statement. */
  sentBy(work: () => Promise<unknown>): Promise<readonly Sent[]>;
  /**
   * The plans of that: of each statement by its values, and where Postgres may keep one plan for all values,
   * that too. A plan begins with the statement's name.
   */
  plansOf(databaseUrl: string, work: () => Promise<unknown>): Promise<string[]>;
}

/** Begins to watch. */
export function createWatch(): Watch {
  let sent: Sent[] = [];
  const sentBy = async (work: () => Promise<unknown>): Promise<readonly Sent[]> => {
    sent = [];
    await work();
    if (sent.length === 0) throw new Error('nothing was sent');
    return [...sent];
  };
  return {
    watched: (db) => ({
      ...db,
      run: (statement, values = []) => {
        sent.push({ statement, values });
        return db.run(statement, values);
      },
    }),
    sentBy,
    async plansOf(databaseUrl, work) {
      const seen = await sentBy(work);
      return withConnection({ connectionString: databaseUrl }, async (client) => {
        const plans: string[] = [];
        const explain = async ({ name, text }: Statement, how: string, values: readonly unknown[]) => {
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${how}${text}`, [...values]);
          plans.push([name, ...rows.map((row) => row['QUERY PLAN'])].join('\n'));
        };
        for (const { statement, values } of seen) {
          await explain(statement, '', values);
          if (statement.name !== '') await explain(statement, '(GENERIC_PLAN) ', []);
        }
        return plans;
      });
    },
  };
}

/** How many blocks a statement touches. */
export async function blocksOf(databaseUrl: string, { statement, values }: Sent): Promise<number> {
  const text = `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) ${statement.text}`;
  return withConnection({ connectionString: databaseUrl }, async (client) => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(text, [
      ...values,
    ]);
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return (plan?.['Shared Hit Blocks'] ?? Number.NaN) + (plan?.['Shared Read Blocks'] ?? Number.NaN);
  });
}
