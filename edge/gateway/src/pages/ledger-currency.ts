import { type Currency, currencyByNumber } from '@tpmall/kernel';

/** What a ledger's number stands for: a currency, or an asset without a name here. */
export function ledgerName(ledger: number): string {
  return currencyByNumber(ledger)?.code.toUpperCase() ?? `#${ledger}`;
}

/** The currency of a ledger; an asset that is no currency is shown in whole units of itself. */
export function ledgerCurrency(ledger: number): Currency {
  return currencyByNumber(ledger) ?? { code: `#${ledger}`, number: ledger, exponent: 0 };
}
