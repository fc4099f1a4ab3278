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

/** Where the readers of a page live, as the tz database names it: `Asia/Shanghai`. */
export type TimeZone = string;

const formats = new Map<TimeZone, Intl.DateTimeFormat>();

/** Whether the tz database has a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Made once a zone: making one takes longer than a hundred uses. */
function formatOf(zone: TimeZone): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', timeZoneName: 'shortOffset' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const made = new Intl.DateTimeFormat('en', { ...numeric, ...clock, timeZone: zone });
  formats.set(zone, made);
  return made;
}

function partsOf(at: Micros, zone: TimeZone): Readonly<Record<string, string>> {
  return Object.fromEntries(
    formatOf(zone)
      .formatToParts(at / 1000)
      .map(({ type, value }) => [type, value]),
  );
}

/** The day people write: `23 November 2026`, `2026 年 11 月 23 日`. */
export function dayText(language: Language, at: Micros, zone: TimeZone = 'UTC'): string {
  const { year, month, day: date } = partsOf(at, zone);
  const text = monthText(language, Number(month), Number(year));
  return language === 'zh' ? `${text} ${date} 日` : `${date} ${text}`;
}

/** The same without its year, for a day that is near: `23 November`, `11 月 23 日`. */
export function nearDayText(language: Language, at: Micros, zone: TimeZone = 'UTC'): string {
  const { month, day: date } = partsOf(at, zone);
  return language === 'zh' ? `${month} 月 ${date} 日` : `${date} ${MONTHS[Number(month) - 1]}`;
}

/** The day as it is read out by machines too. */
export function day(language: Language, at: Micros, zone: TimeZone = 'UTC'): Html {
  const { year = '', month = '', day: date = '' } = partsOf(at, zone);
  const machine = [year, month.padStart(2, '0'), date.padStart(2, '0')].join('-');
  return html`<time datetime="${machine}">${dayText(language, at, zone)}</time>`;
}

/** Day and minute with the zone by its offset: `22 November 2026, 18:42 UTC+8`. */
export function minute(language: Language, at: Micros, zone: TimeZone = 'UTC'): Html {
  const iso = new Date(at / 1000).toISOString();
  const { hour, minute: past, timeZoneName = '' } = partsOf(at, zone);
  const separator = language === 'zh' ? ' ' : ', ';
  return html`<time datetime="${iso.slice(0, 16)}Z">${dayText(language, at, zone)}${separator}${hour}:${past}
 ${timeZoneName.replace('GMT', 'UTC').replace(/\+0$/, '')}</time>`;
}
