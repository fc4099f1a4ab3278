import { assert } from '@tpmall/kernel';
import type { Cart, CartLine, CartParcel, GoodsOption, LineText, Shop, Variant } from '../contract/index.ts';
import type { StoredLine } from '../store/carts.ts';

/** What is in a gross amount of tax, at hundredths of a percent of the net; rounded half up. */
export function includedTax(gross: bigint, basisPoints: number): bigint {
  const whole = 10_000n + BigInt(basisPoints);
  return (gross * BigInt(basisPoints) * 2n + whole) / (whole * 2n);
}

/** What the delivery of a parcel costs. A shop that names no rate in a currency asks none. */
function deliveryOf(shop: Shop, currency: string, goods: bigint): bigint {
  const free = shop.freeDeliveryFrom[currency];
  if (goods === 0n || (free !== undefined && goods >= free)) return 0n;
  return shop.delivery[currency] ?? 0n;
}

/**
 * What a cart comes to at today's prices: one parcel a merchant, in the order in which their first lines
 * came.
 *
 * @param shops of every merchant of the lines
 */
export function quote(
  lines: readonly StoredLine[],
  shops: ReadonlyMap<string, Shop>,
  currency: string,
): Cart {
  const byMerchant = new Map<string, CartLine[]>();
  for (const stored of lines) {
    const line = priced(stored, currency);
    const { merchant } = stored.goods;
    byMerchant.set(merchant, [...(byMerchant.get(merchant) ?? []), line]);
  }
  const parcels = [...byMerchant].map(([merchant, own]) => {
    const shop = shops.get(merchant);
    assert(shop, `merchant ${merchant} has a shop`);
    return parcelOf(shop, own, currency);
  });
  const all = parcels.flatMap((parcel) => parcel.lines);
  const sum = (amountOf: (parcel: CartParcel) => bigint): bigint =>
    parcels.reduce((total, parcel) => total + amountOf(parcel), 0n);
  return {
    currency,
    parcels,
    pieces: all.reduce((count, { quantity }) => count + quantity, 0),
    goods: sum(({ goods }) => goods),
    delivery: sum(({ delivery }) => delivery),
    tax: sum(({ tax }) => tax),
    total: sum(({ total }) => total),
    pricesChanged: all.some(({ unitAmountBefore }) => unitAmountBefore !== null),
    canBeOrdered: all.length > 0 && all.every(({ problem }) => problem === null),
  };
}

function priced({ variant, goods, quantity, seen, active }: StoredLine, currency: string): CartLine {
  const unitAmount = (active ? variant.amounts[currency] : undefined) ?? null;
  const before = seen[currency];
  const hasChanged = unitAmount !== null && before !== undefined && before !== unitAmount;
  const isShort = variant.available < quantity;
  return {
    ...{ variant, goods, quantity, unitAmount },
    unitAmountBefore: hasChanged ? before : null,
    amount: (unitAmount ?? 0n) * BigInt(quantity),
    problem: unitAmount === null ? 'not_sold' : isShort ? 'short' : null,
  };
}

function parcelOf(shop: Shop, lines: readonly CartLine[], currency: string): CartParcel {
  const goods = lines.reduce((sum, { amount }) => sum + amount, 0n);
  const delivery = deliveryOf(shop, currency, goods);
  // Line by line, as the receipt shows it and a return gives it back.
  const tax = [...lines.map(({ amount }) => amount), delivery]
    .map((gross) => includedTax(gross, shop.taxBasisPoints))
    .reduce((sum, part) => sum + part, 0n);
  return { shop, lines, goods, delivery, tax, total: goods + delivery };
}

/** What a variant is called by its options: `Ash grey, 31 cm`. */
export function choiceOf(
  options: readonly GoodsOption[],
  { values }: Pick<Variant, 'values'>,
): LineText['choice'] {
  const chosen = options.flatMap((option) => {
    const value = option.values.find(({ key }) => key === values[option.key]);
    return value ? [value.name] : [];
  });
  return { en: chosen.map(({ en }) => en).join(', '), zh: chosen.map(({ zh }) => zh).join('，') };
}
