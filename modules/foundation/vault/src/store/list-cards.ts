import { ok, type Result } from '@tpmall/kernel';
import { cursorNotFound, type PageCode } from '@tpmall/platform/contract';
import { type Database, type Statement, sql } from '@tpmall/platform/db';
import { type CardRow, JOINED_CARD, type ReadCard, toCard } from './card-rows.ts';

/** Which cards are wanted, newest first. */
export interface CardListing {
  readonly customer?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly allowRedisplay?: string | undefined;
  readonly limit: number;
  readonly startingAfter?: string | undefined;
  readonly endingBefore?: string | undefined;
}

interface Directions {
  readonly forwards: Statement;
  readonly backwards: Statement;
}

/**
 * A page after a cursor and one before it. The cursor's place is looked up in the same statement, so that a
 * cursor of another tenant finds nothing. $1 tenant, $2 limit + 1, $3 cursor, $4 redisplay, $5 the filter's.
 */
function listing(name: string, filter: string): Directions {
  const part = (direction: string, sign: string, order: string): Statement =>
    sql(
      `vault.list-cards-${name}-${direction}`,
      `${JOINED_CARD} WHERE c.tenant = $1 AND ${filter}
  AND ($4::text IS NULL OR c.allow_redisplay = $4)
  AND ($3::text IS NULL OR (c.created_at, c.id) ${sign} (
    SELECT created_at, id FROM vault.card WHERE id = $3 AND tenant = $1))
ORDER BY c.created_at ${order}, c.id ${order} LIMIT $2`,
    );
  return { forwards: part('after', '<', 'DESC'), backwards: part('before', '>', 'ASC') };
}

const saved = listing('saved', 'c.customer IS NOT NULL');
const ofCustomer = listing('of-customer', 'c.customer = $5');
const ofFingerprint = listing(
  'of-fingerprint',
  'c.fingerprint = $5 AND c.detached_at IS NULL AND c.erased_at IS NULL',
);
const ofBoth = listing('of-customer-and-fingerprint', 'c.customer = $5 AND c.fingerprint = $6');

const exists = sql('vault.is-in-list-card', 'SELECT 1 FROM vault.card WHERE id = $1 AND tenant = $2');

/** A page of cards; one more than asked for says that there are more. */
export async function listCardRows(
  db: Database,
  tenant: string,
  asked: CardListing,
): Promise<Result<{ cards: ReadCard[]; hasMore: boolean }, PageCode>> {
  const { customer, fingerprint, limit } = asked;
  const filters = [customer, fingerprint].filter((value) => value !== undefined);
  const directions =
    filters.length === 2
      ? ofBoth
      : customer !== undefined
        ? ofCustomer
        : fingerprint !== undefined
          ? ofFingerprint
          : saved;
  const before = asked.endingBefore !== undefined;
  const at = asked.endingBefore ?? asked.startingAfter ?? null;
  const { rows } = await db.run<CardRow>(before ? directions.backwards : directions.forwards, [
    tenant,
    limit + 1,
    at,
    asked.allowRedisplay ?? null,
    ...filters,
  ]);
  if (rows.length === 0 && at !== null && (await db.run(exists, [at, tenant])).count === 0) {
    return cursorNotFound('payment_method', asked);
  }
  const cards = rows.slice(0, limit).map(toCard);
  return ok({ cards: before ? cards.reverse() : cards, hasMore: rows.length > limit });
}

const ofCustomers = sql(
  'vault.list-cards-of-customers',
  `SELECT card.* FROM unnest($2::text[]) AS wanted (customer) CROSS JOIN LATERAL (
  ${JOINED_CARD} WHERE c.tenant = $1 AND c.customer = wanted.customer
  ORDER BY c.created_at DESC, c.id DESC LIMIT $3) AS card`,
);

/** The newest cards of each of many customers, one more than asked for where there are more. */
export async function newestCardsOf(
  db: Database,
  tenant: string,
  customers: readonly string[],
  limit: number,
): Promise<ReadCard[]> {
  return (await db.run<CardRow>(ofCustomers, [tenant, customers, limit + 1])).rows.map(toCard);
}
