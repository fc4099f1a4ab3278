import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';

/** A capture or release that the acquirer has answered and will not book. */
export interface RefusedAdvice {
  readonly adviceId: string;
  readonly at: Micros;
  readonly kind: 'capture' | 'release';
  readonly networkCode: string;
  /** The confirmation that opened the charge. */
  readonly commandId: string;
}

const insert = sql(
  'payments.insert-refused-advice',
  `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code)
SELECT $1, c.tenant, $2, c.intent, c.id, $3, $4 FROM payments.charge AS c WHERE c.command_id = $5
ON CONFLICT (advice_id) DO NOTHING
RETURNING intent`,
);

/**
 * Keeps a refusal for the operator.
 *
 * @returns the intent that it is about, or undefined where it is known or is nobody's
 */
export async function storeRefusedAdvice(tx: Queryable, refused: RefusedAdvice): Promise<string | undefined> {
  const { adviceId, at, kind, networkCode, commandId } = refused;
  const { rows } = await tx.run<{ intent: string }>(insert, [
    adviceId,
    instant(at),
    kind,
    networkCode,
    commandId,
  ]);
  return rows[0]?.intent;
}
