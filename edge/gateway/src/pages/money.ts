import { type Currency, currencyByNumber, formatAmount } from '@tpmall/kernel';
import { type Html, html } from './html.ts';

/** What a ledger's number stands for: a currency, or an asset without a name here. */
export function ledgerName(ledger: number): string {
  return currencyByNumber(ledger)?.code.toUpperCase() ?? `#${ledger}`;
}

/** The currency of a ledger; an asset that is no currency is shown in whole units of itself. */
export function ledgerCurrency(ledger: number): Currency {
  return currencyByNumber(ledger) ?? { code: `#${ledger}`, number: ledger, exponent: 0 };
}

/** An amount, grouped by thousands, its minor part quiet. */
export function money(amount: bigint, ledger: number): Html {
  const text = formatAmount(amount, ledgerCurrency(ledger));
  const [whole = '', minor] = text.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const quiet = minor !== undefined && html`<span class="u">.${minor}</span>`;
  return html`<span class="m">${grouped}${quiet}</span>`;
}

/** Nanoseconds of the ledger as text to the millisecond, UTC. */
export function ledgerTime(timestamp: bigint): string {
  return new Date(Number(timestamp / 1_000_000n)).toISOString().replace('T', ' ').replace('Z', '');
}

/** Nanoseconds of the ledger as RFC 3339 with all nine digits. */
export function ledgerInstantText(timestamp: bigint): string {
  const seconds = new Date(Number(timestamp / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(timestamp % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}
