import { useLanguage } from '../language.tsx';

const MS = 1_000;

/** An instant of the API: seconds since the epoch, or RFC 3339 text. */
export type At = number | string;

const dateOf = (at: At): Date => new Date(typeof at === 'number' ? at * MS : at);

/** A day, with its year unless it is this one. */
function dayParts(date: Date): Intl.DateTimeFormatOptions {
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }) };
}

/** A day and a minute, in the browser's own time zone. */
export function Instant({ at }: { readonly at: At }) {
  const { tag } = useLanguage();
  const date = dateOf(at);
  const format = new Intl.DateTimeFormat(tag, {
    ...dayParts(date),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return <time dateTime={date.toISOString()}>{format.format(date)}</time>;
}

/** A day and the time of day as {@link Clock} has it, for logs. */
export function LogTime({ at }: { readonly at: At }) {
  const { tag } = useLanguage();
  const date = dateOf(at);
  const day = new Intl.DateTimeFormat(tag, dayParts(date)).format(date);
  return (
    <>
      {day} <Clock at={at} />
    </>
  );
}

/** A whole date, for the head of a record. */
export function Day({ at }: { readonly at: At }) {
  const { tag } = useLanguage();
  const date = dateOf(at);
  return (
    <time dateTime={date.toISOString()}>
      {new Intl.DateTimeFormat(tag, { dateStyle: 'long' }).format(date)}
    </time>
  );
}

/** A whole date with the time of day as {@link Clock} has it, for the head of a record of a log. */
export function Moment({ at }: { readonly at: At }) {
  const { language } = useLanguage();
  return (
    <>
      <Day at={at} />
      {language === 'zh' ? ' ' : ', '}
      <Clock at={at} />
    </>
  );
}

/** The time of day, for journals: to the millisecond, or to the second where no more is known. */
export function Clock({ at }: { readonly at: At }) {
  const date = dateOf(at);
  const two = (value: number, length = 2): string => String(value).padStart(length, '0');
  const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const fraction = typeof at === 'number' ? '' : `.${two(date.getMilliseconds(), 3)}`;
  return <time dateTime={date.toISOString()}>{text + fraction}</time>;
}

/** The browser's time zone, which every table of instants names. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A duration in microseconds as people read it. */
export function duration(micros: number): string {
  return micros < MS
    ? `${micros} µs`
    : micros < MS * MS
      ? `${(micros / MS).toFixed(1)} ms`
      : `${(micros / MS / MS).toFixed(2)} s`;
}
