import { testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modulesWithData } from '../tools/schema-modules.ts';
import { ask } from './setup/postgres-tools.ts';

interface Table {
  readonly schema: string;
  readonly name: string;
  /** Any column that can be written. */
  readonly column: string;
}

const modules = modulesWithData();
const DENIED = '42501';
let database: Awaited<ReturnType<typeof testDatabase>>;
let tables: Table[];

beforeAll(async () => {
  database = await testDatabase({ modules });
  tables = await ask<{ schema: string; name: string; column: string }>(
    database.url,
    `SELECT n.nspname AS schema, c.relname AS name,
            (SELECT attname FROM pg_attribute
             WHERE attrelid = c.oid AND attnum > 0 AND attidentity = '' AND attgenerated = ''
               AND NOT attisdropped
             ORDER BY attnum LIMIT 1) AS column
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_|^information_schema$' ORDER BY 1, 2`,
  );
});
afterAll(() => database.close());

/** What a role might try with a table, and whether the catalogue says that it may. */
const attempts: readonly {
  readonly text: (table: Table, path: string) => string;
  readonly needs?: string;
}[] = [
  { text: (_, path) => `SELECT FROM ${path} LIMIT 1`, needs: 'SELECT' },
  { text: (_, path) => `INSERT INTO ${path} DEFAULT VALUES`, needs: 'INSERT' },
  {
    text: ({ column }, path) => `UPDATE ${path} SET ${pg.escapeIdentifier(column)} = DEFAULT WHERE false`,
    needs: 'UPDATE',
  },
  { text: (_, path) => `DELETE FROM ${path} WHERE false`, needs: 'DELETE' },
  { text: (_, path) => `TRUNCATE ${path}` },
  { text: (_, path) => `ALTER TABLE ${path} ADD COLUMN mine integer` },
  { text: (_, path) => `ALTER TABLE ${path} DISABLE TRIGGER ALL` },
  { text: (_, path) => `DROP TABLE ${path}` },
];

/** The SQLSTATE that a statement ends with; nothing of it stays. */
async function outcome(client: pg.Client, text: string): Promise<string> {
  await client.query('BEGIN');
  try {
    await client.query(text);
    return 'done';
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : String(error);
  } finally {
    await client.query('ROLLBACK');
  }
}

async function as<T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.urlOf(name) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('there are modules to look at', () => {
  expect(modules.length).toBeGreaterThan(0);
  expect(new Set(tables.map(({ schema }) => schema))).toContain('graphile_worker');
});

test.each(modules.map(({ name }) => name))('%s can do nothing outside its own schema', async (name) => {
  await as(name, async (client) => {
    for (const table of tables.filter(({ schema }) => schema !== name)) {
      const path = `${table.schema}.${pg.escapeIdentifier(table.name)}`;
      for (const { text } of attempts) {
        const tried = text(table, path);
        expect(await outcome(client, tried), tried).toBe(DENIED);
      }
    }
    for (const tried of [
      'CREATE TABLE public.mine (id integer)',
      'CREATE TEMPORARY TABLE mine (id integer)',
      'CREATE SCHEMA mine',
      'CREATE ROLE mine',
      `COPY (SELECT 1) TO PROGRAM 'true'`,
      "SELECT pg_read_file('PG_VERSION')",
    ]) {
      expect(await outcome(client, tried), tried).toBe(DENIED);
    }
  });
});

test.each(modules.map(({ name }) => name))(
  '%s owns nothing, and does in its schema only what was granted',
  async (name) => {
    await as(name, async (client) => {
      for (const table of tables.filter(({ schema }) => schema === name)) {
        const path = `${name}.${pg.escapeIdentifier(table.name)}`;
        for (const { text, needs } of attempts) {
          const tried = text(table, path);
          const granted = needs !== undefined && (await isGranted(client, table, path, needs));
          // A granted INSERT of nothing but defaults may still violate the table's own constraints.
          if (granted) expect(await outcome(client, tried), tried).not.toBe(DENIED);
          else expect(await outcome(client, tried), tried).toBe(DENIED);
        }
      }
      expect(await outcome(client, `CREATE TABLE ${name}.mine (id integer)`)).toBe(DENIED);
    });
    const owned = await ask(
      database.url,
      `SELECT objid FROM pg_shdepend WHERE deptype = 'o' AND refobjid = '${name}_app'::regrole`,
    );
    expect(owned).toEqual([]);
    // Granting on without the right to is a warning, not an error, so here the catalogue has to answer.
    const grantable = await ask(
      database.url,
      `SELECT c.oid::regclass FROM pg_class c, aclexplode(c.relacl) AS a
     WHERE a.is_grantable AND a.grantee = '${name}_app'::regrole`,
    );
    expect(grantable).toEqual([]);
  },
);

/** Naming no column, SELECT and INSERT need a privilege on any; UPDATE needs that of the column it sets. */
async function isGranted(client: pg.Client, table: Table, path: string, privilege: string): Promise<boolean> {
  const question = {
    SELECT: 'has_any_column_privilege($1, $2)',
    INSERT: 'has_any_column_privilege($1, $2)',
    UPDATE: 'has_column_privilege($1, $3, $2)',
  }[privilege];
  const { rows } = await client.query<{ granted: boolean }>(
    `SELECT ${question ?? 'has_table_privilege($1, $2)'} AS granted, $3::text AS column`,
    [path, privilege, table.column],
  );
  return rows[0]?.granted === true;
}

test('outboxes are append-only for everyone but their owner, and upkeep can prune them', async () => {
  const outboxes = tables.filter(({ name }) => name === 'outbox');
  for (const { schema } of outboxes) {
    // The platform's outbox belongs to who owns its queue.
    const owner = schema === 'platform' ? 'jobs_owner' : `${schema}_owner`;
    const changing = await ask(
      database.url,
      `SELECT rolname, privilege
       FROM pg_roles, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
       WHERE NOT rolsuper AND rolname NOT IN ('${owner}', 'pg_write_all_data')
         AND has_table_privilege(oid, '${schema}.outbox', privilege)`,
    );
    // Upkeep prunes them, and can neither write nor read what they tell.
    expect(changing, schema).toEqual([{ rolname: 'upkeep_app', privilege: 'DELETE' }]);
  }
});

test('nothing is open to PUBLIC', async () => {
  const open = await ask(
    database.url,
    `WITH object (kind, name, acl) AS (
       SELECT 'schema', nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
       UNION ALL
       SELECT 'relation', oid::regclass::text, coalesce(relacl, acldefault('r', relowner)) FROM pg_class
       WHERE relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
       UNION ALL
       SELECT 'function', oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
       WHERE pronamespace::regnamespace::text !~ '^pg_|^information_schema$'
       UNION ALL
       SELECT 'database', datname, coalesce(datacl, acldefault('d', datdba)) FROM pg_database
       WHERE datname = current_database()
     )
     SELECT kind, name, privilege_type FROM object, aclexplode(acl)
     WHERE grantee = 0 AND name !~ '^pg_|^information_schema$'`,
  );
  expect(open).toEqual([]);
});

test('functions that run with their owner’s rights fix their search path', async () => {
  const loose = await ask(
    database.url,
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE prosecdef AND pronamespace::regnamespace::text !~ '^pg_|^information_schema$'
       AND NOT coalesce(array_to_string(proconfig, ' '), '') LIKE '%search_path=%'`,
  );
  expect(loose).toEqual([]);
});
