import { type Html, html } from './html.ts';
import type { Language } from './words.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Nanoseconds of the ledger as the day people write, UTC: `23 November 2026`. */
export function dayText(language: Language, timestamp: bigint): string {
  const at = dateOf(timestamp);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return language === 'zh' ? `${year} 年 ${month + 1} 月 ${day} 日` : `${day} ${MONTHS[month]} ${year}`;
}

/** Nanoseconds of the ledger as the time of day to the millisecond, UTC. */
export function timeText(timestamp: bigint): string {
  return dateOf(timestamp).toISOString().slice(11, 23);
}

/** Day and time of day, as people read it; the page names the zone. */
export function instant(language: Language, timestamp: bigint): Html {
  const day = dayText(language, timestamp);
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
