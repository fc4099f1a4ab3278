import { useLanguage } from '../language.tsx';

/** Assets that are no currency of ISO 4217, which browsers do not know. */
const EXPONENTS: Readonly<Record<string, number>> = { usdc: 6, usdt: 6 };
const known = new Map<string, number>();

/** Decimal digits of a currency's minor unit. */
function exponentOf(currency: string): number {
  const found = EXPONENTS[currency] ?? known.get(currency);
  if (found !== undefined) return found;
  const style = { style: 'currency', currency: currency.toUpperCase() } as const;
  const isCode = /^[a-z]{3}$/.test(currency);
  const digits = isCode
    ? (new Intl.NumberFormat('en', style).resolvedOptions().maximumFractionDigits ?? 2)
    : 0;
  known.set(currency, digits);
  return digits;
}

interface Parts {
  readonly sign: string;
  readonly whole: string;
  /** With its point; empty for a currency without. */
  readonly minor: string;
}

/** An amount in minor units as it is written: exact, whatever its size. */
export function partsOf(minor: bigint | number | string, currency: string): Parts {
  const exact = BigInt(minor);
  const digits = (exact < 0n ? -exact : exact).toString();
  const exponent = exponentOf(currency);
  const padded = digits.padStart(exponent + 1, '0');
  const at = padded.length - exponent;
  return {
    sign: exact < 0n ? '−' : '',
    whole: padded.slice(0, at).replace(/\B(?=(\d{3})+$)/g, ','),
    minor: exponent === 0 ? '' : `.${padded.slice(at)}`,
  };
}

/** An amount: whole units loud, minor units quiet, the code small. */
export function Money(props: {
  readonly minor: bigint | number | string;
  readonly currency: string;
  /** In a table whose head names the currency, amounts stand alone. */
  readonly bare?: boolean;
}) {
  const { language } = useLanguage();
  const { sign, whole, minor } = partsOf(props.minor, props.currency);
  const code = props.currency.toUpperCase();
  const isAfter = language === 'zh';
  return (
    <span className="m">
      {props.bare !== true && !isAfter && <span className="c">{code} </span>}
      {sign}
      {whole}
      <span className="u">{minor}</span>
      {props.bare !== true && isAfter && <span className="c after"> {code}</span>}
    </span>
  );
}

/** Reads what somebody typed as an amount, `168` or `1,680.50`; undefined where it is none. */
export function minorOf(text: string, currency: string): bigint | undefined {
  const [, whole, part = ''] = /^(\d{1,15})(?:\.(\d+))?$/.exec(text.trim().replaceAll(/[,\s]/g, '')) ?? [];
  const exponent = exponentOf(currency);
  if (whole === undefined || part.length > exponent) return undefined;
  return BigInt(whole + part.padEnd(exponent, '0'));
}
