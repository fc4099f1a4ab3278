/** Text that is HTML already. Everything else is escaped where it enters. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | bigint | false | null | undefined | readonly Value[];

/** Builds HTML: whatever is put in is escaped unless it is HTML itself; arrays are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) text += show(value) + (parts[index + 1] ?? '');
  return new Html(text);
}

function show(value: Value): string {
  if (value === false || value === null || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(show).join('');
  const text = String(value);
  // Most texts have nothing to escape, and looking is faster than five replacements.
  if (!/[&<>"']/.test(text)) return text;
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
