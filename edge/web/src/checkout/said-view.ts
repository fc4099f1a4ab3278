import type { Session } from '@tpmall/checkout/contract';
import { type Html, html, type Language } from '@tpmall/platform/pages';
import { detailsWords } from './details-words.ts';

/**
 * What the seller says beside the button that pays, and what the shopper has said, with the way back to it.
 */
export function saidView(language: Language, { id, collects, payer, paymentIntent }: Session): Html {
  const w = detailsWords[language];
  const shipping = payer?.shipping ?? null;
  const { line1, line2, postalCode, city, country } = shipping?.address ?? {};
  const place = [line1, line2, [postalCode, city].filter(Boolean).join(' '), country]
    .filter(Boolean)
    .join(', ');
  const lines: Html[] = [];
  if (shipping) lines.push(html`${w.shipping}: ${shipping.name}, ${place}`);
  if (payer?.phone) lines.push(html`${w.phone}: ${payer.phone}`);
  const mayChange = collects !== null && payer !== null && paymentIntent === null;
  return html`${aside(collects?.customText.submit)}${lines.map((line) => html`<p class="cap">${line}</p>`)}${
    mayChange && html`<p><a class="tap" href="/c/pay/${id}?edit=1">${w.change}</a></p>`
  }`;
}

/** A message of the seller's; nothing where there is none. */
export function aside(message: string | null | undefined): Html | false {
  return typeof message === 'string' && html`<p class="said">${message}</p>`;
}
