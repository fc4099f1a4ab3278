import { findCurrency, MAX_AMOUNT } from '@tpmall/kernel';
import { z } from 'zod';
import { parseEmail } from './email.ts';

/** An address in any form; what is parsed is its normal form. */
export const emailAddress = z
  .string()
  .max(320)
  .transform((text, context) => {
    const address = parseEmail(text);
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: 'is no e-mail address that mail can be sent to' });
    return z.NEVER;
  });

/** The languages that mails are written in. */
export const mailLocale = z.enum(['en', 'zh']);

/** One line: without control characters, so that nothing can begin a line of its own. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{C}*$/u, 'must be one line without control characters');
const amount = z.bigint().min(0n).max(MAX_AMOUNT);
const currency = z.string().refine((code) => findCurrency(code) !== undefined, 'is no currency we know');
const link = z.url({ protocol: /^https?$/ }).max(500);

/** The most lines of goods that one mail lists. */
const LINES_MAX = 200;

/** What mails there are, and what each is filled with. Amounts are minor units. */
export const mailMessage = z.discriminatedUnion('template', [
  /** A one-time code. */
  z.strictObject({
    template: z.literal('sign_in_code'),
    values: z.strictObject({
      code: z.string().regex(/^\d{4,10}$/),
      minutes: z.number().int().min(1).max(60),
    }),
  }),
  /** What was bought and paid. */
  z.strictObject({
    template: z.literal('receipt'),
    values: z.strictObject({
      order: line(64),
      paidAt: z.number().int().min(0),
      lines: z
        .array(z.strictObject({ text: line(200), quantity: z.number().int().min(1), amount }))
        .min(1)
        .max(LINES_MAX),
      total: amount,
      currency,
      /** Where the order can be seen. */
      link: link.nullable(),
    }),
  }),
  /** Money that goes back. */
  z.strictObject({
    template: z.literal('refund'),
    values: z.strictObject({ order: line(64), amount, currency, link: link.nullable() }),
  }),
  /** How far a merchant's part of an order has come. */
  z.strictObject({
    template: z.literal('parcel'),
    values: z.strictObject({
      order: line(64),
      shop: line(200),
      step: z.enum(['packed', 'shipped', 'delivered']),
      carrier: line(100).nullable(),
      tracking: line(100).nullable(),
      link: link.nullable(),
    }),
  }),
  /** What a merchant has answered to a return, or that it has come back. */
  z.strictObject({
    template: z.literal('return'),
    values: z.strictObject({
      order: line(64),
      shop: line(200),
      step: z.enum(['accepted', 'awaited', 'refused', 'received']),
      amount,
      currency,
      /** The merchant's own words, which may have lines. */
      answer: z.string().min(1).max(1000).nullable(),
      link: link.nullable(),
    }),
  }),
]);

/** A mail before it is written: which, and what with. */
export type MailMessage = z.output<typeof mailMessage>;
/** The name of a kind of mail. */
export type MailTemplate = MailMessage['template'];
/** What a kind of mail is filled with. */
export type MailValues<Template extends MailTemplate> = Extract<
  MailMessage,
  { template: Template }
>['values'];
