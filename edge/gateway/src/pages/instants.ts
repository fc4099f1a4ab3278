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

function dateOf(timestamp: bigint): Date {
  return new Date(Number(timestamp / 1_000_000n));
}
