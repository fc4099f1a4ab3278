import type { Micros } from '@tpmall/kernel';
import { type Column, columnAssignments, columnDefinitions, columnNames } from './columns.ts';
import { instant } from './pool.ts';
import { rowParameter, rowsParameter } from './row-parameters.ts';
import type { Queryable, Statement } from './types.ts';

/** The types that a column may have where its property has type `T`; a number may be {@link Micros}. */
type ColumnType<T> = [T] extends [bigint]
  ? 'numeric'
  : [T] extends [boolean]
    ? 'boolean'
    : [T] extends [number]
      ? 'integer' | 'timestamptz'
      : [T] extends [string]
        ? 'text'
        : 'jsonb';

/** A property's column: its type alone, where it is called as the property is and is read as it stands. */
type ColumnOf<T> =
  | ColumnType<NonNullable<T>>
  | {
      readonly type: ColumnType<NonNullable<T>>;
      /** Where it is not the property's in snake case. */
      readonly name?: string;
      /** What is stored as the domain knows it: digits in JSON as bigints. NULL is always null. */
      readonly read?: (stored: never) => T;
    };

/** The columns of a record by property; one that is not called as its property is says its name. */
export type RecordColumns<Kept extends object> = {
  readonly [Name in keyof Kept]-?: ColumnOf<Kept[Name]>;
};

/** A table that keeps a record in each row. */
interface Described<Kept extends object> {
  /** With its schema: `checkout.session`. */
  readonly table: string;
  readonly columns: RecordColumns<Kept>;
  /** The properties that an update stores. */
  readonly changing: readonly (keyof Kept & string)[];
  /** The properties that an update finds its row by; `id` where it is not said. */
  readonly key?: readonly (keyof Kept & string)[];
}

/** A row as the database answers it, a column of the table by its name. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** Statements over whole rows of a table, and the way between its rows and what they keep. */
export interface RecordTable<Kept extends object> {
  /** `id, tenant, created_at, …`: what is selected and returned. */
  readonly names: string;
  /** `INSERT INTO …` of the {@link rows} that are its only parameter. */
  readonly insert: string;
  /** `UPDATE …` of a row by its key, with a {@link row} as its only parameter. */
  readonly update: string;
  /** Records as a parameter of `insert`. */
  rows(records: readonly Kept[]): string;
  /** A record as the parameter of `update`. */
  row(record: Kept): string;
  /** What a row keeps. */
  read(row: StoredRow): Kept;
  /** What the first row of a statement's answer keeps. */
  first(db: Queryable, statement: Statement, values: readonly unknown[]): Promise<Kept | undefined>;
  /** What the rows of a statement's answer keep. */
  all(db: Queryable, statement: Statement, values: readonly unknown[]): Promise<Kept[]>;
}

/** {@link ColumnOf} of whatever property. */
type AnyColumn = string | { readonly type: string; readonly name?: string; readonly read?: Place['read'] };

interface Place {
  readonly property: string;
  readonly column: Column;
  readonly read?: (stored: never) => unknown;
}

/**
 * Describes a table once, so that its statements, its rows and what they keep cannot come apart: a property
 * without a column, or of a type that its column does not keep, does not compile. Called while the program is
 * put together: every name is a constant.
 */
export function createRecordTable<Kept extends object>({
  table,
  columns: described,
  changing,
  key = ['id' as keyof Kept & string],
}: Described<Kept>): RecordTable<Kept> {
  const places = Object.entries<AnyColumn>(described).map(([property, column]) => placeOf(property, column));
  const columns = places.map(({ column }) => column);
  const columnsOf = (properties: readonly string[]): Column[] =>
    places.filter(({ property }) => properties.includes(property)).map(({ column }) => column);
  const names = columnNames(columns);
  const found = columnsOf(key).map(([name]) => `kept.${name} = t.${name}`);

  const toRow = (record: Kept): object => {
    const from = record as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      places.map(({ property, column: [name, type] }) => [name, stored(from[property], type)]),
    );
  };
  const read = (row: StoredRow): Kept => {
    const record: Record<string, unknown> = {};
    for (const { property, column, read: readColumn } of places) {
      const value = row[column[0]];
      record[property] = readColumn && value !== null ? readColumn(value as never) : value;
    }
    return record as Kept;
  };
  return {
    names,
    insert: `INSERT INTO ${table} (${names})
SELECT ${names} FROM jsonb_to_recordset($1) AS t(${columnDefinitions(columns)})`,
    update: `UPDATE ${table} AS kept SET ${columnAssignments(columnsOf(changing), 't')}
FROM jsonb_to_record($1) AS t(${columnDefinitions(columns)}) WHERE ${found.join(' AND ')}`,
    rows: (records) => rowsParameter(records.map(toRow)),
    row: (record) => rowParameter(toRow(record)),
    read,
    async first(db, statement, values) {
      const [row] = (await db.run<StoredRow>(statement, values)).rows;
      return row && read(row);
    },
    all: async (db, statement, values) => (await db.run<StoredRow>(statement, values)).rows.map(read),
  };
}

function placeOf(property: string, described: AnyColumn): Place {
  const snakeCase = property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (typeof described === 'string') return { property, column: [snakeCase, described] };
  const { type, name = snakeCase, read } = described;
  return { property, column: [name, type], ...(read && { read }) };
}

function stored(value: unknown, type: string): unknown {
  return type === 'timestamptz' && value !== null ? instant(value as Micros) : value;
}
