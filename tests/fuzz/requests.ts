import type { Access, Operation } from './document.ts';
import { type Chance, type KnownIds, nastyValue, oneIn, pick, plausibleObject } from './values.ts';

/** A request as it is injected. */
export interface FuzzRequest {
  readonly operation: Operation;
  readonly method: Operation['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** Keys by what they may do. */
export interface Keys {
  readonly secret: string;
  readonly operator: string;
  readonly publishable: string;
}

/** A parameter that no operation has: a request that carries it is refused, whatever else it says. */
const UNKNOWN_PARAMETER = 'zz_not_a_parameter';
const MAX_BODY = 300 * 1024;

/** Makes requests from the document. */
export interface RequestMaker {
  /** A request that the server may well accept. */
  plausible(operation: Operation): FuzzRequest;
  /** A request that the server must refuse: something about it is surely wrong. */
  hostile(operation: Operation): FuzzRequest;
  /** A request that the document shows, with objects that are there. */
  example(operation: Operation, path: Readonly<Record<string, string>>, parameters: object): FuzzRequest;
}

/** See {@link RequestMaker}. */
export function createRequestMaker(chance: Chance, keys: Keys, ids: KnownIds): RequestMaker {
  const pathOf = (operation: Operation): string =>
    operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const known = ids[idName(operation)] ?? ids[name] ?? [];
      if (known.length > 0 && !oneIn(chance, 6)) return encodeURIComponent(pick(chance, known));
      return pick(chance, ['nothing', 'pi_0', '%00', '%F0%9F%A7%BE', 'a'.repeat(150), '..%2f..', "'--", '0']);
    });
  const parametersOf = (operation: Operation): Record<string, unknown> =>
    plausibleObject(operation.schema, chance, ids);

  const mutate = (tree: Record<string, unknown>): Record<string, unknown> => {
    const names = Object.keys(tree);
    const name = names.length > 0 ? pick(chance, names) : 'amount';
    const child = tree[name];
    if (typeof child === 'object' && child !== null && !Array.isArray(child) && oneIn(chance, 2)) {
      return { ...tree, [name]: mutate(child as Record<string, unknown>) };
    }
    return { ...tree, [name]: nastyValue(chance) };
  };

  return {
    plausible(operation) {
      const parameters = parametersOf(operation);
      const tree = oneIn(chance, 2) ? parameters : mutate(parameters);
      return build(operation, pathOf(operation), tree, authorisation(keys, operation.access), chance);
    },
    hostile(operation) {
      const tree = mutate(mutate(parametersOf(operation)));
      const good = authorisation(keys, operation.access);
      const broken = chance.below(operation.access === 'public' ? 3 : 5);
      if (broken === 3)
        return build(operation, pathOf(operation), tree, wrongKey(chance, keys, operation), chance);
      if (broken === 4 && operation.method === 'POST')
        return garbage(operation, pathOf(operation), good, chance);
      const wrong = { ...tree, [UNKNOWN_PARAMETER]: nastyScalar(chance) };
      return build(operation, pathOf(operation), wrong, good, chance);
    },
    example(operation, path, parameters) {
      const url = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
        encodeURIComponent(path[name] ?? name),
      );
      return build(operation, url, { ...parameters }, authorisation(keys, operation.access), undefined);
    },
  };
}

/** The name of the ids that an operation's path wants: `payment_intents` becomes `payment_intent`. */
function idName(operation: Operation): string {
  return (operation.path.split('/')[2] ?? '').replace(/s$/, '');
}

function authorisation(keys: Keys, access: Access): string | undefined {
  if (access === 'public') return undefined;
  return `Bearer ${access.startsWith('operator') ? keys.operator : keys.secret}`;
}

function wrongKey(chance: Chance, keys: Keys, operation: Operation): string | undefined {
  const other = strangeKey(keys, operation.access);
  return pick(chance, [undefined, 'Bearer', 'Bearer nothing', 'Basic !!!', 'Digest x', `Bearer ${other}`]);
}

/** A good key that may not call what has this access. */
function strangeKey(keys: Keys, access: Access): string {
  if (access === 'secret-or-operator') return keys.publishable;
  return access.startsWith('operator') ? keys.secret : keys.operator;
}

function nastyScalar(chance: Chance): unknown {
  const value = nastyValue(chance);
  // An empty array or object leaves no trace in a form, so the request would not be wrong.
  return typeof value === 'object' ? 'x' : value;
}

function garbage(
  operation: Operation,
  url: string,
  authorization: string | undefined,
  chance: Chance,
): FuzzRequest {
  const [type, payload] = pick<readonly [string, string]>(chance, [
    ['application/json', '{'],
    ['application/json', '[1,2'],
    ['application/json', '"text"'],
    ['application/json', '{"a":'.repeat(2000)],
    ['application/json', '{"__proto__":{"admin":true},"constructor":1}'],
    ['application/json', `{"description":"${'x'.repeat(MAX_BODY)}"`],
    ['application/x-www-form-urlencoded', 'a[b'],
    ['application/x-www-form-urlencoded', '%zz=1'],
    ['application/x-www-form-urlencoded', 'a=1&a[b]=2'],
    ['application/x-www-form-urlencoded', '__proto__[x]=1'],
    ['application/x-www-form-urlencoded', `a${'[b]'.repeat(200)}=1`],
    ['application/x-www-form-urlencoded', Array.from({ length: 1500 }, (_unused, i) => `k${i}=1`).join('&')],
    ['text/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
  ]);
  return {
    operation,
    method: operation.method,
    url,
    headers: { 'content-type': type, ...(authorization !== undefined && { authorization }) },
    payload,
  };
}

function build(
  operation: Operation,
  url: string,
  tree: Record<string, unknown>,
  authorization: string | undefined,
  chance: Chance | undefined,
): FuzzRequest {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  if (operation.method !== 'POST') {
    const query = encodeForm(tree);
    return { operation, method: operation.method, url: query === '' ? url : `${url}?${query}`, headers };
  }
  if (chance && oneIn(chance, 3)) headers['idempotency-key'] = `fuzz-${chance.below(200)}-${operation.id}`;
  const asForm = operation.takesForms && (!chance || oneIn(chance, 2));
  headers['content-type'] = asForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    operation,
    method: operation.method,
    url,
    headers,
    payload: asForm ? encodeForm(tree) : JSON.stringify(tree),
  };
}

/** A form with brackets, as client libraries write it. */
function encodeForm(tree: unknown, prefix = ''): string {
  if (typeof tree !== 'object' || tree === null) {
    // `encodeURIComponent` throws on a lone surrogate; a client can still send its bytes.
    const text = typeof tree === 'string' ? tree : tree === null ? '' : JSON.stringify(tree);
    return `${prefix}=${/\p{Surrogate}/u.test(text) ? '%ED%A0%80' : encodeURIComponent(text)}`;
  }
  return Object.entries(tree)
    .map(([key, value]) => {
      const name = encodeURIComponent(key);
      return encodeForm(value, prefix === '' ? name : `${prefix}[${name}]`);
    })
    .filter((pair) => pair !== '')
    .join('&');
}
