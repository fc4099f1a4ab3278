import pg from 'pg';

/**
 * Counts the statements of this process by name while a piece of work runs. What runs by itself meanwhile is
 * counted too: look at those names only that nothing else sends.
 */
export async function countStatements<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly counts: Readonly<Record<string, number>> }> {
  const counts: Record<string, number> = {};
  const prototype = pg.Client.prototype as { query: (...args: readonly unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: pg.Client, ...args: readonly unknown[]): unknown {
    const { name } = (args[0] ?? {}) as { readonly name?: string };
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
    return Reflect.apply(query, this, args);
  };
  try {
    return { value: await work(), counts };
  } finally {
    prototype.query = query;
  }
}
