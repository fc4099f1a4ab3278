import { isDeepStrictEqual } from 'node:util';
import type { Payer, Session } from '@tpmall/checkout/contract';
import { type Html, html, type Language } from '@tpmall/platform/pages';
import { postalLine } from '../frame/postal-line.ts';
import { detailsWords } from './details-words.ts';

/**
 * What the seller says beside the button that pays, and what the shopper has said, with the way back to it.
 */
export function saidView(language: Language, { id, collects, payer, paymentIntent }: Session): Html {
  const w = detailsWords[language];
  const mayChange = collects !== null && payer !== null && paymentIntent === null;
  return html`${aside(collects?.customText.submit)}${payer && saidOf(language, payer)}${
    mayChange && html`<p><a class="tap" href="/c/pay/${id}?edit=1">${w.change}</a></p>`
  }`;
}

/** Who buys, where it is sent and to whom the bill is written, each with its word. */
function saidOf(language: Language, payer: Payer): Html | false {
  const w = detailsWords[language];
  const { individualName, businessName, phone, name, address, shipping } = payer;
  const billed = address && (isBilledWhereSent(payer) ? w.billingSame : postalLine(language, name, address));
  const said = [
    [w.individualName, individualName],
    [w.businessName, businessName],
    [w.phone, phone],
    [w.shipping, shipping && postalLine(language, shipping.name, shipping.address)],
    [w.billing, billed],
  ] as const;
  const lines = said.filter(([, text]) => text !== null);
  if (lines.length === 0) return false;
  return html`<dl class="told">${lines.map(
    ([word, text]) => html`<div><dt>${word}</dt><dd>${text}</dd></div>
`,
  )}</dl>`;
}

/** Whether the bill is written to whom and where it is sent. */
export function isBilledWhereSent({ name, address, shipping }: Payer): boolean {
  return address !== null && shipping?.name === name && isDeepStrictEqual(shipping.address, address);
}

/** A message of the seller's; nothing where there is none. */
export function aside(message: string | null | undefined): Html | false {
  return typeof message === 'string' && html`<p class="said">${message}</p>`;
}
