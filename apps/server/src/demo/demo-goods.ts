import type { Category, NewGoods, PlateKind } from '@tpmall/mall/contract';

/** English and Chinese. */
type Both = readonly [en: string, zh: string];

/** One thing to choose of a product; its price where it is another than the product's. */
export interface DemoChoice {
  readonly key: string;
  readonly name: Both;
  readonly stock: number;
  /** Fen and cents. */
  readonly price?: readonly [cny: number, usd: number];
}

/** A product of the demonstration. */
export interface DemoGoods {
  readonly id: string;
  readonly category: Category;
  readonly kind: PlateKind;
  /** What its drawing is drawn from, where its id would give it the wrong colour. */
  readonly seed?: string;
  /** Fen and cents. */
  readonly price: readonly [cny: number, usd: number];
  readonly name: Both;
  readonly summary: Both;
  readonly description: Both;
  /** What is chosen, and among what; a product without it has one variant, of this stock. */
  readonly choice?: { readonly key: string; readonly name: Both; readonly values: readonly DemoChoice[] };
  readonly stock?: number;
}

/** The option of a product as the mall knows it. */
export function optionsOf({ choice }: DemoGoods): NewGoods['options'] {
  const both = ([en, zh]: Both) => ({ en, zh });
  if (!choice) return [];
  const values = choice.values.map(({ key, name }) => ({ key, name: both(name) }));
  return [{ key: choice.key, name: both(choice.name), values }];
}

/** The same choice of sizes, colours and so on, for several products. */
export function choiceOf(
  key: string,
  name: Both,
  values: readonly (readonly [
    key: string,
    en: string,
    zh: string,
    stock: number,
    price?: DemoChoice['price'],
  ])[],
): NonNullable<DemoGoods['choice']> {
  return {
    ...{ key, name },
    values: values.map(([value, en, zh, stock, price]) => ({
      ...{ key: value, name: [en, zh] as const, stock },
      ...(price && { price }),
    })),
  };
}
