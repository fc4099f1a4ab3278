import type { Micros } from '@tpmall/kernel';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

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

/** A month of a year, as people write it: `September 2021`, `2021 年 9 月`. */
export function monthText(language: Language, month: number, year: number): string {
  return language === 'zh' ? `${year} 年 ${month} 月` : `${MONTHS[month - 1]} ${year}`;
}

/** The day people write, UTC: `23 November 2026`, `2026 年 11 月 23 日`. */
export function dayText(language: Language, at: Micros): string {
  const date = new Date(at / 1000);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const text = monthText(language, month, year);
  return language === 'zh' ? `${text} ${day} 日` : `${day} ${text}`;
}

/** The day as it is read out by machines too. */
export function day(language: Language, at: Micros): Html {
  const machine = new Date(at / 1000).toISOString().slice(0, 10);
  return html`<time datetime="${machine}">${dayText(language, at)}</time>`;
}

/** Day and minute, UTC, with the zone: `22 November 2026, 10:42 UTC`. */
export function minute(language: Language, at: Micros): Html {
  const iso = new Date(at / 1000).toISOString();
  const separator = language === 'zh' ? ' ' : ', ';
  return html`<time datetime="${iso.slice(0, 16)}Z">${dayText(language, at)}${separator}${iso.slice(11, 16)}
 UTC</time>`;
}
