import type { TestSystem } from './system.ts';

interface Mail {
  readonly text: string;
}

/** What a request of the console's own page carries, besides its cookie. */
export const FROM_PAGE = { 'tpmall-console': '1', 'sec-fetch-site': 'same-origin' } as const;

/** What was answered. */
export interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly cookie: string;
}

type Headers = Readonly<Record<string, string>>;

/** A request of the API's origin with the headers that are given, and no others. */
export async function tell(
  test: TestSystem,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  headers: Headers,
  body?: object,
): Promise<Told> {
  const answered = await test.system.apps.api.inject({
    ...{ method, url },
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { payload: JSON.stringify(body) }),
  });
  return {
    status: answered.statusCode,
    body: answered.json<Record<string, unknown>>(),
    text: answered.body,
    cookie: String(answered.headers['set-cookie'] ?? ''),
  };
}

/** The code of the newest mail to an address, once there are so many. */
export async function codeFor(test: TestSystem, email: string, count = 1): Promise<string> {
  const query = new URLSearchParams({ to: email }).toString();
  for (let turn = 0; turn < 400; turn += 1) {
    const answered = await fetch(`${test.system.mailboxUrl}/api/mails?${query}`);
    const { mails } = (await answered.json()) as { readonly mails: readonly Mail[] };
    if (mails.length >= count) return /\b\d{3} ?\d{3}\b/.exec(mails[0]?.text ?? '')?.[0] ?? '';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail came to ${email}`);
}

/** Somebody who has signed in to the console: asks as its page does. */
export interface AtConsole {
  /** `name=value`, as the browser sends it. */
  readonly cookie: string;
  /** The text of `Set-Cookie`. */
  readonly setCookie: string;
  readonly who: Readonly<Record<string, unknown>>;
  ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object): Promise<Told>;
}

/** Signs in as the page does; `count`: mails that have come to the address by then. */
export async function signIn(
  test: TestSystem,
  role: 'merchant' | 'operator',
  email: string,
  { count = 1, platform }: { readonly count?: number; readonly platform?: string } = {},
): Promise<AtConsole> {
  const whose = platform === undefined ? {} : { platform };
  const begun = await tell(test, 'POST', '/v1/console/sign_ins', FROM_PAGE, {
    ...{ email, role, locale: 'en' },
    ...whose,
  });
  const code = await codeFor(test, email, count);
  const path = `/v1/console/sign_ins/${String(begun.body['id'])}/finish`;
  const done = await tell(test, 'POST', path, FROM_PAGE, { code, ...whose });
  if (done.status !== 200) throw new Error(`${email} did not get in: ${done.text}`);
  const cookie = done.cookie.split(';', 1)[0] ?? '';
  return {
    ...{ cookie, setCookie: done.cookie, who: done.body },
    ask: (method, url, body) => tell(test, method, url, { ...FROM_PAGE, cookie }, body),
  };
}
