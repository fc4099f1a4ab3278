import type { Currency } from '@tpmall/kernel';
import { type Html, html, type Language, languageTags, moneyText, punctuation } from '@tpmall/platform/pages';
import type { OtherPrice } from './rate.ts';
import { checkoutWords } from './words.ts';

/**
 * In which currency the card or the balance is charged, that nothing is exchanged here, and what the same
 * goods cost in other currencies where their sellers have set it.
 *
 * @param mayBeCard false where a balance has paid, so that no bank can exchange anything
 */
export function currencyView(
  language: Language,
  currency: Currency,
  others: readonly OtherPrice[] = [],
  mayBeCard = true,
): Html {
  const w = checkoutWords[language];
  const code = currency.code.toUpperCase();
  const name = new Intl.DisplayNames([languageTags[language]], { type: 'currency' }).of(code) ?? code;
  const { sentence } = punctuation[language];
  const prices = others.map((other) =>
    w.otherPrice(moneyText(language, other.total, other.currency), other.rate),
  );
  return html`<div class="cap stack s currency"><p>${w.charged(name, code)}${
    mayBeCard && html`${sentence}${w.exchanged}`
  }</p>
${prices.length > 0 && html`<p>${prices.join(sentence)}</p>`}</div>`;
}
