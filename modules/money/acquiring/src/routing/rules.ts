import { z } from 'zod';
import { BRANDS, type RoutedPayment } from './payment.ts';
import { byCost, price } from './strategies/by-cost.ts';
import { byVolume } from './strategies/by-volume.ts';
import { inOrder } from './strategies/in-order.ts';

const someOf = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(1_000).optional();
const amount = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform(BigInt)
  .optional();
const bin = z.string().regex(/^\d{6}$/);

/** What a payment must be for a rule to apply; an absent condition holds for all. */
const conditions = z
  .strictObject({
    brands: someOf(z.enum(BRANDS)),
    /** Ranges of first six digits, both ends included. */
    bins: someOf(
      z
        .strictObject({ from: bin, to: bin })
        .refine(({ from, to }) => from <= to, 'a range must not end early'),
    ),
    currencies: someOf(z.string().regex(/^[a-z]{3}$/)),
    /** Of the issuer, ISO 3166 alpha-2. */
    countries: someOf(z.string().regex(/^[A-Z]{2}$/)),
    merchants: someOf(z.string().min(1).max(64)),
    /** Minor units, both ends included: digits. */
    amount: z.strictObject({ from: amount, to: amount }).optional(),
  })
  .refine(
    ({ amount: limits, currencies }) => limits === undefined || currencies !== undefined,
    'an amount needs its currencies: minor units differ',
  );

/** One rule: which payments it is for, and which way they go. */
export const rule = z.strictObject({
  /** For people: which rule decided. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  when: conditions.default({}),
  to: z.discriminatedUnion('strategy', [inOrder, byVolume, byCost]),
});

/** {@link rule} as it is used. */
export type Rule = z.output<typeof rule>;

/** Ways of new payments. The first rule that applies decides; without one, the connectors' own order. */
export const routing = z.strictObject({
  rules: z.array(rule).max(1_000).default([]),
  /** The price table of rules that go by cost. */
  prices: z.array(price).max(10_000).default([]),
  /** How many connectors one payment may be sent to, one after the other. */
  maxAttempts: z.number().int().min(1).max(5).default(2),
});

/** Whether a rule is for a payment. What is not known of a card fits no condition. */
export function applies({ when }: Rule, payment: RoutedPayment): boolean {
  const { card } = payment;
  return (
    fits(when.brands, (brands) => card !== null && brands.some((brand) => brand === card.brand)) &&
    fits(
      when.bins,
      (bins) => card !== null && bins.some(({ from, to }) => from <= binOf(card) && binOf(card) <= to),
    ) &&
    fits(when.countries, (countries) => card !== null && countries.includes(card.country)) &&
    fits(when.currencies, (currencies) => currencies.includes(payment.currency)) &&
    fits(when.merchants, (merchants) => merchants.includes(payment.merchant)) &&
    fits(
      when.amount,
      ({ from, to }) => (from ?? 0n) <= payment.amount && payment.amount <= (to ?? payment.amount),
    )
  );
}

/** Ranges are of six digits. */
function binOf({ bin }: { readonly bin: string }): string {
  return bin.slice(0, 6);
}

function fits<T>(condition: T | undefined, holds: (condition: T) => boolean): boolean {
  return condition === undefined || holds(condition);
}
