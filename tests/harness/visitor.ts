/** A page as a browser without scripts has got it. */
export interface Shown {
  readonly status: number;
  /** Where it came from in the end: path and query. */
  readonly path: string;
  readonly html: string;
}

/** A browser without scripts: it keeps cookies, follows redirects, and sends forms as pages give them. */
export interface Visitor {
  get(path: string): Promise<Shown>;
  /**
   * Sends the form of a page that has this action, with its own hidden and chosen values under the given
   * ones.
   */
  submit(shown: Shown, action: string, fields?: Readonly<Record<string, string>>): Promise<Shown>;
  /** Writes into the form of a page and presses the button of the other language. */
  changeLanguage(shown: Shown, fields: Readonly<Record<string, string>>): Promise<Shown>;
  /** What it would send with the next request. */
  cookie(): string;
  /** Sends any form at all, as another page of this origin could. */
  post(path: string, body: string): Promise<Shown>;
}

const REDIRECTS_MAX = 5;

/** Opens a browser, without cookies or with those that another one would send. */
export function openVisitor(origin: string, language: 'en' | 'zh' = 'en', kept = ''): Visitor {
  const pairs = kept.split('; ').filter((pair) => pair !== '');
  const cookies = new Map(pairs.map((pair) => pair.split('=') as [string, string]));

  const cookie = () => [...cookies].map((pair) => pair.join('=')).join('; ');

  const ask = async (path: string, body?: string): Promise<Shown> => {
    let target = path;
    let form = body;
    for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
      const answer = await fetch(new URL(target, origin), {
        redirect: 'manual',
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          'accept-language': language,
          cookie: cookie(),
          ...(form !== undefined && { origin, 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form !== undefined && { body: form }),
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
        if (cookie.includes('Max-Age=0;')) cookies.delete(name);
        else cookies.set(name, value);
      }
      const location = answer.headers.get('location');
      const html = await answer.text();
      if (location === null) return { status: answer.status, path: target, html };
      const next = new URL(location, new URL(target, origin));
      if (next.origin !== new URL(origin).origin) throw new Error(`${target} leads to ${location}`);
      [target, form] = [next.pathname + next.search, undefined];
    }
    throw new Error(`${path} leads on and on`);
  };

  return {
    cookie,
    get: (path) => ask(path),
    post: (path, body) => ask(path, body),
    changeLanguage: ({ html, path }, fields) => {
      const [, target = '', name = ''] = /formaction="([^"]*)"[^>]* name="(\w+)" value="1"/.exec(html) ?? [];
      const inside = html.split('<form').find((text) => text.startsWith(' id="typed"'));
      if (inside === undefined || target === '') throw new Error(`nothing is typed on ${path}`);
      const sent = { ...valuesOf(inside), ...fields, [name]: '1' };
      return ask(target, new URLSearchParams(sent).toString());
    },
    submit: ({ html, path }, action, fields = {}) => {
      const inside = html.split('<form').find((text) => text.includes(`action="${action}"`));
      if (inside === undefined) throw new Error(`no form with ${action} on ${path}`);
      return ask(action, new URLSearchParams({ ...valuesOf(inside), ...fields }).toString());
    },
  };
}

/** What a form says where nobody writes into it. */
function valuesOf(form: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [tag] of (form.split('</form')[0] ?? '').matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    const [name, type] = [attribute('name'), attribute('type')];
    const isLeftOut = (type === 'radio' || type === 'checkbox') && !tag.includes(' checked');
    if (name !== undefined && !isLeftOut) values[name] = unescape(attribute('value') ?? '');
  }
  return values;
}

function unescape(text: string): string {
  const named = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' } as const;
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_all, name: keyof typeof named) => named[name]);
}
