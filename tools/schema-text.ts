import type pg from 'pg';

/*
 * Each query answers the objects of one kind in schema $1 as `place` (to sort by) and `text` (SQL that would
 * make it). Everything that decides behaviour is covered; names of not-null constraints and physical storage
 * are not.
 */
const SCHEMA = `
  SELECT '' AS place, format('CREATE SCHEMA %I AUTHORIZATION %I;', nspname, nspowner::regrole) AS text
  FROM pg_namespace WHERE nspname = $1`;

const TYPES = `
  SELECT t.typname AS place,
         CASE t.typtype
           WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s);', $1, t.typname,
             (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
              FROM pg_enum WHERE enumtypid = t.oid))
           WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s;', $1, t.typname,
             format_type(t.typbasetype, t.typtypmod),
             CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
             (SELECT string_agg(' ' || pg_get_constraintdef(oid), '' ORDER BY conname) FROM pg_constraint
              WHERE contypid = t.oid AND contype = 'c'))
           ELSE format('CREATE TYPE %I.%I AS (%s);', $1, t.typname,
             (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', '
                ORDER BY attnum)
              FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped))
         END AS text
  FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE t.typnamespace = $1::regnamespace
    AND (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c'))`;

const SEQUENCES = `
  SELECT c.relname AS place,
         format('CREATE SEQUENCE %I.%I AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s;',
           $1, c.relname,
           format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
           CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END) AS text
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  WHERE c.relnamespace = $1::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i'
      AND d.classid = 'pg_class'::regclass)`;

const COLUMN = `
  format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> t.typcollation
      THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END,
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
    CASE
      WHEN a.attidentity <> '' THEN format(' GENERATED %s AS IDENTITY (START %s INCREMENT %s CACHE %s)',
        CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
        s.seqstart, s.seqincrement, s.seqcache)
      WHEN a.attgenerated = 's'
        THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
      WHEN a.attgenerated = 'v'
        THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
      WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
      ELSE ''
    END)`;

const TABLES = `
  SELECT c.relname AS place,
         format(E'CREATE %sTABLE %I.%I%s (\\n%s\\n)%s%s;%s',
           CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, $1, c.relname,
           CASE WHEN c.relispartition THEN format(' PARTITION OF %s %s',
             (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = c.oid),
             pg_get_expr(c.relpartbound, c.oid))
           ELSE '' END,
           (SELECT string_agg(${COLUMN}, E',\\n' ORDER BY a.attnum)
            FROM pg_attribute a
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN pg_sequence s ON a.attidentity <> ''
              AND s.seqrelid = pg_get_serial_sequence(format('%I.%I', $1, c.relname), a.attname)::regclass
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
           CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END,
           CASE WHEN c.reloptions IS NULL THEN ''
             ELSE format(' WITH (%s)', array_to_string(c.reloptions, ', ')) END,
           CASE WHEN c.relrowsecurity
             THEN format(E'\\nALTER TABLE %I.%I %s ROW LEVEL SECURITY;', $1, c.relname,
               CASE WHEN c.relforcerowsecurity THEN 'FORCE' ELSE 'ENABLE' END) ELSE '' END) AS text
  FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')`;

const CONSTRAINTS = `
  SELECT r.relname || ' ' || c.conname AS place,
         format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s;', $1, r.relname, c.conname,
           pg_get_constraintdef(c.oid)) AS text
  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
  WHERE c.connamespace = $1::regnamespace AND c.contype <> 'n' AND c.conparentid = 0`;

const INDEXES = `
  SELECT i.relname AS place, pg_get_indexdef(x.indexrelid) || ';' AS text
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  WHERE i.relnamespace = $1::regnamespace AND NOT i.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = x.indexrelid AND contype IN ('p', 'u', 'x'))`;

const VIEWS = `
  SELECT relname AS place,
         format(E'CREATE %sVIEW %I.%I%s AS\\n%s',
           CASE relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END, $1, relname,
           CASE WHEN reloptions IS NULL THEN ''
             ELSE format(' WITH (%s)', array_to_string(reloptions, ', ')) END,
           pg_get_viewdef(oid)) AS text
  FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('v', 'm')`;

const FUNCTIONS = `
  SELECT oid::regprocedure::text AS place, rtrim(pg_get_functiondef(oid)) || ';' AS text
  FROM pg_proc WHERE pronamespace = $1::regnamespace AND prokind IN ('f', 'p')`;

const TRIGGERS = `
  SELECT c.relname || ' ' || t.tgname AS place, pg_get_triggerdef(t.oid) || ';' AS text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = $1::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0`;

const POLICIES = `
  SELECT tablename || ' ' || policyname AS place,
         format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s%s%s;',
           policyname, schemaname, tablename, permissive, cmd, array_to_string(roles, ', '),
           ' USING (' || qual || ')', ' WITH CHECK (' || with_check || ')') AS text
  FROM pg_policies WHERE schemaname = $1`;

const COMMENTS = `
  SELECT place, format('COMMENT ON %s IS %L;', replace(what, 'TABLE COLUMN', 'COLUMN'), d.description) AS text
  FROM pg_description d
  CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o (type, schema, name, identity)
  CROSS JOIN LATERAL (SELECT upper(o.type) || ' ' || o.identity, o.identity) AS n (what, place)
  WHERE o.schema = $1 OR (o.type = 'schema' AND o.identity = quote_ident($1))`;

const GRANTS = `
  WITH object (kind, name, part, owner, acl) AS (
    SELECT 'SCHEMA', quote_ident(nspname), '', nspowner, nspacl FROM pg_namespace WHERE nspname = $1
    UNION ALL
    SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%I.%I', $1, relname), '',
           relowner, relacl
    FROM pg_class WHERE relnamespace = $1::regnamespace
    UNION ALL
    SELECT 'TABLE', format('%I.%I', $1, c.relname), format(' (%I)', a.attname), c.relowner, a.attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = $1::regnamespace
    UNION ALL
    SELECT 'FUNCTION', oid::regprocedure::text, '', proowner, coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc WHERE pronamespace = $1::regnamespace
  )
  SELECT name || ' ' || kind || ' ' || n.role AS place,
         format('GRANT %s ON %s %s TO %s;',
           string_agg(privilege || option, ', ' ORDER BY privilege), kind, name, n.role)
           AS text
  FROM object
  CROSS JOIN LATERAL aclexplode(acl) AS a
  CROSS JOIN LATERAL (
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
           a.privilege_type || part, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
  ) AS n (role, privilege, option)
  WHERE a.grantee <> owner
  GROUP BY name, kind, n.role`;

const SECTIONS: readonly (readonly [title: string, query: string])[] = [
  ['Schema', SCHEMA],
  ['Types', TYPES],
  ['Sequences', SEQUENCES],
  ['Tables', TABLES],
  ['Constraints', CONSTRAINTS],
  ['Indexes', INDEXES],
  ['Views', VIEWS],
  ['Functions', FUNCTIONS],
  ['Triggers', TRIGGERS],
  ['Policies', POLICIES],
  ['Comments', COMMENTS],
  ['Grants', GRANTS],
];

/** Describes a schema as SQL, the same text for the same schema on every machine. */
export async function schemaText(client: pg.Client, schema: string): Promise<string> {
  // With an empty path every name is printed with its schema.
  await client.query("SET search_path = ''");
  const parts = [
    `-- The schema ${schema} as its migrations leave it. Written by tools/schema-dump.ts; do not edit.`,
  ];
  for (const [title, query] of SECTIONS) {
    // Sorted here rather than by Postgres, whose collation could differ from server to server.
    const { rows } = await client.query<{ place: string; text: string }>(query.replaceAll('$1', '$1::text'), [
      schema,
    ]);
    if (rows.length === 0) continue;
    const texts = rows
      .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
      .map(({ text }) => text);
    parts.push(`-- ${title}`, texts.join(texts.some((text) => text.includes('\n')) ? '\n\n' : '\n'));
  }
  return `${parts.join('\n\n')}\n`;
}
