import type { Micros } from '@tpmall/kernel';
import { createBatcher, type Database, instant, rowsParameter, sql } from '@tpmall/platform/db';
import { networkOf } from '@tpmall/platform/http';
import type { ListEntry, RiskDecision, RiskSubject } from '../contract/index.ts';
import type { Dimension, Features, Velocity } from '../service/rules/features.ts';

/** What is asked about a payment before it is decided. */
export interface FeatureQuery {
  readonly at: Micros;
  readonly tenant: string;
  readonly commandId: string;
  readonly subject: RiskSubject;
  /** What of the payment may stand on a list. */
  readonly keys: readonly { readonly kind: ListEntry['kind']; readonly value: string }[];
  /** How many of the newest payments are read; none where a dimension is not counted. */
  readonly limits: Readonly<Record<Dimension, number>>;
}

/** The decision that the command has recorded already, and what a new one would be made on. */
export interface FoundFeatures {
  readonly recorded: RiskDecision | null;
  readonly features: Features;
}

interface FeaturesRow {
  n: number;
  recorded: RiskDecision | null;
  entries: Features['entries'] | null;
  card: Windows | null;
  customer: Windows | null;
  ip: Windows | null;
}

/**
 * Counts of 1m, 1h and 24h, then their sums as digits, because JSON has no exact large numbers.
 */
type Windows = [number, number, number, string, string, string];

/** One short scan of a dimension's index, or none at all where its limit is zero. */
function windowsOf(column: string, dimension: Dimension): string {
  return `CASE WHEN t.${dimension}_limit > 0 THEN (
    SELECT json_build_array(
      count(*) FILTER (WHERE at > t.minute_ago), count(*) FILTER (WHERE at > t.hour_ago), count(*),
      coalesce(sum(amount) FILTER (WHERE at > t.minute_ago AND currency = t.currency), 0)::text,
      coalesce(sum(amount) FILTER (WHERE at > t.hour_ago AND currency = t.currency), 0)::text,
      coalesce(sum(amount) FILTER (WHERE currency = t.currency), 0)::text)
    FROM (
      SELECT at, amount, currency FROM risk.decision
      WHERE tenant = t.tenant AND ${column} = t.${dimension} AND at > t.day_ago
      ORDER BY at DESC LIMIT t.${dimension}_limit
    ) AS recent) END`;
}

// Scalar subqueries for each item, and no join: every one is a lookup of an index, however small the tables
// were when the statement was planned.
const readFeatures = sql(
  'risk.read-features',
  `WITH item AS MATERIALIZED (
  SELECT *, at - interval '1 minute' AS minute_ago, at - interval '1 hour' AS hour_ago,
    at - interval '24 hours' AS day_ago
  FROM jsonb_to_recordset($1::jsonb) AS r (n integer, at timestamptz, tenant text, command_id text,
    currency text, kinds text[], list_values text[], card text, customer text, ip text,
    card_limit integer, customer_limit integer, ip_limit integer)
)
SELECT t.n,
  (SELECT json_build_object('id', id, 'action', action, 'score', score, 'reasons', reasons)
   FROM risk.decision WHERE tenant = t.tenant AND command_id = t.command_id) AS recorded,
  (SELECT json_agg(json_build_object(
     'list', entry.list, 'kind', entry.kind, 'value', entry.value, 'reason', entry.reason))
   FROM unnest(t.kinds, t.list_values) AS wanted (kind, value)
   CROSS JOIN LATERAL (
     SELECT * FROM risk.list_entry AS x
     WHERE x.tenant = t.tenant AND x.kind = wanted.kind AND x.value = wanted.value
     OFFSET 0) AS entry) AS entries,
  ${windowsOf('card_fingerprint', 'card')} AS card,
  ${windowsOf('customer', 'customer')} AS customer,
  ${windowsOf('ip', 'ip')} AS ip
FROM item AS t`,
);

/**
 * Reads lists and velocities of a payment, and the decision of this command where there is one already. One
 * statement, shared by the assessments that run at the same time.
 */
export function createFeatureReader(db: Database): (query: FeatureQuery) => Promise<FoundFeatures> {
  return createBatcher<FeatureQuery, FoundFeatures>(
    (query) => `${query.tenant} ${query.commandId}`,
    async (queries) => {
      const { rows } = await db.run<FeaturesRow>(readFeatures, [rowsParameter(queries.map(itemOf))]);
      const found: FoundFeatures[] = [];
      for (const row of rows) found[row.n] = toFeatures(row);
      return found;
    },
  );
}

function itemOf({ at, tenant, commandId, subject, keys, limits }: FeatureQuery, n: number): object {
  return {
    n,
    at: instant(at),
    tenant,
    command_id: commandId,
    currency: subject.currency,
    kinds: keys.map((key) => key.kind),
    list_values: keys.map((key) => key.value),
    card: subject.cardFingerprint,
    customer: subject.customer,
    ip: subject.ip === undefined ? undefined : networkOf(subject.ip),
    card_limit: limits.card,
    customer_limit: subject.customer === undefined ? 0 : limits.customer,
    ip_limit: subject.ip === undefined ? 0 : limits.ip,
  };
}

function toFeatures(row: FeaturesRow): FoundFeatures {
  return {
    recorded: row.recorded,
    features: {
      entries: row.entries ?? [],
      velocities: { card: velocities(row.card), customer: velocities(row.customer), ip: velocities(row.ip) },
    },
  };
}

function velocities(windows: Windows | null): Record<'1m' | '1h' | '24h', Velocity> {
  const [minutes, hours, days, minuteSum, hourSum, daySum] = windows ?? [0, 0, 0, '0', '0', '0'];
  return {
    '1m': { count: minutes, sum: BigInt(minuteSum) },
    '1h': { count: hours, sum: BigInt(hourSum) },
    '24h': { count: days, sum: BigInt(daySum) },
  };
}
