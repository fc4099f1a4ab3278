import { assert } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';

/** Pieces of a variant. */
export interface Pieces {
  readonly variant: string;
  readonly quantity: number;
}

/** A variant of which there are not as many pieces as are wanted. */
export interface Shortage extends Pieces {
  readonly available: number;
}

// Always in the order of the variants: two orders of the same things wait for each other, never in a circle.
const lock = sql(
  'mall.lock-stock',
  'SELECT variant, available FROM mall.stock WHERE variant = ANY ($1::text[]) ORDER BY variant FOR UPDATE',
);
const WANTED = 'FROM unnest($1::text[], $2::integer[]) AS w (variant, quantity) WHERE s.variant = w.variant';
const reserve = sql(
  'mall.reserve-stock',
  `UPDATE mall.stock AS s
SET available = s.available - w.quantity, reserved = s.reserved + w.quantity ${WANTED}`,
);
const release = sql(
  'mall.release-stock',
  `UPDATE mall.stock AS s
SET available = s.available + w.quantity, reserved = s.reserved - w.quantity ${WANTED}`,
);
const sell = sql(
  'mall.sell-stock',
  `UPDATE mall.stock AS s SET reserved = s.reserved - w.quantity ${WANTED}`,
);
const count = sql(
  'mall.count-stock',
  `UPDATE mall.stock AS s SET available = s.available + w.quantity ${WANTED}`,
);

/**
 * Keeps pieces for an order, all or none, under locks that are held until the transaction ends: so it is the
 * last thing that a transaction does.
 *
 * @param pieces at most one entry of a variant
 * @returns what there is too little of; empty: all are kept
 */
export function reserveStock(tx: Queryable, pieces: readonly Pieces[]): Promise<readonly Shortage[]> {
  return takeAvailable(tx, pieces, 'reserve');
}

/** Takes pieces that were not kept, or no more, all or none; as {@link reserveStock}. */
export function takeStock(tx: Queryable, pieces: readonly Pieces[]): Promise<readonly Shortage[]> {
  return takeAvailable(tx, pieces, 'take');
}

async function takeAvailable(
  tx: Queryable,
  pieces: readonly Pieces[],
  how: 'reserve' | 'take',
): Promise<readonly Shortage[]> {
  const { rows } = await tx.run<{ variant: string; available: number }>(lock, [variantsOf(pieces)]);
  const available = new Map(rows.map((row) => [row.variant, row.available]));
  const short = pieces
    .map((wanted) => ({ ...wanted, available: available.get(wanted.variant) ?? 0 }))
    .filter((wanted) => wanted.available < wanted.quantity);
  if (short.length > 0) return short;
  if (how === 'reserve') await change(tx, reserve, pieces);
  else await change(tx, count, pieces, -1);
  return [];
}

/** Gives back pieces that were kept for an order. */
export async function releaseStock(tx: Queryable, pieces: readonly Pieces[]): Promise<void> {
  await tx.run(lock, [variantsOf(pieces)]);
  await change(tx, release, pieces);
}

/** Takes pieces that were kept for an order out of stock for good. */
export async function sellStock(tx: Queryable, pieces: readonly Pieces[]): Promise<void> {
  await tx.run(lock, [variantsOf(pieces)]);
  await change(tx, sell, pieces);
}

/** Puts pieces back that were sold and never left. */
export async function restock(tx: Queryable, pieces: readonly Pieces[]): Promise<void> {
  await tx.run(lock, [variantsOf(pieces)]);
  await change(tx, count, pieces);
}

async function change(
  tx: Queryable,
  statement: typeof count,
  pieces: readonly Pieces[],
  sign: 1 | -1 = 1,
): Promise<void> {
  const quantities = pieces.map(({ quantity }) => sign * quantity);
  const changed = await tx.run(statement, [variantsOf(pieces), quantities]);
  assert(changed.count === pieces.length, 'every piece has its stock');
}

function variantsOf(pieces: readonly Pieces[]): string[] {
  return pieces.map(({ variant }) => variant);
}

const countOne = sql(
  'mall.count-variant',
  `UPDATE mall.stock AS s SET available = s.available + $3 FROM mall.variant AS v
WHERE s.variant = $2 AND v.id = s.variant AND v.tenant = $1 AND s.available + $3 >= 0 RETURNING s.available`,
);
const readOne = sql(
  'mall.read-stock',
  `SELECT s.available FROM mall.stock AS s JOIN mall.variant AS v ON v.id = s.variant
WHERE v.tenant = $1 AND s.variant = $2`,
);

/** Counts pieces in or out. Undefined: there is no such variant, or not so much of it. */
export async function countStock(
  tx: Queryable,
  tenant: string,
  { variant, quantity }: Pieces,
): Promise<number | undefined> {
  const { rows } = await tx.run<{ available: number }>(countOne, [tenant, variant, quantity]);
  return rows[0]?.available;
}

/** Pieces of a tenant's variant that nobody has ordered; undefined: there is no such variant. */
export async function readStock(db: Queryable, tenant: string, variant: string): Promise<number | undefined> {
  const { rows } = await db.run<{ available: number }>(readOne, [tenant, variant]);
  return rows[0]?.available;
}
