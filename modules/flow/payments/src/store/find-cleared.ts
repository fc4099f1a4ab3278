import type { ClearingType } from '@tpmall/acquiring/contract';
import { type Queryable, sql } from '@tpmall/platform/db';

const ofCharge = sql(
  'payments.find-intent-of-charge-command',
  'SELECT intent FROM payments.charge WHERE command_id = $1 AND tenant = $2',
);
const ofRefund = sql(
  'payments.find-intent-of-refund-command',
  'SELECT intent FROM payments.refund WHERE command_id = $1 AND tenant = $2',
);

/** The intent whose charge or refund a command has made; undefined where it is nobody's. */
export async function findIntentOf(
  db: Queryable,
  tenant: string,
  type: ClearingType,
  commandId: string,
): Promise<string | undefined> {
  const statement = type === 'capture' ? ofCharge : ofRefund;
  const { rows } = await db.run<{ intent: string }>(statement, [commandId, tenant]);
  return rows[0]?.intent;
}

const ofCommands = sql(
  'payments.find-intents-of-commands',
  `SELECT command_id, intent FROM payments.charge WHERE command_id = ANY ($1::text[]) AND tenant = $2
   UNION
   SELECT command_id, intent FROM payments.refund WHERE command_id = ANY ($1::text[]) AND tenant = $2`,
);

/** The intents behind commands, by command; what is nobody's or another tenant's is not there. */
export async function findIntentsOf(
  db: Queryable,
  tenant: string,
  commandIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.run<{ command_id: string; intent: string }>(ofCommands, [commandIds, tenant]);
  return new Map(rows.map(({ command_id: id, intent }) => [id, intent]));
}
