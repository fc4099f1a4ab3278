import { DAY, type Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';

/** A command that was accepted within the last day. */
export interface SeenCommand {
  readonly id: string;
  readonly at: Micros;
  readonly requestHash: Buffer;
}

const find = sql(
  'payments.find-command',
  `SELECT command_id, first_seen, request_hash FROM payments.command
WHERE tenant = $1 AND key = $2 AND first_seen > $3`,
);

/** The command of a key, if it is still the same one: after a day the key is new. */
export async function findCommand(
  db: Queryable,
  tenant: string,
  key: string,
  now: Micros,
): Promise<SeenCommand | undefined> {
  const { rows } = await db.run<{ command_id: string; first_seen: Micros; request_hash: Buffer }>(find, [
    tenant,
    key,
    instant(now - DAY),
  ]);
  const [row] = rows;
  return row && { id: row.command_id, at: row.first_seen, requestHash: row.request_hash };
}
