import pg from 'pg';

/** Connections of the superuser to a test's database, to look at everything. */
export function adminPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // `end` does not wait until Postgres has let them go. One that is still there when its database is dropped
  // is told so, and an error that nobody hears would end the process of all tests.
  pool.on('error', () => undefined);
  return pool;
}
