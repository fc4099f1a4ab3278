/** The most pages that a shopper is led through; more would be a loop. */
const PAGES_MAX = 8;

/** A form as it stands on a page. */
interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: Map<string, string>;
}

/** A page that the shopper saw. */
export interface Visit {
  readonly url: string;
  /** The page's title. */
  readonly title: string;
}

/**
 * Walks through pages as a shopper without JavaScript does: sends the form that is on the page, typing `code`
 * into its empty text field, until a page has no form but a link that leads to `until`.
 */
export async function walkThrough(start: string, code: string, until: string): Promise<Visit[]> {
  const visits: Visit[] = [];
  let response = await fetch(start);
  let url = start;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const html = await response.text();
    visits.push({ url, title: textOf(/<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? '') });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${visits.at(-1)?.title}`);
    const form = readForm(html);
    if (!form) {
      const links = [...html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/gi)].map((match) => textOf(match[1] ?? ''));
      if (links.some((link) => link.startsWith(until))) return visits;
      throw new Error(`${url} has neither a form nor a link to ${until}`);
    }
    for (const [name, value] of form.fields) if (value === '') form.fields.set(name, code);
    url = new URL(form.action, url).href;
    const body = new URLSearchParams([...form.fields]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    response = await fetch(url, form.method === 'post' ? { method: 'POST', headers, body } : {});
  }
  throw new Error(`more than ${PAGES_MAX} pages from ${start}`);
}

function readForm(html: string): Form | undefined {
  const match = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html);
  if (!match) return undefined;
  const [, attributes = '', inner = ''] = match;
  const fields = new Map<string, string>();
  for (const [tag] of inner.matchAll(/<(?:input|button)\b[^>]*>/gi)) {
    const name = attribute(tag, 'name');
    const type = attribute(tag, 'type') ?? 'text';
    // Of several buttons a shopper who means to pay presses the first.
    const isButton = type === 'submit' || tag.toLowerCase().startsWith('<button');
    if (name !== undefined && !(isButton && fields.has(name)))
      fields.set(name, attribute(tag, 'value') ?? '');
  }
  return {
    action: attribute(attributes, 'action') ?? '',
    method: (attribute(attributes, 'method') ?? 'get').toLowerCase(),
    fields,
  };
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return value === undefined ? undefined : textOf(value);
}

function textOf(html: string): string {
  const entities: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    '#x27': "'",
  };
  return html.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (whole, name: string) => entities[name] ?? whole);
}
