import pg from 'pg';

/**
 * Lets only the given roles into a database. It belongs to the database, so a copy of a template needs it
 * again.
 */
export async function restrictDatabase(
  client: Pick<pg.Client, 'query'>,
  name: string,
  logins: readonly string[],
): Promise<void> {
  const database = pg.escapeIdentifier(name);
  await client.query(
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
     GRANT CONNECT ON DATABASE ${database} TO ${logins.join(', ')}`,
  );
}
