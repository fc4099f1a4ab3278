import { formatPrice, parsePrice } from '@tpmall/kernel';
import { type Accepted, objectId } from '@tpmall/platform/command';
import type { NewProduct, Price, PriceTerms, Product, UnitPrice } from '../contract/index.ts';

/** A product as it is asked for, made by a command. `part` tells several products of one command apart. */
export function productOf(tenant: string, asked: NewProduct, command: Accepted, part = ''): Product {
  return {
    id: asked.id ?? productId(command, part),
    tenant,
    merchant: asked.merchant ?? null,
    active: asked.active ?? true,
    type: asked.type ?? 'service',
    name: asked.name,
    description: asked.description ?? null,
    images: asked.images ?? [],
    marketingFeatures: asked.marketingFeatures ?? [],
    metadata: asked.metadata ?? {},
    defaultPrice: null,
    packageDimensions: asked.packageDimensions ?? null,
    shippable: asked.shippable ?? null,
    statementDescriptor: asked.statementDescriptor ?? null,
    taxCode: asked.taxCode ?? null,
    unitLabel: asked.unitLabel ?? null,
    url: asked.url ?? null,
    createdAt: command.at,
    updatedAt: command.at,
  };
}

/** What may be said of a new price besides its terms. */
interface PriceDetails {
  readonly active?: boolean | undefined;
  readonly nickname?: string | undefined;
  readonly lookupKey?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** A price as it is asked for, made by a command. */
export function newPrice(
  product: Product,
  terms: PriceTerms & PriceDetails,
  command: Accepted,
  part = '',
): Price {
  return {
    id: priceId(command, part),
    tenant: product.tenant,
    product: product.id,
    active: terms.active ?? true,
    currency: terms.currency,
    ...unitPrice(terms),
    currencyOptions: unitPrices(terms.currencyOptions ?? {}),
    nickname: terms.nickname ?? null,
    lookupKey: terms.lookupKey ?? null,
    metadata: terms.metadata ?? {},
    recurring: terms.recurring ?? null,
    createdAt: command.at,
  };
}

/** The id of the product that a command makes. */
export function productId(command: Accepted, part = ''): string {
  return objectId('prod', command, part);
}

/** The id of the price that a command makes. */
export function priceId(command: Accepted, part = ''): string {
  return objectId('price', command, part);
}

/** Amounts in their shortest form, so that equal ones are equal as text. */
export function unitPrices(options: NonNullable<PriceTerms['currencyOptions']>): Record<string, UnitPrice> {
  return Object.fromEntries(Object.entries(options).map(([code, option]) => [code, unitPrice(option)]));
}

function unitPrice(terms: Pick<PriceTerms, 'unitAmountDecimal' | 'taxBehavior'>): UnitPrice {
  return {
    unitAmountDecimal: formatPrice(parsePrice(terms.unitAmountDecimal) ?? 0n),
    taxBehavior: terms.taxBehavior ?? 'unspecified',
  };
}
