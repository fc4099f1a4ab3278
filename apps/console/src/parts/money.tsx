import { currencyOf, formatAmount } from '@tpmall/kernel/money';
import { type Language, useLanguage } from '../language.tsx';

interface Parts {
  readonly sign: string;
  readonly whole: string;
  /** With its point; empty for a currency without. */
  readonly minor: string;
}

/** An amount in minor units as it is written: exact, whatever its size. */
function partsOf(amount: bigint, currency: string): Parts {
  const text = formatAmount(amount, currencyOf(currency));
  const [, sign = '', whole = '', minor = ''] = /^(\D?)(\d+)(.*)$/.exec(text) ?? [];
  return { sign, whole: whole.replace(/\B(?=(\d{3})+$)/g, ','), minor };
}

/** What says the currency, and where: yuan in Chinese have a sign before the digits, all else its code. */
function markOf(currency: string, language: Language) {
  const code = currency.toUpperCase();
  if (language === 'en') return { before: `${code} `, sign: '', after: '' };
  return currency === 'cny'
    ? { before: '', sign: '¥', after: '' }
    : { before: '', sign: '', after: ` ${code}` };
}

/** An amount in one line of plain text, for what takes no markup. */
export function moneyText(minor: bigint | number | string, currency: string, language: Language): string {
  const amount = partsOf(BigInt(minor), currency);
  const mark = markOf(currency, language);
  return mark.before + amount.sign + mark.sign + amount.whole + amount.minor + mark.after;
}

/** An amount: whole units loud, minor units quiet, the code small. */
export function Money(props: {
  readonly minor: bigint | number | string;
  readonly currency: string;
  /** In a table whose head names the currency, amounts stand alone. */
  readonly bare?: boolean;
}) {
  const { language } = useLanguage();
  const { sign, whole, minor } = partsOf(BigInt(props.minor), props.currency);
  const mark = props.bare === true ? undefined : markOf(props.currency, language);
  return (
    <span className="m">
      {mark?.before && <span className="c">{mark.before}</span>}
      {sign}
      {mark?.sign}
      {whole}
      <span className="u">{minor}</span>
      {mark?.after && <span className="c after">{mark.after}</span>}
    </span>
  );
}
