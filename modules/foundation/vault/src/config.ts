import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';
import { BIN_PREFIX } from './card/bins.ts';

const secret = (pattern: RegExp) =>
  z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((value) => pattern.test(value.reveal()), 'has the wrong form');

const bucket = (perSecond: number, burst: number) =>
  z
    .strictObject({
      perSecond: z.number().positive().max(1_000_000).default(perSecond),
      burst: z.number().int().min(1).max(1_000_000).default(burst),
    })
    .default({ perSecond, burst });

/** Settings of the vault. */
export const vaultConfig = z.strictObject({
  /**
   * Folder of `vault.passphrase` and `vault-keystore/`; both belong in a backup, and apart from the
   * database's.
   */
  dataFolder: z.string().min(1),
  /**
   * Opens the keystore; without it `vault.passphrase` in the data folder is used, made at the first start.
   */
  passphrase: secret(/^.{12,1024}$/su).optional(),
  /** Key-encryption keys of older versions are refused. Raise it once a rotation has rewrapped everything. */
  minimumKeyVersion: z.number().int().min(1).default(1),
  /** The API's origin, which the script of merchants' pages asks; without it the script only stores cards. */
  apiUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Page that explains error codes; each error links to it with the code as fragment. */
  docsUrl: z.string().max(500).default('/docs/errors'),
  /**
   * How fast cards may be stored, against card testing: by API key, and by the address of a browser. A card
   * that is refused counts six times, one from a browser for its address alone.
   */
  rateLimit: z
    .strictObject({ perKey: bucket(100, 2_000), perIp: bucket(0.5, 30) })
    .default({ perKey: { perSecond: 100, burst: 2_000 }, perIp: { perSecond: 0.5, burst: 30 } }),
  /** Issuers by the first digits of their cards, from a licensed table. */
  bins: z
    .array(
      z.strictObject({
        prefix: z.string().regex(new RegExp(`^\\d{${BIN_PREFIX.min},${BIN_PREFIX.max}}$`)),
        country: z.string().regex(/^[A-Z]{2}$/),
        funding: z.enum(['credit', 'debit', 'prepaid', 'unknown']),
      }),
    )
    .max(200_000)
    .default([]),
  /**
   * A card that is saved for nobody is erased so many days after it was detached or last used. Refunds need
   * the number, so it should be no shorter than the time in which they are given.
   */
  retentionDays: z.number().int().min(1).max(3650).default(180),
  /** Cards that every tenant can pay with by name. None in production. */
  testCards: z
    .array(
      z.strictObject({
        id: z.string().regex(/^pm_card_\w{1,50}$/),
        number: secret(/^\d{12,19}$/),
        expMonth: z.number().int().min(1).max(12),
        expYear: z.number().int().min(2000).max(2200),
        cvc: secret(/^\d{3,4}$/),
      }),
    )
    .max(200)
    .default([]),
});
