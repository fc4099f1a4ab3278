import type { FastifyInstance } from 'fastify';

/** Four characters of the printed tree are one step down. */
const STEP = 4;
/** Fastify serves it beside every GET, by the same handler; OPTIONS is a preflight, which tells nothing. */
const BESIDE: ReadonlySet<string> = new Set(['HEAD', 'OPTIONS']);

/** Every operation that an origin serves, such as `POST /v1/refunds`, as its router tells it. */
export function servedBy(app: FastifyInstance): string[] {
  const above: string[] = [];
  const served: string[] = [];
  for (const line of app.printRoutes().split('\n')) {
    const read = /^(?<branch>[│ ]*[├└]── )(?<part>\S+)(?: \((?<methods>[A-Z, ]+)\))?$/.exec(line);
    if (!read?.groups) continue;
    const { branch = '', part = '', methods = '' } = read.groups as Partial<Record<string, string>>;
    const depth = branch.length / STEP;
    above.length = depth - 1;
    const path = [...above, part].join('');
    above.push(part);
    for (const method of methods.split(', ')) {
      if (method !== '' && !BESIDE.has(method)) served.push(`${method} ${path}`);
    }
  }
  return served;
}
