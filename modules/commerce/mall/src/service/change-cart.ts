import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { CART_LINES_MAX, type Cart, type mallContract, QUANTITY_MAX } from '../contract/index.ts';
import {
  emptyCart,
  isOnSale,
  lockCarts,
  putLines,
  readLines,
  readPieces,
  removeLines,
  type SeenPieces,
} from '../store/carts.ts';
import { adoptOrders, lockOrdering } from '../store/orders.ts';
import { findShops } from '../store/shops.ts';
import { commands, type MallDeps } from './deps.ts';
import { quote } from './quote.ts';

type Operations = (typeof mallContract)['operations'];
type AddCode = 'not_found' | 'cart_is_full' | 'quantity_too_large';

/** A cart at today's prices. */
export async function readCart(
  db: Queryable,
  tenant: string,
  owner: string,
  currency: string,
): Promise<Cart> {
  const lines = await readLines(db, tenant, owner);
  const merchants = [...new Set(lines.map(({ goods }) => goods.merchant))];
  return quote(lines, await findShops(db, tenant, merchants), currency);
}

/** Adds pieces of a variant to a cart. */
export function addToCart(
  { db, clock }: MallDeps,
  context: CallContext,
  input: InputOf<Operations['addToCart']>,
): Promise<Result<Cart, AddCode | 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { owner, variant, quantity, currency } = input;
  const claim = commands.claimFor(context, 'add_to_cart', input, clock.now());
  return commands.once<Cart, AddCode>(db, claim, {
    work: async (tx) => {
      await lockCarts(tx, tenant, [owner]);
      if (!(await isOnSale(tx, tenant, variant))) {
        return err('not_found', `${variant} is not for sale`, { field: 'variant' });
      }
      const there = await readPieces(tx, tenant, owner);
      const before = there.find((line) => line.variant === variant)?.quantity ?? 0;
      if (before === 0 && there.length >= CART_LINES_MAX) {
        const detail = { maximum: CART_LINES_MAX };
        return err('cart_is_full', `a cart has at most ${CART_LINES_MAX} lines`, {
          field: 'variant',
          detail,
        });
      }
      if (before + quantity > QUANTITY_MAX) {
        const message = `a line has at most ${QUANTITY_MAX} pieces, and this one has ${before}`;
        return err('quantity_too_large', message, { field: 'quantity', detail: { maximum: QUANTITY_MAX } });
      }
      await putLines(tx, tenant, owner, [{ variant, quantity: before + quantity }], claim.at);
      return ok(await readCart(tx, tenant, owner, currency));
    },
    repeat: async () => ok(await readCart(db, tenant, owner, currency)),
  });
}

/** Sets the pieces of lines that a cart has. */
export function changeCart(
  { db, clock }: MallDeps,
  context: CallContext,
  input: InputOf<Operations['changeCart']>,
): Promise<Result<Cart, 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { owner, lines, currency } = input;
  const claim = commands.claimFor(context, 'change_cart', input, clock.now());
  return commands.once<Cart, never>(db, claim, {
    work: async (tx) => {
      await lockCarts(tx, tenant, [owner]);
      const there = new Set((await readPieces(tx, tenant, owner)).map(({ variant }) => variant));
      const wanted = [...new Map(lines.map((line) => [line.variant, line])).values()];
      const kept = wanted.filter(({ variant, quantity }) => quantity > 0 && there.has(variant));
      await putLines(tx, tenant, owner, kept, claim.at);
      const gone = wanted.filter(({ quantity }) => quantity === 0).map(({ variant }) => variant);
      await removeLines(tx, tenant, owner, gone);
      return ok(await readCart(tx, tenant, owner, currency));
    },
    repeat: async () => ok(await readCart(db, tenant, owner, currency)),
  });
}

/** Gives a guest's cart and orders to the person who has signed in. */
export function adopt(
  { db, clock }: MallDeps,
  context: CallContext,
  input: InputOf<Operations['adopt']>,
): Promise<Result<{ readonly lines: number; readonly orders: number }, 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { from, to } = input;
  const claim = commands.claimFor(context, 'adopt', input, clock.now());
  return commands.once<{ readonly lines: number; readonly orders: number }, never>(db, claim, {
    work: async (tx) => {
      // What is just being ordered is an order or a cart, and comes along as either.
      await lockOrdering(tx, tenant, from);
      const orders = await adoptOrders(tx, tenant, from, to);
      await lockCarts(tx, tenant, [from, to]);
      const guests = await readPieces(tx, tenant, from);
      await addPieces(tx, tenant, to, guests, claim.at);
      await emptyCart(tx, tenant, from);
      return ok({ lines: guests.length, orders });
    },
    repeat: async () => ok({ lines: 0, orders: 0 }),
  });
}

/**
 * Adds pieces to a locked cart as far as its lines and the cart itself go. What costs something else by now
 * than the shopper has seen is marked as changed.
 */
export async function addPieces(
  tx: Queryable,
  tenant: string,
  owner: string,
  pieces: readonly SeenPieces[],
  at: number,
): Promise<void> {
  const there = await readPieces(tx, tenant, owner);
  const quantityOf = new Map(there.map(({ variant, quantity }) => [variant, quantity]));
  const room = CART_LINES_MAX - there.length;
  const [known, fresh] = [true, false].map((isKnown) =>
    pieces.filter(({ variant }) => quantityOf.has(variant) === isKnown),
  );
  const added = [...(known ?? []), ...(fresh ?? []).slice(0, room)].map(({ variant, quantity, seen }) => ({
    ...{ variant, seen },
    quantity: Math.min(QUANTITY_MAX, quantity + (quantityOf.get(variant) ?? 0)),
  }));
  await putLines(tx, tenant, owner, added, at);
}
