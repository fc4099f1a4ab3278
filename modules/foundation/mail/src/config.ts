import { Redacted } from '@tpmall/kernel';
import { isTimeZone } from '@tpmall/platform/pages';
import { z } from 'zod';
import { parseEmail } from './contract/email.ts';
import type { MailDriver } from './contract/index.ts';

/** Settings of mail with this way to a mail host. */
export const mailConfig = <Settings>(driver: MailDriver<Settings>) =>
  z.strictObject({
    /** What mails wait under until they are sent is sealed with it; losing it loses what is queued. */
    sealingSecret: z
      .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
      .refine((secret) => secret.reveal().length >= 32, 'has fewer than 32 characters'),
    /** Who mails come from. */
    from: z.strictObject({
      name: z
        .string()
        .min(1)
        .max(80)
        .regex(/^[^\p{C}<>"]*$/u, 'must be one line without angle brackets and quotes'),
      address: z
        .string()
        .refine((text) => parseEmail(text) === text, 'must be an address in its normal form'),
    }),
    /** The zone in which mails tell days. */
    timeZone: z.string().refine(isTimeZone, 'is no zone of the tz database').default('UTC'),
    /** The mail host. */
    host: driver.settings,
    /** How often mails are looked for that are due again. */
    retryEverySeconds: z.number().int().min(1).max(3_600).default(5),
  });
