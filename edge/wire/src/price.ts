import type { Price, PriceTerms, Recurring, UnitPrice } from '@tpmall/catalogue/contract';
import { err, ok, parsePrice, type Result, wholePrice } from '@tpmall/kernel';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import {
  amount,
  currency,
  exactDecimal,
  flag,
  integer,
  list,
  MAX_UNIT_AMOUNT,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  type ParameterCode,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { inlineProductParameters } from './product-parameters.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

const INTERVALS = ['day', 'week', 'month', 'year'] as const;
const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');
/** Only one way of charging is there, and only saying so is accepted. */
const unitAmounts = {
  unit_amount: amount(0n, MAX_UNIT_AMOUNT).optional(),
  unit_amount_decimal: exactDecimal().optional(),
  tax_behavior: taxBehavior.optional(),
};
const recurring = z.strictObject({
  interval: oneOf(...INTERVALS),
  interval_count: integer(1, 1095).optional(),
  usage_type: oneOf('licensed').optional(),
  ...unsupported('aggregate_usage', 'meter', 'trial_period_days'),
});
const currencyOptions = z.record(
  z.string(),
  z.strictObject({ ...unitAmounts, ...unsupported('custom_unit_amount', 'tiers') }),
);

/** What a price says of money, wherever one is described. */
export const priceTermsParameters = {
  currency: currency(),
  ...unitAmounts,
  recurring: recurring.optional(),
  ...unsupported('custom_unit_amount'),
};

/** A price that is described on the line of an order. */
export const inlinePriceParameters = z.strictObject({
  ...priceTermsParameters,
  product: objectId().optional(),
  product_data: inlineProductParameters.optional(),
});

/** A price that is described with a new product. */
export const defaultPriceParameters = z.strictObject({
  ...priceTermsParameters,
  currency_options: currencyOptions.optional(),
  metadata: metadata().optional(),
});

const lookupKey = text(200);

/** `POST /v1/prices` */
export const createPriceParameters = z.strictObject({
  ...priceTermsParameters,
  active: flag().optional(),
  billing_scheme: oneOf('per_unit').optional(),
  currency_options: currencyOptions.optional(),
  lookup_key: lookupKey.optional(),
  metadata: metadata().optional(),
  nickname: text(5000).optional(),
  product: objectId().optional(),
  product_data: inlineProductParameters.optional(),
  transfer_lookup_key: flag().optional(),
  ...expandParameter,
  ...unsupported('tiers', 'tiers_mode', 'transform_quantity'),
});

/** `POST /v1/prices/:id` */
export const updatePriceParameters = z.strictObject({
  active: flag().optional(),
  currency_options: currencyOptions.optional(),
  lookup_key: unsettable(lookupKey).optional(),
  metadata: metadataPatch().optional(),
  nickname: unsettable(text(5000)).optional(),
  tax_behavior: taxBehavior.optional(),
  transfer_lookup_key: flag().optional(),
  ...expandParameter,
});

/** `GET /v1/prices` */
export const listPricesParameters = z.strictObject({
  ...pageParameters,
  active: flag().optional(),
  currency: currency().optional(),
  lookup_keys: list(lookupKey, 10).optional(),
  product: objectId().optional(),
  recurring: z
    .strictObject({
      interval: oneOf(...INTERVALS).optional(),
      usage_type: oneOf('licensed').optional(),
      ...unsupported('meter'),
    })
    .optional(),
  type: oneOf('one_time', 'recurring').optional(),
});

const termsSchema = z.object({
  ...priceTermsParameters,
  currency_options: currencyOptions.optional(),
});

/** What a price says of money, in the words of the catalogue; or the parameter at fault. */
export function priceTermsFromWire(
  given: z.infer<typeof termsSchema>,
  at = '',
): Result<PriceTerms, ParameterCode> {
  const own = unitPriceFromWire(given, at);
  if (!own.ok) return own;
  const options = currencyOptionsFromWire(given.currency_options ?? {}, at);
  if (!options.ok) return options;
  return ok({
    currency: given.currency,
    ...own.value,
    ...(given.currency_options !== undefined && { currencyOptions: options.value }),
    ...(given.recurring !== undefined && {
      recurring: {
        interval: given.recurring.interval,
        intervalCount: given.recurring.interval_count ?? 1,
      },
    }),
  });
}

type UnitAmounts = Pick<z.infer<typeof termsSchema>, 'unit_amount' | 'unit_amount_decimal' | 'tax_behavior'>;
type AskedUnitPrice = Pick<PriceTerms, 'unitAmountDecimal' | 'taxBehavior'>;

/** The same price in other currencies; or the parameter at fault. */
export function currencyOptionsFromWire(
  given: Readonly<Record<string, UnitAmounts>>,
  at = '',
): Result<Record<string, AskedUnitPrice>, ParameterCode> {
  const options: Record<string, AskedUnitPrice> = {};
  for (const [code, option] of Object.entries(given)) {
    const name = nested(at, `currency_options[${code}]`);
    const known = currency().safeParse(code);
    if (!known.success) {
      return err('parameter_invalid_enum', `${name}: must be the code of a known currency`, { field: name });
    }
    const unit = unitPriceFromWire(option, name);
    if (!unit.ok) return unit;
    options[known.data] = unit.value;
  }
  return ok(options);
}

function unitPriceFromWire(given: UnitAmounts, at: string): Result<AskedUnitPrice, ParameterCode> {
  const { unit_amount: whole, unit_amount_decimal: decimal, tax_behavior: taxBehaviorGiven } = given;
  if (whole !== undefined && decimal !== undefined) {
    const field = nested(at, 'unit_amount_decimal');
    return err('parameters_exclusive', `${field} excludes unit_amount`, { field });
  }
  const unitAmountDecimal = decimal ?? whole?.toString();
  if (unitAmountDecimal === undefined) {
    const field = nested(at, 'unit_amount');
    return err('parameter_missing', `${field} or unit_amount_decimal is required`, { field });
  }
  return ok({
    unitAmountDecimal,
    ...(taxBehaviorGiven !== undefined && { taxBehavior: taxBehaviorGiven }),
  });
}

/** `a[b]` of `a` and `b`. */
function nested(outer: string, name: string): string {
  if (outer === '') return name;
  const [head = '', ...rest] = name.split('[');
  return `${outer}[${head}]${rest.map((part) => `[${part}`).join('')}`;
}

/** A price as clients of the payments API know it. */
export function priceToWire(price: Price, view: WireView) {
  return {
    id: price.id,
    object: 'price' as const,
    active: price.active,
    billing_scheme: 'per_unit' as const,
    created: secondsToWire(price.createdAt),
    currency: price.currency,
    custom_unit_amount: null,
    livemode: view.livemode,
    lookup_key: price.lookupKey,
    metadata: { ...price.metadata },
    nickname: price.nickname,
    product: price.product,
    recurring: recurringToWire(price.recurring),
    tiers_mode: null,
    transform_quantity: null,
    type: price.recurring === null ? ('one_time' as const) : ('recurring' as const),
    ...unitPriceToWire(price),
  };
}

/** See {@link priceToWire}. */
export type WirePrice = ReturnType<typeof priceToWire>;

/** The currencies of a price, which clients see where they ask for them. */
export function currencyOptionsToWire(price: Price) {
  const all = { [price.currency]: price, ...price.currencyOptions };
  return Object.fromEntries(
    Object.entries(all).map(([code, unit]) => [code, { custom_unit_amount: null, ...unitPriceToWire(unit) }]),
  );
}

function unitPriceToWire({ unitAmountDecimal, taxBehavior: behaviour }: UnitPrice) {
  const whole = wholePrice(parsePrice(unitAmountDecimal) ?? 0n);
  return {
    tax_behavior: behaviour,
    unit_amount: whole === undefined ? null : amountToWire(whole),
    unit_amount_decimal: unitAmountDecimal,
  };
}

function recurringToWire(recurringPrice: Recurring | null) {
  return (
    recurringPrice && {
      interval: recurringPrice.interval,
      interval_count: recurringPrice.intervalCount,
      meter: null,
      trial_period_days: null,
      usage_type: 'licensed' as const,
    }
  );
}
