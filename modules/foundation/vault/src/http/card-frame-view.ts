import { houseStyle, html, inlineScript, moneyWithCode, page, styleText } from '@tpmall/platform/pages';
import { BRAND_NAMES, type Brand, brandPrefixes, cvcLength } from '../card/brands.ts';
import type { Card } from '../contract/index.ts';
import type { CardGrant } from '../service/card-grant.ts';

import { cardFields, problemNote, type Refilled } from './card-fields-view.ts';
import type { Words } from './card-page-words.ts';

/** The style of what stands in frames of other pages. */
export const frameStyle = {
  text: styleText([...houseStyle, new URL('./card-frame.css', import.meta.url)]),
};

/** What runs in them. */
export const frameScript = inlineScript(new URL('./card-form.js', import.meta.url));

/** A form that stands in a frame of another page. */
export interface Framed {
  readonly words: Words;
  readonly grant: CardGrant;
  /** The grant as the browser carries it. */
  readonly sealed: string;
}

/** The form, empty or with what was wrong in it. */
export function framedForm(
  { words, grant, sealed }: Framed,
  nonce: string,
  refilled: Refilled | null,
): string {
  const { due, verb } = grant;
  const amount = due && html` ${moneyWithCode(words.language, due.amount, due.currency)}`;
  const body = html`<form id="card" method="post" action="/cards/form" class="stack" novalidate
data-parent="${new URL(grant.returnUrl).origin}" data-words="${browserWords(words)}"
data-brands="${JSON.stringify(brandPrefixes())}">
<input type="hidden" name="grant" value="${sealed}">
<input type="hidden" name="lang" value="${words.language}">
<input type="hidden" name="nonce" value="${nonce}">
${problemNote(words, refilled)}
${cardFields(words, refilled)}
<button class="btn wide"><span>${words.verbs[verb]}${amount}</span></button>
<p class="cap">${words.custody}</p></form>`;
  return framePage(words, refilled ? words.problemTitle : words.title, body);
}

/** Fields without a button, for a merchant's page: its script says when the card is wanted. */
export function framedFields(words: Words, key: string, origin: string): string {
  const body = html`<div id="card" class="stack" role="group" aria-label="${words.heading}"
data-parent="${origin}" data-key="${key}" data-words="${browserWords(words)}"
data-brands="${JSON.stringify(brandPrefixes())}">${cardFields(words, null)}</div>`;
  return framePage(words, words.title, body);
}

/**
 * The card is in custody: the page around is told, and a link goes on where no script runs. Never a redirect.
 */
export function framedDone({ words, grant }: Framed, card: Card): string {
  const { brand, last4 } = card;
  const onward = new URL(grant.returnUrl);
  onward.searchParams.set('payment_method', card.id);
  const told = JSON.stringify({ id: card.id, brand, last4 });
  const body = html`<div id="card" class="stack" data-parent="${onward.origin}" data-card="${told}">
<p class="strong">${words.done(BRAND_NAMES[brand], last4)}</p>
<p class="st wait" data-waiting hidden>${words.sending}</p>
<p data-onward><a class="btn wide" href="${onward.href}" target="_top" rel="noreferrer"
>${words.goOnPaying}</a></p></div>`;
  return framePage(words, words.doneTitle, body);
}

/** Why there is no form, with a link that opens it anew where there is something to open. */
export function framedRefusal(words: Words, title: string, text: string, again: string | null): string {
  const link =
    again !== null &&
    html`<p><a class="tap" href="${again}" target="_top" rel="noreferrer">${words.reload}</a></p>`;
  return framePage(
    words,
    title,
    html`<div class="note red"><p class="strong">${title}</p><p>${text}</p></div>
${link}`,
  );
}

function framePage(words: Words, title: string, body: ReturnType<typeof html>): string {
  return page({
    ...{ language: words.language, title, style: frameStyle, nav: null, skip: '', body },
    ...{ density: 'mall', main: 'frame', after: frameScript.element },
  });
}

/** What the script says below fields before anything is sent. */
function browserWords(words: Words): string {
  const brands = Object.keys(BRAND_NAMES) as Brand[];
  return JSON.stringify({
    numberMissing: words.numberMissing,
    numberWrong: words.numberWrong,
    expiryMissing: words.expiryMissing,
    expiryWrong: words.expiryWrong,
    expiryPast: words.expiryPast('{when}'),
    cvcMissing: words.cvcMissing,
    sending: words.sending,
    unreachable: words.unreachable,
    brands: Object.fromEntries(
      brands.map((brand) => [
        brand,
        {
          name: brand === 'unknown' ? '' : BRAND_NAMES[brand],
          digits: cvcLength(brand),
          cvcWrong: words.cvcWrong(brand, BRAND_NAMES[brand], cvcLength(brand)),
        },
      ]),
    ),
  });
}
