import type { Micros } from '@tpmall/kernel';
import { deleteRows, instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import type { Amounts, CartLine, Variant } from '../contract/index.ts';
import { type AmountsRow, toAmounts, toAmountsRow } from './amounts.ts';
import { toVariant, type VariantRow } from './goods.ts';
import type { Pieces } from './stock.ts';

/** A line as it is stored, with what it is of. */
export interface StoredLine {
  readonly variant: Variant;
  readonly goods: CartLine['goods'];
  readonly quantity: number;
  /** The amounts that the shopper has seen. */
  readonly seen: Amounts;
  /** Whether it is sold. */
  readonly active: boolean;
}

interface LineRow extends VariantRow {
  readonly goods: string;
  readonly merchant: string;
  readonly name: CartLine['goods']['name'];
  readonly plate: CartLine['goods']['plate'];
  readonly options: CartLine['goods']['options'];
  readonly quantity: number;
  readonly seen: AmountsRow;
  readonly on_sale: boolean;
}

// Whoever changes a cart waits for whoever does already: its bound counts all of its lines.
const lock = sql(
  'mall.lock-cart',
  `SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS k (key) ORDER BY key`,
);
const read = sql(
  'mall.read-cart',
  `SELECT l.quantity, l.seen, v.goods, v.id, v.sku, v.price, v.amounts, v.option_values, v.active,
  s.available, g.merchant, g.name, g.plate, g.options, v.active AND g.active AS on_sale
FROM mall.cart_line AS l
JOIN mall.variant AS v ON v.id = l.variant
JOIN mall.stock AS s ON s.variant = v.id
JOIN mall.goods AS g ON g.tenant = v.tenant AND g.id = v.goods
WHERE l.tenant = $1 AND l.owner = $2 ORDER BY l.added_at, v.id`,
);
const count = sql(
  'mall.count-cart',
  'SELECT coalesce(sum(quantity), 0) AS pieces FROM mall.cart_line WHERE tenant = $1 AND owner = $2',
);
const quantities = sql(
  'mall.cart-quantities',
  `SELECT variant, quantity, seen FROM mall.cart_line WHERE tenant = $1 AND owner = $2
ORDER BY added_at, variant`,
);
// The amounts are those of today, which are on the page that the shopper has just used, unless others were
// seen when the pieces were ordered, or put into another cart.
const put = sql(
  'mall.put-cart-lines',
  `INSERT INTO mall.cart_line (tenant, owner, variant, quantity, seen, added_at)
SELECT $1, $2, v.id, w.quantity, v.amounts || coalesce(w.seen, '{}'),
  $4::timestamptz + w.position * interval '1 microsecond'
FROM jsonb_to_recordset($3) AS w (variant text, quantity integer, seen jsonb, position integer)
JOIN mall.variant AS v ON v.id = w.variant AND v.tenant = $1
ON CONFLICT (tenant, owner, variant) DO UPDATE SET quantity = EXCLUDED.quantity, seen = EXCLUDED.seen`,
);
const remove = sql(
  'mall.remove-cart-lines',
  'DELETE FROM mall.cart_line WHERE tenant = $1 AND owner = $2 AND variant = ANY ($3::text[])',
);
const empty = sql('mall.empty-cart', 'DELETE FROM mall.cart_line WHERE tenant = $1 AND owner = $2');
const forget = sql(
  'mall.forget-carts-of-guests',
  `DELETE FROM mall.cart_line WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM mall.cart_line WHERE owner LIKE 'guest:%' AND added_at < $1 ORDER BY added_at LIMIT $2))`,
);
// An unsold variant may be in a cart from before, and never comes into one.
const onSale = sql(
  'mall.is-on-sale',
  `SELECT v.id FROM mall.variant AS v JOIN mall.goods AS g ON g.tenant = v.tenant AND g.id = v.goods
WHERE v.tenant = $1 AND v.id = $2 AND v.active AND g.active`,
);

/** Nobody else changes these carts until the transaction ends. */
export async function lockCarts(tx: Queryable, tenant: string, owners: readonly string[]): Promise<void> {
  await tx.run(lock, [owners.map((owner) => `mall.cart ${tenant} ${owner}`)]);
}

/** The lines of a cart, in the order in which they came. */
export async function readLines(db: Queryable, tenant: string, owner: string): Promise<StoredLine[]> {
  const { rows } = await db.run<LineRow>(read, [tenant, owner]);
  return rows.map((row) => ({
    variant: toVariant(row),
    goods: {
      id: row.goods,
      merchant: row.merchant,
      name: row.name,
      plate: row.plate,
      options: row.options,
    },
    quantity: row.quantity,
    seen: toAmounts(row.seen),
    active: row.on_sale,
  }));
}

/** Pieces in a cart. */
export async function countPieces(db: Queryable, tenant: string, owner: string): Promise<number> {
  const { rows } = await db.run<{ pieces: bigint }>(count, [tenant, owner]);
  return Number(rows[0]?.pieces ?? 0n);
}

/** Pieces of a variant, with amounts at which the shopper has seen it. */
export interface SeenPieces extends Pieces {
  readonly seen: Amounts;
}

/** What is in a cart, by the pieces alone. */
export async function readPieces(
  db: Queryable,
  tenant: string,
  owner: string,
): Promise<readonly SeenPieces[]> {
  const { rows } = await db.run<Pieces & { seen: AmountsRow }>(quantities, [tenant, owner]);
  return rows.map(({ variant, quantity, seen }) => ({ variant, quantity, seen: toAmounts(seen) }));
}

/**
 * Puts lines into a locked cart, or sets how many pieces they have. What a line does not say the shopper has
 * seen is seen at today's amounts.
 */
export async function putLines(
  tx: Queryable,
  tenant: string,
  owner: string,
  pieces: readonly (Pieces & Partial<SeenPieces>)[],
  at: Micros,
): Promise<void> {
  if (pieces.length === 0) return;
  const rows = pieces.map(({ variant, quantity, seen }, position) => ({
    ...{ variant, quantity, position },
    seen: seen === undefined ? null : toAmountsRow(seen),
  }));
  await tx.run(put, [tenant, owner, rowParameter(rows), instant(at)]);
}

/** Takes lines out of a locked cart. */
export async function removeLines(
  tx: Queryable,
  tenant: string,
  owner: string,
  variants: readonly string[],
): Promise<void> {
  if (variants.length > 0) await tx.run(remove, [tenant, owner, variants]);
}

/** Takes everything out of a locked cart. */
export async function emptyCart(tx: Queryable, tenant: string, owner: string): Promise<void> {
  await tx.run(empty, [tenant, owner]);
}

/** Forgets what guests put into their carts before an instant. */
export function forgetGuestsLines(db: Queryable, before: Micros): Promise<void> {
  return deleteRows(db, forget, [instant(before)]);
}

/** Whether somebody may put this into a cart. */
export async function isOnSale(db: Queryable, tenant: string, variant: string): Promise<boolean> {
  return (await db.run(onSale, [tenant, variant])).rows.length > 0;
}
