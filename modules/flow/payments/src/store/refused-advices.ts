import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';

/**
 * A capture or release that the acquirer has answered and will not book, or a refund that it has made
 * although people had said that it does not stand.
 */
export interface RefusedAdvice {
  readonly adviceId: string;
  readonly at: Micros;
  readonly kind: 'capture' | 'release' | 'stand_in' | 'refund';
  readonly networkCode: string;
  /** Minor units that it was about; null where its acquirer's module did not say. */
  readonly amount: bigint | null;
  /** The confirmation that opened the charge. */
  readonly commandId: string;
}

const insert = sql(
  'payments.insert-refused-advice',
  `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
SELECT $1, c.tenant, $2, c.intent, c.id, $3, $4, $6 FROM payments.charge AS c WHERE c.command_id = $5
ON CONFLICT (advice_id) DO NOTHING
RETURNING intent`,
);

/**
 * Keeps a refusal for the operator.
 *
 * @returns the intent that it is about, or undefined where it is known or is nobody's
 */
export async function storeRefusedAdvice(tx: Queryable, refused: RefusedAdvice): Promise<string | undefined> {
  const { adviceId, at, kind, networkCode, commandId, amount } = refused;
  const { rows } = await tx.run<{ intent: string }>(insert, [
    adviceId,
    instant(at),
    kind,
    networkCode,
    commandId,
    amount,
  ]);
  return rows[0]?.intent;
}

const settle = sql(
  'payments.settle-refused-advice',
  `UPDATE payments.refused_advice SET resolution = $2 WHERE advice_id = $1 AND resolution IS NULL
RETURNING charge, amount`,
);

/**
 * Takes a refused advice off the operator's list.
 *
 * @returns its charge and amount; undefined where something else has settled it
 */
export async function settleRefusedAdvice(
  tx: Queryable,
  advice: string,
  resolution: string,
): Promise<{ readonly charge: string; readonly amount: bigint | null } | undefined> {
  const { rows } = await tx.run<{ charge: string; amount: bigint | null }>(settle, [advice, resolution]);
  return rows[0];
}

const open = sql(
  'payments.has-refused-capture',
  `SELECT FROM payments.refused_advice
WHERE charge = $1 AND resolution IS NULL AND kind IN ('capture', 'stand_in') LIMIT 1`,
);

/** Whether a capture of a charge was refused and nobody has settled it. */
export async function hasRefusedCapture(tx: Queryable, charge: string): Promise<boolean> {
  return (await tx.run(open, [charge])).count === 1;
}

const relist = sql(
  'payments.relist-refused-advice',
  'UPDATE payments.refused_advice SET resolution = NULL WHERE resolution = $1',
);

/**
 * Puts what a resolution has settled on the operator's list again: it could not be carried out to the end.
 */
export async function relistRefusedAdvice(tx: Queryable, resolution: string): Promise<void> {
  await tx.run(relist, [resolution]);
}
