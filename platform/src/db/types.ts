import { assert } from '@tpmall/kernel';
/**
 * One SQL statement of a module's store. Named, so that Postgres plans it once per connection and statistics
 * can be read by name; its text is a constant, never assembled from values.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Postgres knows a statement by so many letters of its name (NAMEDATALEN); two that differ later are one to
 * it.
 */
const NAME_MAX = 63;

/**
 * Declares a statement. The name is unique within the module: `payments.insert-intent`. Without a name (`''`)
 * Postgres plans it anew for its values each time: for searches, whose best plan depends on them.
 */
export function sql(name: string, text: string): Statement {
  assert(name.length <= NAME_MAX, `the name of a statement is too long: ${name}`);
  return { name, text };
}

/** What a statement answered. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** Rows returned or, where nothing is returned, rows changed. */
  readonly count: number;
}

/**
 * Runs statements. Parameters and columns map as: int8 and numeric ↔ bigint, int4 and float8 ↔ number,
 * timestamptz ↔ microseconds since the epoch as number (pass {@link instant}), uuid ↔ string, bytea ↔ Buffer,
 * jsonb ↔ plain data (pass `JSON.stringify(…)`).
 */
export interface Queryable {
  run<Row extends object = Record<string, never>>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<Rows<Row>>;
}

/**
 * A module's own connections to its own schema, as role `<module>_app`. Bounded: three connections a module.
 */
export interface Database extends Queryable {
  /** Runs work in one transaction; a throw rolls back. Does no I/O but this database's while it lasts. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** The connection string, for those that need a connection of their own (LISTEN, COPY, replication). */
  readonly url: string;
  close(): Promise<void>;
}

/** SQLSTATE codes that stores react to (PostgreSQL appendix A). */
export const SQLSTATE = {
  uniqueViolation: '23505',
  checkViolation: '23514',
  serializationFailure: '40001',
  insufficientPrivilege: '42501',
} as const;

/** A module's name is an identifier of ours; anything else must not come near a statement's text. */
export function schemaName(module: string): string {
  if (!/^[a-z][a-z_]{0,40}$/.test(module)) throw new Error(`not a module name: ${module}`);
  return module;
}
