import pg from 'pg';

/**
 * Opens one connection for a piece of work and closes it afterwards: for what must not share a pool
 * (migrations, backups, the launcher). A connection that breaks rejects the statement under way, or the next
 * one.
 */
export async function withConnection<T>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  let broken: Error | undefined;
  // Without a listener the event would end the process; whoever runs statements learns of it by their
  // rejection.
  client.on('error', (error) => {
    broken = error;
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    if (broken === undefined) await client.end();
  }
}
