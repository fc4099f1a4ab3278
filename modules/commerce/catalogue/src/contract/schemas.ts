import { findCurrency, parsePrice } from '@tpmall/kernel';
import { metadataSchema } from '@tpmall/platform/contract';
import { z } from 'zod';

/** The id of an object. */
export const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);
/** A currency that the system knows. */
export const currency = z.string().refine((code) => findCurrency(code) !== undefined, {
  error: 'must be the code of a known currency',
});
/** ISO 8583 DE 4 holds twelve digits. */
const UNIT_AMOUNT_MAX = 999_999_999_999n * 10n ** 12n;
const unitAmountDecimal = z.string().refine(
  (text) => {
    const scaled = parsePrice(text);
    return scaled !== undefined && scaled <= UNIT_AMOUNT_MAX;
  },
  { error: 'must be at most twelve digits of minor units, with at most twelve decimals' },
);
const taxBehavior = z.enum(['exclusive', 'inclusive', 'unspecified']);
/** Currencies of one price besides its own. */
const CURRENCY_OPTIONS_MAX = 50;
/** The same price in other currencies. */
export const currencyOptions = z
  .record(currency, z.strictObject({ unitAmountDecimal, taxBehavior: taxBehavior.optional() }))
  .refine((options) => Object.keys(options).length <= CURRENCY_OPTIONS_MAX, {
    error: `a price has at most ${CURRENCY_OPTIONS_MAX} other currencies`,
  });

/** What a price says of money; it cannot be changed afterwards. */
export const priceTerms = z.strictObject({
  currency,
  unitAmountDecimal,
  taxBehavior: taxBehavior.optional(),
  currencyOptions: currencyOptions.optional(),
  recurring: z
    .strictObject({
      interval: z.enum(['day', 'week', 'month', 'year']),
      intervalCount: z.number().int().min(1).max(1095),
    })
    .optional(),
});
/** See {@link priceTerms}. */
export type PriceTerms = z.output<typeof priceTerms>;

const text = (max: number) => z.string().min(1).max(max);
const name = text(250);

/** What may be said of a product, apart from its name; null says nothing, or takes away what was said. */
export const productDetails = {
  active: z.boolean().optional(),
  description: text(5000).nullish(),
  images: z.array(z.url().max(2048)).max(8).nullish(),
  marketingFeatures: z.array(text(80)).max(15).nullish(),
  packageDimensions: z
    .strictObject({
      height: z.number().positive(),
      length: z.number().positive(),
      weight: z.number().positive(),
      width: z.number().positive(),
    })
    .nullish(),
  shippable: z.boolean().nullish(),
  statementDescriptor: text(22).nullish(),
  taxCode: text(64).nullish(),
  unitLabel: text(12).nullish(),
  url: z.url().max(2048).nullish(),
  merchant: id.nullish(),
};

/** A product as it is asked for. */
export const newProduct = z.strictObject({
  ...productDetails,
  name,
  id: id.optional(),
  type: z.enum(['good', 'service']).optional(),
  metadata: metadataSchema.optional(),
});
/** See {@link newProduct}. */
export type NewProduct = z.output<typeof newProduct>;
