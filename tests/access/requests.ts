import { seededRandom } from '@tpmall/kernel';
import type { Operation } from '../fuzz/document.ts';
import { fill, oneOfEach } from '../fuzz/fill.ts';
import { createRequestMaker } from '../fuzz/requests.ts';
import type { World } from '../fuzz/world.ts';
import { approved } from '../harness/cards.ts';
import type { Caller } from './callers.ts';

/** A parameter that no operation has: whoever is told of it was let in, and has done nothing. */
export const UNKNOWN = 'zz_not_a_parameter';

/** A request as it is injected. */
interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** Of each operation: the request that would do something, or as a probe the same with {@link UNKNOWN}. */
export type Requests = ReadonlyMap<string, (caller: Caller, isProbe: boolean) => Asked>;

/** What the console's page sends, which is in no document. */
const OF_CONSOLE: readonly (readonly [method: Asked['method'], path: string, url: string, body: object])[] = [
  [
    'POST',
    '/v1/console/sign_ins',
    '/v1/console/sign_ins',
    { email: 'olga@tpmall.example', role: 'operator', locale: 'en' },
  ],
  ['POST', '/v1/console/sign_ins/:id/finish', '/v1/console/sign_ins/chal_none/finish', { code: '123456' }],
  ['GET', '/v1/console/session', '/v1/console/session', {}],
  ['DELETE', '/v1/console/session', '/v1/console/session', {}],
  ['GET', '/v1/console/statement', '/v1/console/statement', {}],
];

/** The requests that the document shows, with objects that are there, and those of the console's page. */
export async function makeRequests(operations: readonly Operation[], world: World): Promise<Requests> {
  const { make } = oneOfEach(world.make);
  const maker = createRequestMaker(seededRandom(1), { secret: '', operator: '', publishable: '' }, world.ids);
  const requests = new Map<string, (caller: Caller, isProbe: boolean) => Asked>();
  for (const operation of operations) {
    const [example] = operation.examples;
    const path = (await fill(example?.path, make)) as Record<string, string>;
    const parameters = (await fill(example?.parameters, make)) as object;
    requests.set(
      `${operation.method} ${operation.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      (caller, isProbe) => {
        const shown = isProbe ? { ...parameters, [UNKNOWN]: '1' } : parameters;
        const { method, url, headers, payload } = maker.example(operation, path, shown);
        const { authorization: _another, ...rest } = headers;
        return {
          ...{ method, url, headers: { ...rest, ...caller.headers } },
          ...(payload !== undefined && { payload }),
        };
      },
    );
  }
  for (const [method, path, url, body] of OF_CONSOLE) {
    requests.set(`${method} ${path}`, ({ headers }, isProbe) => {
      const shown = isProbe ? { ...body, [UNKNOWN]: '1' } : body;
      if (method !== 'POST') {
        return { method, url: isProbe ? `${url}?${UNKNOWN}=1` : url, headers };
      }
      const payload = JSON.stringify(shown);
      return { method, url, headers: { ...headers, 'content-type': 'application/json' }, payload };
    });
  }
  return requests;
}

/** A card for each endpoint of the vault that takes one, and for its page. */
export function vaultRequests(): Requests {
  const card = { number: approved, exp_month: '12', exp_year: '2034', cvc: '314' };
  const bodies = {
    payment_methods: { type: 'card', card },
    tokens: { card },
    confirmation_tokens: { payment_method_data: { type: 'card', card } },
  };
  const requests = new Map<string, (caller: Caller, isProbe: boolean) => Asked>();
  for (const [name, body] of Object.entries(bodies)) {
    requests.set(`POST /v1/${name}`, ({ headers }, isProbe) => ({
      ...{ method: 'POST', url: `/v1/${name}`, headers: { ...headers, 'content-type': 'application/json' } },
      payload: JSON.stringify(isProbe ? { ...body, [UNKNOWN]: '1' } : body),
    }));
  }
  const pageOf = ({ headers }: Caller) => ({
    key: headers['authorization']?.replace('Bearer ', '') ?? 'none',
    return_url: 'https://shop.example/done',
  });
  requests.set('GET /cards/new', (caller) => ({
    ...{ method: 'GET', url: `/cards/new?${new URLSearchParams(pageOf(caller)).toString()}`, headers: {} },
  }));
  requests.set('POST /cards/new', (caller, isProbe) => {
    const form = { number: approved, expiry: '12 / 34', cvc: '314', name: 'Ada', nonce: 'n'.repeat(22) };
    // Without a number it is shown again, and nothing is stored.
    const sent = { ...pageOf(caller), ...form, ...(isProbe && { number: '' }) };
    return {
      ...{ method: 'POST', url: '/cards/new', payload: new URLSearchParams(sent).toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
  });
  return requests;
}
