import type { Column } from '@tpmall/platform/db';

/** `charge.id AS charge_id, …`: columns of a joined row that do not clash with another's. */
export function aliased(columns: readonly Column[], table: string, prefix: string): string {
  return columns.map(([name]) => `${table}.${name} AS ${prefix}${name}`).join(', ');
}

/** The fields of a joined row, without their prefix. */
export function unaliased(columns: readonly Column[], row: object, prefix: string): unknown {
  const from = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(columns.map(([name]) => [name, from[prefix + name]]));
}
