import { timingSafeEqual } from 'node:crypto';
import { type Currency, err, findCurrency, MINUTE, type Micros, ok, type Result } from '@tpmall/kernel';
import { z } from 'zod';
import type { CARD_FORM_VERBS } from '../contract/index.ts';
import type { KeyStore } from '../keystore/port.ts';

/** How long a form may be open before its card is taken; a page that is left open longer is loaded again. */
const GRANT_TIME: Micros = 60 * MINUTE;

/** What a card form may do: whose card it takes, who may frame it, and where the shopper goes on. */
export interface CardGrant {
  readonly tenant: string;
  /** The page that shows the form in a frame, and that a shopper without scripts goes back to. */
  readonly returnUrl: string;
  /** What the button says is paid; null where nothing is. */
  readonly due: { readonly amount: bigint; readonly currency: Currency } | null;
  readonly verb: (typeof CARD_FORM_VERBS)[number];
}

const sealed = z.strictObject({
  t: z.string(),
  r: z.string(),
  a: z.string().nullable(),
  c: z.string().nullable(),
  v: z.enum(['pay', 'book', 'donate', 'save'] satisfies (typeof CARD_FORM_VERBS)[number][]),
  e: z.number(),
});

/** Writes a grant down for a browser to carry; only this vault's keystore can make one. */
export async function sealGrant(keyStore: KeyStore, grant: CardGrant, now: Micros): Promise<string> {
  const { tenant: t, returnUrl: r, due, verb: v } = grant;
  const fields = { a: due ? String(due.amount) : null, c: due?.currency.code ?? null };
  const text = Buffer.from(JSON.stringify({ t, r, ...fields, v, e: now + GRANT_TIME })).toString('base64url');
  return `${text}.${(await markOf(keyStore, text)).toString('base64url')}`;
}

/** Reads a grant as a browser brought it. */
export async function openGrant(
  keyStore: KeyStore,
  text: string,
  now: Micros,
): Promise<Result<CardGrant, 'forged' | 'expired'>> {
  const [body = '', mark = ''] = text.split('.');
  const expected = await markOf(keyStore, body);
  const given = Buffer.from(mark, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return err('forged', 'the grant is not of this vault');
  }
  const { t, r, a, c, v, e } = sealed.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (e <= now) return err('expired', 'the form was open for too long');
  const currency = c === null ? undefined : findCurrency(c);
  const due = a !== null && currency ? { amount: BigInt(a), currency } : null;
  return ok({ tenant: t, returnUrl: r, due, verb: v });
}

function markOf(keyStore: KeyStore, body: string): Promise<Buffer> {
  return keyStore.sign(['card-grant', body]);
}
