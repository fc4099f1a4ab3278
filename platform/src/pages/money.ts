import { type Currency, formatAmount } from '@tpmall/kernel';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/** Signs that mean one currency only where a page has one; the yen's is the yuan's, so it has none. */
const SIGNS: Readonly<Record<string, string>> = { cny: '¥', usd: '$', eur: '€', gbp: '£' };

/** Keeps a currency and its figure on one line (U+00A0). */
const NO_BREAK = '\u00a0';

/** An amount, grouped by thousands, its minor part quiet; below zero with a minus sign (U+2212). */
export function money(amount: bigint, currency: Currency): Html {
  return span(written(amount, currency));
}

/**
 * The same with its currency, for where the head does not say it: before it in English, after it in Chinese,
 * where the yuan is its sign. A space stands between code and figure, so that it is heard and copied as two
 * words.
 */
export function moneyWithCode(language: Language, amount: bigint, currency: Currency): Html {
  return span(coded(language, amount, currency));
}

/** With the sign of its currency, for pages that have one home currency; with its code where it has none. */
export function moneyWithSign(language: Language, amount: bigint, currency: Currency): Html {
  return span(signed(language, amount, currency));
}

/** As {@link moneyWithCode} writes it, as text: `USD 278.94`, `278.94 USD`. */
export function moneyText(language: Language, amount: bigint, currency: Currency): string {
  return text(coded(language, amount, currency));
}

/** As {@link moneyWithSign} writes it, as text: `¥168.00`. */
export function moneyTextWithSign(language: Language, amount: bigint, currency: Currency): string {
  return text(signed(language, amount, currency));
}

/** An amount taken apart; every part may be empty. */
interface Written {
  readonly before: string;
  /** With minus, sign and the separators of thousands. */
  readonly whole: string;
  /** With its point. */
  readonly minor: string;
  readonly after: string;
}

function coded(language: Language, amount: bigint, currency: Currency): Written {
  const code = currency.code.toUpperCase();
  if (language === 'en') return { ...written(amount, currency), before: `${code}${NO_BREAK}` };
  if (code === 'CNY') return written(amount, currency, '¥');
  return { ...written(amount, currency), after: `${NO_BREAK}${code}` };
}

function signed(language: Language, amount: bigint, currency: Currency): Written {
  const sign = SIGNS[currency.code];
  return sign === undefined ? coded(language, amount, currency) : written(amount, currency, sign);
}

function written(amount: bigint, currency: Currency, sign = ''): Written {
  const digits = formatAmount(amount < 0n ? -amount : amount, currency);
  const [whole = '', minor] = digits.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return {
    ...{ before: '', after: '' },
    whole: `${amount < 0n ? '−' : ''}${sign}${grouped}`,
    minor: minor === undefined ? '' : `.${minor}`,
  };
}

function span({ before, whole, minor, after }: Written): Html {
  return html`<span class="m">${before !== '' && html`<span class="c">${before}</span>`}${whole}${
    minor !== '' && html`<span class="u">${minor}</span>`
  }${after !== '' && html`<span class="c after">${after}</span>`}</span>`;
}

function text({ before, whole, minor, after }: Written): string {
  return before + whole + minor + after;
}
