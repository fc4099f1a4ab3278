import type { Micros } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type { UnknownOutcome } from '../contract/index.ts';

const unknown = sql(
  'payments.unknown-outcomes',
  `SELECT id, id AS intent, CASE phase WHEN 'capturing' THEN 'capture' WHEN 'releasing' THEN 'release'
  WHEN 'incrementing' THEN 'increment' ELSE 'authorisation' END AS kind, NULL AS advice,
  coalesce(capture_amount, amount) AS amount, currency, unknown_since AS since, attempts, next_attempt_at,
  NULL AS reason
FROM payments.intent WHERE tenant = $1 AND next_attempt_at IS NOT NULL AND unknown_since IS NOT NULL
  AND ($3::text IS NULL OR id = $3)
UNION ALL
SELECT id, intent, 'refund', NULL, amount, currency, created_at, attempts, next_attempt_at, NULL
FROM payments.refund WHERE tenant = $1 AND next_attempt_at IS NOT NULL AND ($3::text IS NULL OR id = $3)
UNION ALL
SELECT a.intent, a.intent, a.kind, a.advice_id, a.amount, c.currency, a.at, 0, NULL,
  coalesce((
    SELECT 'give_back_failed_' || r.failure_reason FROM payments.refund AS r
    WHERE r.charge = a.charge AND NOT r.at_acquirer AND r.status = 'failed'
    ORDER BY r.created_at DESC, r.id DESC LIMIT 1
  ), CASE a.kind WHEN 'refund' THEN 'made_by_acquirer_' ELSE 'refused_by_acquirer_' END || a.network_code)
FROM payments.refused_advice AS a JOIN payments.charge AS c ON c.id = a.charge
WHERE a.tenant = $1 AND a.resolution IS NULL AND ($3::text IS NULL OR a.intent = $3)
ORDER BY since, id, advice LIMIT $2`,
);

/**
 * Payments and refunds whose outcome is not known, and refused advices that nobody has settled, oldest first.
 *
 * @param only those of this payment intent or refund
 */
export async function findUnknownOutcomes(
  db: Queryable,
  tenant: string,
  limit: number,
  only: string | null = null,
): Promise<UnknownOutcome[]> {
  const { rows } = await db.run<{
    id: string;
    intent: string;
    kind: UnknownOutcome['kind'];
    advice: string | null;
    amount: bigint | null;
    currency: string;
    since: Micros;
    attempts: number;
    next_attempt_at: Micros | null;
    reason: string | null;
  }>(unknown, [tenant, limit, only]);
  return rows.map(({ next_attempt_at: nextAttemptAt, intent: paymentIntent, ...row }) => ({
    ...row,
    paymentIntent,
    nextAttemptAt,
  }));
}
