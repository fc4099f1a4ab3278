import { assert } from '@tpmall/kernel';
import type { LogConnection } from './log-connection.ts';

/** Held by the leading process for as long as its connection lives; any number no other lock here uses. */
const LEADER_LOCK = 7_309_940_413;
/** How long a takeover waits for a batch under way before it ends the server process that holds it. */
const BATCH_GRACE_MS = 500;
/** How long an ended server process may take to be gone. */
const END_GRACE_MS = 5_000;
/** SQLSTATE of a lock that was not granted in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** A mandate to write. */
export interface Mandate {
  readonly epoch: bigint;
  /** The epoch before it: where that was this process's own, `position` tells what became of its last batches. */
  readonly previous: bigint;
  /** The last entry of the log. No batch of an earlier epoch can follow it any more. */
  readonly position: bigint;
}

/**
 * Becomes the writer: raises the epoch, after which no batch of an earlier one can commit.
 *
 * @param own the epoch this process led until its connection broke; its own lock may outlive that for a while
 * @param force takes over from a living leader
 * @returns undefined while another process leads
 */
export async function elect(
  connection: LogConnection,
  options: { own?: bigint | undefined; force?: boolean },
): Promise<Mandate | undefined> {
  const { client } = connection;
  const locked = await tryLock(connection);
  if (!locked) {
    const current = await client.query<{ epoch: string }>('SELECT epoch FROM ledger.writer');
    const epoch = BigInt(current.rows[0]?.epoch ?? -1);
    if (options.force !== true && epoch !== options.own) return undefined;
  }
  const old = await client.query<{ backend: number }>('SELECT backend FROM ledger.writer');
  const mandate = await raiseEpoch(connection);
  const backend = old.rows[0]?.backend ?? 0;
  if (!locked) {
    await endBackend(connection, backend);
    // Granted as soon as the old leader's server process is gone, which it now is or will be soon.
    await client.query(`SELECT pg_advisory_lock(${LEADER_LOCK})`);
  }
  return mandate;
}

async function tryLock({ client }: LogConnection): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(${LEADER_LOCK}) AS locked`,
  );
  return rows[0]?.locked === true;
}

async function raiseEpoch(connection: LogConnection): Promise<Mandate> {
  const { client } = connection;
  await client.query(`SET lock_timeout = ${BATCH_GRACE_MS}`);
  for (;;) {
    try {
      const { rows } = await client.query<{ epoch: string; position: string }>(
        'UPDATE ledger.writer SET epoch = epoch + 1, backend = pg_backend_pid() RETURNING epoch, position',
      );
      await client.query('RESET lock_timeout');
      const row = rows[0];
      assert(row, 'ledger.writer has a row');
      const epoch = BigInt(row.epoch);
      return { epoch, previous: epoch - 1n, position: BigInt(row.position) };
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      // The old writer's batch holds the row and does not end: its process is paused in the middle of it.
      const { rows } = await client.query<{ backend: number }>('SELECT backend FROM ledger.writer');
      await endBackend(connection, rows[0]?.backend ?? 0);
    }
  }
}

/** Ends the server process of an old writer. The name is checked, because process numbers are used again. */
async function endBackend({ client }: LogConnection, backend: number): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid, ${END_GRACE_MS}) FROM pg_stat_activity
     WHERE pid = $1 AND pid <> pg_backend_pid() AND application_name = 'tpmall ledger writer'`,
    [backend],
  );
}
