import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';

const secret = (pattern: RegExp) =>
  z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((value) => pattern.test(value.reveal()), 'has the wrong form');

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
  /** Page that explains error codes; each error links to it with the code as fragment. */
  docsUrl: z.string().max(500).default('/docs/errors'),
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
