import { type Currency, currencyByNumber, formatAmount } from '@tpmall/kernel';
import { type Html, html } from './html.ts';
import type { Language } from './words.ts';

/** What a ledger's number stands for: a currency, or an asset without a name here. */
export function ledgerName(ledger: number): string {
  return currencyByNumber(ledger)?.code.toUpperCase() ?? `#${ledger}`;
}

/** The currency of a ledger; an asset that is no currency is shown in whole units of itself. */
export function ledgerCurrency(ledger: number): Currency {
  return currencyByNumber(ledger) ?? { code: `#${ledger}`, number: ledger, exponent: 0 };
}

/** An amount, grouped by thousands, its minor part quiet; below zero with a minus sign (U+2212). */
export function money(amount: bigint, ledger: number): Html {
  return html`<span class="m">${figures(amount, ledger)}</span>`;
}

/**
 * The same with its currency, for where the head does not say it: before it in English, after it in Chinese.
 */
export function moneyWithCode(language: Language, amount: bigint, ledger: number): Html {
  const name = ledgerName(ledger);
  if (language === 'en')
    return html`<span class="m"><span class="c">${name}</span>${figures(amount, ledger)}</span>`;
  if (name === 'CNY') return html`<span class="m">${figures(amount, ledger, '¥')}</span>`;
  return html`<span class="m">${figures(amount, ledger)}<span class="c after">${name}</span></span>`;
}

function figures(amount: bigint, ledger: number, sign = ''): Html {
  const text = formatAmount(amount < 0n ? -amount : amount, ledgerCurrency(ledger));
  const [whole = '', minor] = text.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const quiet = minor !== undefined && html`<span class="u">.${minor}</span>`;
  return html`${amount < 0n && '−'}${sign}${grouped}${quiet}`;
}
