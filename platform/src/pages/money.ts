import { type Currency, formatAmount } from '@tpmall/kernel';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/** Signs that mean one currency only where a page has one; the yen's is the yuan's, so it has none. */
const SIGNS: Readonly<Record<string, string>> = { cny: '¥', usd: '$', eur: '€', gbp: '£' };

/** An amount, grouped by thousands, its minor part quiet; below zero with a minus sign (U+2212). */
export function money(amount: bigint, currency: Currency): Html {
  return html`<span class="m">${figures(amount, currency)}</span>`;
}

/**
 * The same with its currency, for where the head does not say it: before it in English, after it in Chinese.
 */
export function moneyWithCode(language: Language, amount: bigint, currency: Currency): Html {
  const code = currency.code.toUpperCase();
  if (language === 'en') {
    return html`<span class="m"><span class="c">${code}</span>${figures(amount, currency)}</span>`;
  }
  if (code === 'CNY') return html`<span class="m">${figures(amount, currency, '¥')}</span>`;
  return html`<span class="m">${figures(amount, currency)}<span class="c after">${code}</span></span>`;
}

/** With the sign of its currency, for pages that have one home currency; with its code where it has none. */
export function moneyWithSign(language: Language, amount: bigint, currency: Currency): Html {
  const sign = SIGNS[currency.code];
  if (sign === undefined) return moneyWithCode(language, amount, currency);
  return html`<span class="m">${figures(amount, currency, sign)}</span>`;
}

function figures(amount: bigint, currency: Currency, sign = ''): Html {
  const text = formatAmount(amount < 0n ? -amount : amount, currency);
  const [whole = '', minor] = text.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const quiet = minor !== undefined && html`<span class="u">.${minor}</span>`;
  return html`${amount < 0n && '−'}${sign}${grouped}${quiet}`;
}
