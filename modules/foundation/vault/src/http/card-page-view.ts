import {
  page as document,
  type Html,
  houseStyle,
  html,
  languageNames,
  languageTags,
  moneyWithCode,
  otherLanguage,
  sign,
  styleText,
} from '@tpmall/platform/pages';
import { BRAND_NAMES } from '../card/brands.ts';
import type { Card } from '../contract/index.ts';
import { cardFields, problemNote, type Refilled } from './card-fields-view.ts';
import type { CardForm, PageRequest } from './card-page-request.ts';
import type { Words } from './card-page-words.ts';

/** The style of the card's pages stands in them, so that the policy can name its hash. */
export const cardStyle = {
  text: styleText([...houseStyle, new URL('./card-page.css', import.meta.url)]),
};

/** The form, empty or with what was wrong in it. */
export function formPage(
  words: Words,
  page: PageRequest,
  nonce: CardForm['nonce'],
  refilled: Refilled | null,
): string {
  const verb = page.due
    ? html`${words.useFor} ${moneyWithCode(words.language, page.due.amount, page.due.currency)}`
    : words.use;
  const body = html`${due(words, page, true)}
<section class="stack l" aria-labelledby="heading"><h1 id="heading">${words.heading}</h1>
${problemNote(words, refilled)}
<form method="post" action="/cards/new" class="stack" novalidate>
${hiddenFields(words, page, nonce)}
${cardFields(words, refilled)}
<button class="btn wide">${verb}</button>
<p class="cap">${words.custody}</p></form></section>`;
  return layout(words, refilled ? words.problemTitle : words.title, body, page);
}

/** The card is in custody: a link goes on with what was made of it, never a redirect. */
export function donePage(words: Words, page: PageRequest, { id, card }: MadeOfCard): string {
  const onward = new URL(page.returnUrl);
  onward.search += `${onward.search === '' ? '?' : '&'}${page.result}=${encodeURIComponent(id)}`;
  const heading = words.done(BRAND_NAMES[card.brand], card.last4);
  const body = html`${due(words, page, false)}
<section class="stack l" aria-labelledby="heading"><h1 id="heading">${heading}</h1>
<p class="st done">${words.doneNote}</p>
<a class="btn wide" href="${onward.href}" rel="noreferrer">${words.goOn(onward.host)}</a></section>`;
  return layout(words, words.doneTitle, body, null);
}

/** A card that was taken, and the id that stands for it: its own, or a token's. */
export interface MadeOfCard {
  readonly id: string;
  readonly card: Card;
}

/** A page that says why there is no form: a bad link, or a service that does not answer. */
export function refusalPage(words: Words, title: string, text: string): string {
  const body = html`<section class="stack l" aria-labelledby="heading"><h1 id="heading">${title}</h1>
<div class="note red"><p>${text}</p></div></section>`;
  return layout(words, title, body, null);
}

/** What the page was opened with, carried along with the form. */
function hiddenFields(words: Words, page: PageRequest, nonce: string): readonly Html[] {
  const hidden = {
    key: page.key,
    result: page.result,
    return_url: page.returnUrl.href,
    amount: page.due ? String(page.due.amount) : '',
    currency: page.due?.currency.code ?? '',
    lang: words.language,
    nonce,
  };
  return Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
}

/** What is to be paid; and, while the card is not entered, that nothing is charged here. */
function due(words: Words, page: PageRequest, isOpen: boolean): Html | false {
  const amount = page.due && moneyWithCode(words.language, page.due.amount, page.due.currency);
  if (!amount && !isOpen) return false;
  return html`<section class="due">
${amount && html`<p class="cap">${words.toPay}</p><p class="fig-l">${amount}</p>`}
${isOpen && html`<p class="cap">${words.afterwards(page.returnUrl.host)}</p>`}</section>`;
}

/** `switchable` is the page that the link to the other language opens; none after a form was taken. */
function layout(words: Words, title: string, body: Html, switchable: PageRequest | null): string {
  const other = otherLanguage(words.language);
  const languages =
    switchable &&
    html`<nav aria-label="${words.languages}">
<a lang="${languageTags[other]}" href="${addressOf(switchable, other)}">${languageNames[other]}</a></nav>`;
  return document({
    language: words.language,
    title,
    style: cardStyle,
    nav: html`${sign}
${languages}`,
    skip: words.skip,
    body,
    density: 'mall',
    main: 'slip card',
  });
}

function addressOf(page: PageRequest, lang: string): string {
  const { key, result, returnUrl } = page;
  const query = new URLSearchParams({ key, result, return_url: returnUrl.href });
  if (page.due) {
    query.set('amount', String(page.due.amount));
    query.set('currency', page.due.currency.code);
  }
  query.set('lang', lang);
  return `/cards/new?${query.toString()}`;
}
