import { assert } from '@tpmall/kernel';
import { type LogConnection, WRITER_NAME } from './log-connection.ts';

/** Held by the leading process for as long as its connection lives; any number no other lock here uses. */
const LEADER_LOCK = 7_309_940_413;
/** Held while a takeover is under way, so that the old leader's reconnection does not come before it. */
const TAKEOVER_LOCK = 7_309_940_414;
/** How long a takeover waits for a batch under way before it ends the server process that holds it. */
const BATCH_GRACE_MS = 500;
/** How long an ended server process may take to be gone. */
const END_GRACE_MS = 5_000;
/** SQLSTATE of a lock that was not granted in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** A mandate to write. */
export interface Mandate {
  readonly epoch: bigint;
  /**
   * The epoch in which this process's uninterrupted lead began: nobody else has led from then on, so
   * `position` tells what became of the batches of every epoch from it.
   */
  readonly since: bigint;
  /** The last entry of the log. No batch of an earlier epoch can follow it any more. */
  readonly position: bigint;
}

/**
 * Becomes the writer: raises the epoch, after which no batch of an earlier one can commit.
 *
 * @param since of this process's last mandate
 * @param ownBackend the server process of this process's own broken connection, which may outlive it for a
 * while
 * @param force takes over from a living leader
 * @returns undefined while another process leads
 */
export async function elect(
  connection: LogConnection,
  options: {
    readonly since: bigint | undefined;
    readonly ownBackend: number | undefined;
    readonly force: boolean;
  },
): Promise<Mandate | undefined> {
  const { client } = connection;
  if (options.force) {
    await client.query(`SELECT pg_advisory_lock(${TAKEOVER_LOCK})`);
    while (!(await tryLock(connection))) await endWriters(connection);
    const mandate = await raiseEpoch(connection, options.since);
    await client.query(`SELECT pg_advisory_unlock(${TAKEOVER_LOCK})`);
    return mandate;
  }
  const { rows } = await client.query<{ free: boolean }>(
    `SELECT pg_try_advisory_xact_lock_shared(${TAKEOVER_LOCK}) AS free`,
  );
  if (rows[0]?.free !== true) return undefined;
  if (!(await tryLock(connection))) {
    if (options.ownBackend === undefined) return undefined;
    await endWriters(connection, options.ownBackend);
    if (!(await tryLock(connection))) return undefined;
  }
  return await raiseEpoch(connection, options.since);
}

async function tryLock({ client }: LogConnection): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(${LEADER_LOCK}) AS locked`,
  );
  return rows[0]?.locked === true;
}

async function raiseEpoch(connection: LogConnection, since: bigint | undefined): Promise<Mandate> {
  const { client } = connection;
  await client.query(`SET lock_timeout = ${BATCH_GRACE_MS}`);
  for (;;) {
    try {
      const { rows } = await client.query<{ epoch: string; since: string; position: string }>(
        `UPDATE ledger.writer SET epoch = epoch + 1,
           since = CASE WHEN since = $1 THEN since ELSE epoch + 1 END
         RETURNING epoch, since, position`,
        [since ?? null],
      );
      await client.query('RESET lock_timeout');
      const row = rows[0];
      assert(row, 'ledger.writer has a row');
      return { epoch: BigInt(row.epoch), since: BigInt(row.since), position: BigInt(row.position) };
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      // A batch of a writer without the lock holds the row and does not end.
      await endWriters(connection);
    }
  }
}

/** Ends the server process of one other writer, or of all. A standby's too: it connects again by itself. */
async function endWriters({ client }: LogConnection, backend?: number): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid, ${END_GRACE_MS}) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = $1
       AND ($2::int IS NULL OR pid = $2)`,
    [WRITER_NAME, backend ?? null],
  );
}
