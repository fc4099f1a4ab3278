import { currencies, currencyOf } from '@tpmall/kernel';
import { z } from 'zod';

const action = z.enum(['step_up', 'review', 'refuse']);
const score = z.number().int().min(0).max(100);
/** Minor units, as integer or as digits. */
const amount = z.union([z.bigint(), z.string().regex(/^\d{1,38}$/)]).transform((value) => BigInt(value));

const amountRule = z.strictObject({ stepUpFrom: amount, reviewFrom: amount.optional(), refuseFrom: amount });

const velocityRule = z.strictObject({
  by: z.enum(['card', 'customer', 'ip']),
  window: z.enum(['1m', '1h', '24h']),
  /** Payments in the window, this one included, that still pass. */
  maxCount: z.number().int().min(1).max(10_000),
  /** The sum in this payment's currency, this one included, passes up to this many times `stepUpFrom`. */
  maxSumInStepUps: z.number().int().min(1).max(1_000_000).optional(),
  action,
  score,
});
/** See the schema. */
export type VelocityRule = z.output<typeof velocityRule>;

/**
 * About 500 euro in whole units of each currency, rounded to what a person would choose. Whole units and no
 * exchange rates: a threshold that moves with the market surprises the merchant who set it.
 */
const STEP_UP_WHOLE_UNITS: Readonly<Record<string, bigint>> = {
  aed: 2_000n,
  aud: 850n,
  bhd: 200n,
  brl: 3_000n,
  cad: 800n,
  chf: 475n,
  clp: 500_000n,
  cny: 4_000n,
  czk: 12_000n,
  dkk: 3_700n,
  eur: 500n,
  gbp: 430n,
  hkd: 4_500n,
  huf: 200_000n,
  idr: 9_000_000n,
  ils: 2_000n,
  inr: 50_000n,
  jod: 400n,
  jpy: 85_000n,
  krw: 800_000n,
  kwd: 175n,
  mxn: 10_000n,
  myr: 2_500n,
  nok: 5_800n,
  nzd: 950n,
  omr: 200n,
  php: 33_000n,
  pln: 2_100n,
  ron: 2_500n,
  sar: 2_200n,
  sek: 5_500n,
  sgd: 750n,
  thb: 19_000n,
  tnd: 1_700n,
  try: 24_000n,
  twd: 17_500n,
  usd: 550n,
  vnd: 15_000_000n,
  zar: 10_000n,
};

/** Refuse from a hundred times the step-up amount: about 50,000 euro on one card. */
const REFUSE_TIMES = 100n;

function defaultAmounts(): Record<string, z.output<typeof amountRule>> {
  const rules: Record<string, z.output<typeof amountRule>> = {};
  for (const [code, whole] of Object.entries(STEP_UP_WHOLE_UNITS)) {
    const stepUpFrom = whole * 10n ** BigInt(currencyOf(code).exponent);
    rules[code] = { stepUpFrom, refuseFrom: stepUpFrom * REFUSE_TIMES };
  }
  return rules;
}

const DEFAULT_VELOCITY: VelocityRule[] = [
  { by: 'card', window: '1m', maxCount: 5, action: 'step_up', score: 30 },
  { by: 'card', window: '1h', maxCount: 20, action: 'review', score: 50 },
  { by: 'card', window: '24h', maxCount: 50, maxSumInStepUps: 100, action: 'refuse', score: 90 },
  { by: 'customer', window: '1m', maxCount: 5, action: 'step_up', score: 30 },
  { by: 'customer', window: '1h', maxCount: 30, action: 'step_up', score: 40 },
  { by: 'customer', window: '24h', maxCount: 100, maxSumInStepUps: 100, action: 'review', score: 60 },
  { by: 'ip', window: '1m', maxCount: 20, action: 'step_up', score: 25 },
  { by: 'ip', window: '1h', maxCount: 100, action: 'step_up', score: 40 },
  { by: 'ip', window: '24h', maxCount: 500, maxSumInStepUps: 400, action: 'review', score: 60 },
];

/** Settings of risk: its rules as data. Every part has a default that suits a general shop. */
export const riskConfig = z.strictObject({
  /** By currency; a currency that is missing here has no amount rules and no velocity sums. */
  amounts: z
    .record(
      z.string().refine((code) => currencies.has(code), 'is not a currency'),
      amountRule,
    )
    .default(defaultAmounts),
  /** Scores of the amount rules. */
  amountScores: z
    .strictObject({ stepUp: score, review: score, refuse: score })
    .default({ stepUp: 30, review: 60, refuse: 100 }),
  velocity: z.array(velocityRule).max(100).default(DEFAULT_VELOCITY),
  /** Cards of these BINs never run into velocity rules: test cards, which everybody shares. */
  velocityExemptBins: z
    .array(z.string().regex(/^\d{6,8}$/))
    .max(1000)
    .default([]),
});
/** Settings of risk. */
export type RiskConfig = z.output<typeof riskConfig>;
