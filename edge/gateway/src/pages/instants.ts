import { dayText, type Html, html, type Language } from '@tpmall/platform/pages';

/** Nanoseconds of the ledger as the day people write, UTC: `23 November 2026`. */
export function ledgerDay(language: Language, timestamp: bigint): string {
  return dayText(language, Number(timestamp / 1000n));
}

/** Nanoseconds of the ledger as the time of day to the millisecond, UTC. */
export function timeText(timestamp: bigint): string {
  return dateOf(timestamp).toISOString().slice(11, 23);
}

/** Day and time of day, as people read it; the page names the zone. */
export function instant(language: Language, timestamp: bigint): Html {
  const day = ledgerDay(language, timestamp);
  const separator = language === 'zh' ? ' ' : ', ';
  const text = `${day}${separator}${timeText(timestamp)}`;
  return html`<time datetime="${ledgerInstantText(timestamp)}">${text}</time>`;
}

/** Nanoseconds of the ledger as RFC 3339 with all nine digits. */
export function ledgerInstantText(timestamp: bigint): string {
  const seconds = new Date(Number(timestamp / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(timestamp % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

/**
 * RFC 3339 text as nanoseconds of the ledger, all its digits counted: what {@link ledgerInstantText} writes
 * leads to the same instant. Undefined for other text, and for a day or time that no calendar has.
 */
export function ledgerInstantOf(text: string): bigint | undefined {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const millis = Date.parse(`${seconds}Z`);
  // Date.parse takes 30 February for 2 March.
  if (!(millis >= 0) || !new Date(millis).toISOString().startsWith(seconds)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function dateOf(timestamp: bigint): Date {
  return new Date(Number(timestamp / 1_000_000n));
}
