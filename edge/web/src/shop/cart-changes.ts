import { currencyOf } from '@tpmall/kernel';
import type { Cart, CartLine } from '@tpmall/mall/contract';
import { moneyTextWithSign } from '@tpmall/platform/pages';
import type { Frame } from './shop-page.ts';

/** A cart as a form was made for it. It comes from a browser: it is shown, and nothing is decided by it. */
export interface SeenCart {
  readonly total: bigint | undefined;
  /** As {@link seenText} wrote it. */
  readonly lines: string;
}

/** Changes that are told one by one. */
const CHANGES_MAX = 8;

/** What a form carries, so that its page can say later what has changed: `var_a:2 var_b:1`. */
export function seenText(cart: Cart): string {
  return linesOf(cart)
    .map(({ variant, quantity }) => `${variant.id}:${quantity}`)
    .join(' ');
}

/** What is in the cart now and was not, or is otherwise. */
export function changesSince(frame: Frame, seen: SeenCart, cart: Cart): readonly string[] {
  const { language, w } = frame;
  const before = new Map(
    [...seen.lines.matchAll(/(\w{1,64}):(\d{1,3})/g)].map(([, id = '', pieces]) => [id, Number(pieces)]),
  );
  const lines = linesOf(cart);
  const changes = lines.flatMap(({ variant, goods, quantity }) => {
    const name = goods.name[language];
    const was = before.get(variant.id);
    if (was === undefined) return [w.addedPieces(name, quantity)];
    return was === quantity ? [] : [w.changedPieces(name, was, quantity)];
  });
  const there = new Set(lines.map(({ variant }) => variant.id));
  const gone = [...before.keys()].filter((id) => !there.has(id)).length;
  return [
    ...totals(frame, seen, cart),
    ...changes.slice(0, CHANGES_MAX),
    ...(changes.length > CHANGES_MAX ? ['…'] : []),
    ...(gone > 0 ? [w.takenOut(gone)] : []),
  ];
}

function totals({ language, w }: Frame, seen: SeenCart, cart: Cart): readonly string[] {
  if (seen.total === undefined || seen.total === cart.total) return [];
  const text = (amount: bigint) => moneyTextWithSign(language, amount, currencyOf(cart.currency));
  return [w.cameTo(text(seen.total), text(cart.total))];
}

/** What costs something else than when it was put into the cart. */
export function pricesSince({ language, w }: Frame, cart: Cart): readonly string[] {
  const text = (amount: bigint) => moneyTextWithSign(language, amount, currencyOf(cart.currency));
  return linesOf(cart).flatMap(({ goods, unitAmount, unitAmountBefore }) =>
    unitAmount === null || unitAmountBefore === null
      ? []
      : [w.changedPrice(goods.name[language], text(unitAmountBefore), text(unitAmount))],
  );
}

function linesOf({ parcels }: Cart): readonly CartLine[] {
  return parcels.flatMap(({ lines }) => lines);
}
