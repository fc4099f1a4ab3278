import { z } from 'zod';
import type { ConnectorDriver } from './contract/index.ts';
import { circuitSettings } from './health/circuit.ts';
import { BRANDS } from './routing/payment.ts';
import { namedIn } from './routing/router.ts';
import { routing } from './routing/rules.ts';
import { connectorName } from './routing/strategies/connector-name.ts';

const httpUrl = z.url({ protocol: /^https?$/ }).max(500);
const milliseconds = (fallback: number) => z.number().int().min(1).max(86_400_000).default(fallback);

/**
 * What the acquirers' contracts allow for authorisations, as data: the first rule that fits says it, and
 * where none fits an authorisation is captured once and for at most its amount. An absent condition fits all.
 */
const captureTerms = z.strictObject({
  /** Names of connectors. */
  connectors: z.array(connectorName).min(1).optional(),
  brands: z.array(z.string().min(1).max(40)).min(1).optional(),
  /** First digits of card numbers. */
  bins: z
    .array(z.string().regex(/^\d{4,8}$/))
    .min(1)
    .optional(),
  /** ISO 18245 categories of the card acceptor. */
  categories: z
    .array(z.string().regex(/^\d{4}$/))
    .min(1)
    .optional(),
  multicapture: z.boolean().default(false),
  incrementalAuthorisation: z.boolean().default(false),
  /** How much more than was authorised may be captured, in hundredths of the authorised amount. */
  overcapturePercent: z.number().int().min(0).max(100).default(0),
});

/** A rule of {@link captureTerms}. */
export type CaptureTermsRule = z.output<typeof captureTerms>;

const minorUnits = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(BigInt)
  .refine((amount) => amount > 0n, 'must be above zero');

/**
 * What the platform approves on its own risk where no acquirer can be asked; the first rule that fits
 * decides, and without one such payments are declined. An absent condition fits all.
 */
const standInRule = z
  .strictObject({
    /** Its day's sum is counted under this name. */
    name: z.string().regex(/^[a-z0-9-]{1,40}$/),
    currency: z.string().regex(/^[a-z]{3}$/),
    /** The largest payment, and the largest sum of a day (UTC), in minor units: digits. */
    perPayment: minorUnits,
    perDay: minorUnits,
    brands: z.array(z.enum(BRANDS)).min(1).optional(),
    /** Accounts that the charge belongs to. */
    merchants: z.array(z.string().min(1).max(64)).min(1).max(1_000).optional(),
  })
  .refine(({ perPayment, perDay }) => perPayment <= perDay, {
    path: ['perDay'],
    message: 'must not be below perPayment',
  });

/** A rule of {@link standInRule}. */
export type StandInRule = z.output<typeof standInRule>;

/** How the acquirers' clearing files come, and how long they may take. */
const clearing = z
  .strictObject({
    /** Folders that are looked through for clearing files (`*.csv`), each of one connector. */
    folders: z
      .array(z.strictObject({ connector: connectorName, folder: z.string().min(1).max(4096) }))
      .max(20)
      .default([]),
    lookEveryMs: milliseconds(15_000),
    /** A capture or refund that is in no file of its acquirer after so many days is an exception. */
    dueDays: z.number().int().min(1).max(90).default(3),
  })
  .prefault({});

/** Settings of acquiring with these connector packages. */
export function acquiringConfig(drivers: readonly [ConnectorDriver, ...ConnectorDriver[]]) {
  const [first, ...others] = drivers;
  const settings = z.discriminatedUnion('protocol', [
    first.settings,
    ...others.map((driver) => driver.settings),
  ]);
  return (
    z
      .strictObject({
        /** The vault's origin as a browser writes it: challenge pages are served there. */
        vaultUrl: httpUrl,
        /**
         * Who the mall is on an issuer's challenge page where the caller names no other; 1 to 40 characters.
         */
        merchantName: z.string().min(1).max(40).default('TPMall'),
        /** Ways to acquirers, the preferred first; each by its `protocol`. */
        connectors: z.array(settings).min(1).max(20),
        captureTerms: z.array(captureTerms).max(1000).default([]),
        /** What is approved on our own risk where no acquirer can be asked; by default nothing. */
        standIn: z.array(standInRule).max(100).default([]),
        clearing,
        /** Which payment goes to which of them. */
        routing: routing.prefault({}),
        /** When a connector gets no new payments for a while. */
        circuit: circuitSettings.prefault({}),
        /** The 3-D Secure directory server; authentication requests are posted to its URL. */
        directoryServer: z.strictObject({
          url: httpUrl,
          timeoutMs: milliseconds(10_000),
          /** The vault's origin as the directory server reaches it; by default as a browser does. */
          resultsUrl: httpUrl.optional(),
        }),
        /** Pause before an unacknowledged advice or reversal is repeated; doubles up to the maximum. */
        repeatFirstMs: milliseconds(1_000),
        repeatMaxMs: milliseconds(60_000),
        /** How often messages that lost their process are looked for. */
        sweepEveryMs: milliseconds(5_000),
        /** A challenge that the shopper has not finished by then has failed. */
        challengeTimeoutMs: milliseconds(15 * 60_000),
      })
      // The parts are right by now, each for itself; these are the problems that lie between them.
      .superRefine(
        (
          { connectors, captureTerms, standIn, clearing: { folders }, routing: { rules, prices } },
          context,
        ) => {
          const names = connectors.map(({ name }) => name);
          const complain = (path: (string | number)[], message: string): void =>
            context.addIssue({ code: 'custom', path, message });
          names.forEach((name, index) => {
            if (names.indexOf(name) < index) complain(['connectors', index, 'name'], 'names must differ');
          });
          standIn.forEach(({ name }, index) => {
            if (standIn.findIndex((each) => each.name === name) < index)
              complain(['standIn', index, 'name'], 'names must differ');
          });
          rules.forEach((rule, index) => {
            const strangers = namedIn(rule).filter((name) => !names.includes(name));
            for (const name of strangers) complain(['routing', 'rules', index, 'to'], `no connector ${name}`);
          });
          captureTerms.forEach((terms, index) => {
            for (const name of terms.connectors ?? []) {
              if (!names.includes(name))
                complain(['captureTerms', index, 'connectors'], `no connector ${name}`);
            }
          });
          folders.forEach(({ connector }, index) => {
            if (!names.includes(connector))
              complain(['clearing', 'folders', index, 'connector'], `no connector ${connector}`);
          });
          prices.forEach(({ connector }, index) => {
            if (!names.includes(connector))
              complain(['routing', 'prices', index, 'connector'], `no connector ${connector}`);
          });
        },
      )
  );
}

/** {@link acquiringConfig} as it is used. */
export type AcquiringConfig = z.output<ReturnType<typeof acquiringConfig>>;
