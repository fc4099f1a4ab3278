import { z } from 'zod';

/** The id of an object. */
export const id = z.string().min(1).max(64);
/** Why an operator did something. */
export const reason = z.string().min(1).max(200);
/** One of the languages that the house writes in. */
export const locale = z.enum(['en', 'zh']);
/** One line of text: what shows it must not be led astray by control characters. */
export const displayName = z
  .string()
  .max(80)
  .regex(/^\P{C}*$/u, 'must be one line without control characters');
/** 3 to 30 of a–z, 0–9 and `_`, beginning with a letter. */
export const handle = z
  .string()
  .regex(/^[a-z][a-z0-9_]{2,29}$/, 'must be 3 to 30 of a-z, 0-9 and _, beginning with a letter');
/** The address that a request came from, as the server saw it. */
export const ip = z.string().min(1).max(64);
/** Six digits; what people and their keyboards put between them or write instead of them is mended. */
export const code = z
  .string()
  .min(1)
  .max(40)
  .transform((text) => text.normalize('NFKC').replace(/[\s-]/g, ''))
  .refine((text) => /^\d{6}$/.test(text), 'must be the six digits of the mail');
