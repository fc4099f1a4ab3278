/** A column of a table and its type, so that statements over whole rows are written once from one list. */
export type Column = readonly [name: string, type: string];

/** `id text, tenant text, …`: the column definition list of `jsonb_to_record`. */
export function columnDefinitions(columns: readonly Column[]): string {
  return columns.map(([name, type]) => `${name} ${type}`).join(', ');
}

/** `id, tenant, …`, each after a prefix such as `t.`. */
export function columnNames(columns: readonly Column[], prefix = ''): string {
  return columns.map(([name]) => prefix + name).join(', ');
}

/** `name = t.name, …`: what an UPDATE sets from a joined row. */
export function columnAssignments(columns: readonly Column[], from: string): string {
  return columns.map(([name]) => `${name} = ${from}.${name}`).join(', ');
}

/** A row as a JSON parameter: bigints as digits, because JSON has no exact large integers. */
export function rowParameter(row: object): string {
  return JSON.stringify(row, digits);
}

/**
 * Rows as the parameter of a statement with `jsonb_to_recordset`: as {@link rowParameter}, without the
 * columns that are null. What is missing is read as NULL, and of a wide row it is a third of the text that is
 * written, sent and parsed. Objects inside a row keep all their fields.
 */
export function rowsParameter(rows: readonly object[]): string {
  return JSON.stringify(rows.map(withoutNulls), digits);
}

function withoutNulls(row: object): object {
  const from = row as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name in from) {
    if (from[name] !== null) kept[name] = from[name];
  }
  return kept;
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
