import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { LimitUse, Tier, TierLimit } from '../contract/index.ts';

const LIMIT = `l.tier, l.currency, l.effective_from, l.balance_max, l.transaction_max, l.day_max, l.month_max,
  l.year_max, l.source, l.verified`;

/** The limit of a wallet ($1) in a currency ($2) at an instant ($3). */
const IN_FORCE = `SELECT ${LIMIT} FROM wallet.tier_limit AS l JOIN wallet.wallet AS w ON w.tier = l.tier
  WHERE w.id = $1 AND l.currency = $2 AND l.effective_from <= $3 ORDER BY l.effective_from DESC LIMIT 1`;

/** The day, month and year (UTC) of an instant ($3). */
const PERIODS = `SELECT ($3::timestamptz AT TIME ZONE 'UTC')::date AS day,
  date_trunc('month', $3::timestamptz AT TIME ZONE 'UTC')::date AS month,
  date_trunc('year', $3::timestamptz AT TIME ZONE 'UTC')::date AS year`;

/** What counts for the period of now: a row of an earlier one counts nothing. */
const used = (period: string): string =>
  `(CASE WHEN u.${period} >= n.${period} THEN u.${period}_used ELSE 0 END)`;
const raised = (period: string): string =>
  `${period} = greatest(u.${period}, n.${period}), ${period}_used = ${used(period)} + $4::numeric`;
const within = (period: string): string =>
  `($4::numeric = 0 OR coalesce(${used(period)} + $4::numeric <= l.${period}_max, true))`;

// One statement that looks and takes: of two at once the second sees what the first has left.
const reserve = sql(
  'wallet.reserve-limits',
  `WITH l AS (${IN_FORCE}), n AS (${PERIODS})
UPDATE wallet.limit_use AS u SET balance_bound = u.balance_bound + $5::numeric,
  ${raised('day')}, ${raised('month')}, ${raised('year')}
FROM l, n
WHERE u.wallet = $1 AND u.currency = $2 AND $6::numeric <= l.transaction_max
  AND ($5::numeric = 0 OR u.balance_bound + $5::numeric <= l.balance_max)
  AND ${within('day')} AND ${within('month')} AND ${within('year')}`,
);

const lowered = (period: string): string =>
  `${period}_used = CASE WHEN u.${period} = n.${period} THEN greatest(u.${period}_used - $4::numeric, 0)
    ELSE u.${period}_used END`;
const release = sql(
  'wallet.release-limits',
  `WITH n AS (${PERIODS})
UPDATE wallet.limit_use AS u SET balance_bound = u.balance_bound - $5::numeric,
  ${lowered('day')}, ${lowered('month')}, ${lowered('year')}
FROM n WHERE u.wallet = $1 AND u.currency = $2`,
);

const lock = sql(
  'wallet.lock-limits',
  'SELECT FROM wallet.limit_use WHERE wallet = ANY ($1) ORDER BY wallet, currency FOR UPDATE',
);

const open = sql(
  'wallet.open-currency',
  `WITH n AS (${PERIODS})
INSERT INTO wallet.limit_use (wallet, currency, balance_bound, day, day_used, month, month_used, year,
  year_used)
SELECT $1, $2, 0, n.day, 0, n.month, 0, n.year, 0 FROM n ON CONFLICT DO NOTHING`,
);

const read = sql(
  'wallet.read-limits',
  `WITH l AS (${IN_FORCE}), n AS (${PERIODS})
SELECT l.*, u.wallet IS NOT NULL AS opened, coalesce(u.balance_bound, 0) AS balance_bound,
  coalesce(${used('day')}, 0) AS day_used,
  coalesce(${used('month')}, 0) AS month_used, coalesce(${used('year')}, 0) AS year_used
FROM l CROSS JOIN n LEFT JOIN wallet.limit_use AS u ON u.wallet = $1 AND u.currency = $2`,
);
const currencies = sql(
  'wallet.currencies-of',
  'SELECT currency FROM wallet.limit_use WHERE wallet = $1 ORDER BY currency',
);

/** What is to count against the limits of a wallet. */
export interface Counted {
  readonly wallet: string;
  readonly currency: string;
  /** When it was asked for: it counts for that day, month and year. */
  readonly at: Micros;
  /** Minor units that go out. */
  readonly out?: bigint;
  /** Minor units that come in, for which the balance needs room. */
  readonly in?: bigint;
  /** What is held against the cap of one transaction. */
  readonly transaction?: bigint;
}

const values = (counted: Counted): unknown[] => [
  counted.wallet,
  counted.currency,
  instant(counted.at),
  counted.out ?? 0n,
  counted.in ?? 0n,
];

/** Takes room in the limits of a wallet; false where there is none, or the wallet has not this currency. */
export async function reserveLimits(tx: Queryable, counted: Counted): Promise<boolean> {
  return (await tx.run(reserve, [...values(counted), counted.transaction ?? 0n])).count > 0;
}

/** Gives room back: what did not go out after all, and what is in the balance no more. */
export async function releaseLimits(tx: Queryable, counted: Counted): Promise<void> {
  await tx.run(release, values(counted));
}

/** Locks the limits of some wallets, in the order in which everybody takes those of several. */
export async function lockLimits(tx: Queryable, wallets: readonly string[]): Promise<void> {
  await tx.run(lock, [wallets]);
}

/** Opens the books of a wallet in a currency. */
export async function openCurrency(
  db: Queryable,
  wallet: string,
  currency: string,
  at: Micros,
): Promise<void> {
  await db.run(open, [wallet, currency, instant(at)]);
}

/** The currencies that a wallet was ever used in. */
export async function currenciesOf(db: Queryable, wallet: string): Promise<readonly string[]> {
  return (await db.run<{ currency: string }>(currencies, [wallet])).rows.map(({ currency }) => currency);
}

interface LimitRow {
  readonly tier: Tier;
  readonly currency: string;
  readonly effective_from: Micros;
  readonly balance_max: bigint;
  readonly transaction_max: bigint;
  readonly day_max: bigint | null;
  readonly month_max: bigint | null;
  readonly year_max: bigint | null;
  readonly source: string;
  readonly verified: boolean;
}

function toLimit(row: LimitRow): TierLimit {
  return {
    tier: row.tier,
    currency: row.currency,
    effectiveFrom: row.effective_from,
    balanceMax: row.balance_max,
    transactionMax: row.transaction_max,
    dayMax: row.day_max,
    monthMax: row.month_max,
    yearMax: row.year_max,
    source: row.source,
    verified: row.verified,
  };
}

type UseRow = LimitRow & {
  readonly opened: boolean;
  readonly balance_bound: bigint;
  readonly day_used: bigint;
  readonly month_used: bigint;
  readonly year_used: bigint;
};

/** What limits a wallet, and whether it was ever used in the currency. */
export type FoundUse = LimitUse & { readonly opened: boolean };

/** What limits a wallet in a currency at an instant; undefined where the currency is not offered. */
export async function readLimitUse(
  db: Queryable,
  wallet: string,
  currency: string,
  at: Micros,
): Promise<FoundUse | undefined> {
  const { rows } = await db.run<UseRow>(read, [wallet, currency, instant(at)]);
  const [row] = rows;
  return (
    row && {
      opened: row.opened,
      limit: toLimit(row),
      dayUsed: row.day_used,
      monthUsed: row.month_used,
      yearUsed: row.year_used,
      balanceBound: row.balance_bound,
    }
  );
}

const inForce = sql(
  'wallet.limits-in-force',
  `SELECT DISTINCT ON (l.tier, l.currency) ${LIMIT} FROM wallet.tier_limit AS l WHERE l.effective_from <= $1
  ORDER BY l.tier, l.currency, l.effective_from DESC`,
);
const insert = sql(
  'wallet.insert-limit',
  `INSERT INTO wallet.tier_limit (tier, currency, effective_from, balance_max, transaction_max, day_max,
  month_max, year_max, source, verified)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
);
const find = sql(
  'wallet.find-limit',
  `SELECT ${LIMIT} FROM wallet.tier_limit AS l WHERE tier = $1 AND currency = $2 AND effective_from = $3`,
);

/** The limits in force at an instant. */
export async function limitsInForce(db: Queryable, at: Micros): Promise<readonly TierLimit[]> {
  return (await db.run<LimitRow>(inForce, [instant(at)])).rows.map(toLimit);
}

/** Adds a limit; false where there is one of this tier and currency from the same instant on. */
export async function insertLimit(tx: Queryable, limit: TierLimit): Promise<boolean> {
  const { tier, currency, effectiveFrom, balanceMax, transactionMax, dayMax, monthMax, yearMax } = limit;
  const rest = [dayMax, monthMax, yearMax, limit.source, limit.verified];
  const written = [tier, currency, instant(effectiveFrom), balanceMax, transactionMax, ...rest];
  return (await tx.run(insert, written)).count > 0;
}

/** A limit by its key. */
export async function findLimit(
  db: Queryable,
  tier: Tier,
  currency: string,
  effectiveFrom: Micros,
): Promise<TierLimit | undefined> {
  const { rows } = await db.run<LimitRow>(find, [tier, currency, instant(effectiveFrom)]);
  return rows[0] && toLimit(rows[0]);
}
