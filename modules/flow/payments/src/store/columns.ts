/** A column of a table and its type, so that statements over whole rows are written once from one list. */
export type Column = readonly [name: string, type: string];

/** `id text, tenant text, …`: the column definition list of `jsonb_to_recordset`. */
export function definitions(columns: readonly Column[]): string {
  return columns.map(([name, type]) => `${name} ${type}`).join(', ');
}

/** `id, tenant, …`, each after a prefix such as `t.`. */
export function names(columns: readonly Column[], prefix = ''): string {
  return columns.map(([name]) => prefix + name).join(', ');
}

/** `charge.id AS charge_id, …`: columns of a joined row that do not clash with another's. */
export function aliased(columns: readonly Column[], table: string, prefix: string): string {
  return columns.map(([name]) => `${table}.${name} AS ${prefix}${name}`).join(', ');
}

/** The fields of a joined row, without their prefix. */
export function unaliased(columns: readonly Column[], row: object, prefix: string): unknown {
  const from = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(columns.map(([name]) => [name, from[prefix + name]]));
}
