import pg from 'pg';
import { DatabaseAway } from './away.ts';

/**
 * Makes a pool of pg's whose connections may break at any time. The pool listens to a client only while it is
 * idle. Who has borrowed one learns by the rejection of what it asks; the event itself would be heard by
 * nobody, and end the process.
 *
 * @param onError called when an idle connection breaks; the pool replaces it by itself
 */
export function createPool(config: pg.PoolConfig, onError: (error: DatabaseAway) => void): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', (error) => onError(new DatabaseAway(error, false)));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
