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
