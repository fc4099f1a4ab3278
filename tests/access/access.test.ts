import { errorCatalogue } from '@tpmall/wire';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenApiDocument, readOperations } from '../fuzz/document.ts';
import { createWorld, type World } from '../fuzz/world.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { API, type Expected, PERMISSIONS, VAULT } from './api-table.ts';
import { type Caller, makeCallers } from './callers.ts';
import { makeRequests, type Requests, UNKNOWN, vaultRequests } from './requests.ts';
import { servedBy } from './served.ts';

/**
 * The rows of every table, but of what is written of any request and of what deliveries go on with in their
 * own time.
 */
const ROWS = `SELECT t.schemaname || '.' || t.tablename AS name, (xpath('/row/n/text()', query_to_xml(
    format('SELECT count(*) AS n FROM %I.%I', t.schemaname, t.tablename), false, true, '')))[1]::text AS rows
  FROM pg_tables AS t
  WHERE t.schemaname NOT IN ('pg_catalog', 'information_schema', 'graphile_worker', 'gateway')
    AND t.schemaname || '.' || t.tablename NOT IN ('webhooks.attempt', 'acquiring.message_log')
  ORDER BY name`;

let test: TestSystem;
let admin: pg.Client;
let world: World;
let document: OpenApiDocument;
let callers: Caller[];
beforeAll(async () => {
  test = await startTestSystem();
  admin = new pg.Client({ connectionString: test.system.databaseUrl });
  await admin.connect();
  world = await createWorld(test);
  document = (await test.system.apps.api.inject({ url: '/openapi.json' })).json<OpenApiDocument>();
  callers = await makeCallers(test, PERMISSIONS);
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
  await test?.close();
});

describe('the table of who may call what', () => {
  it('has a line for every operation that is served', () => {
    const { api, vault } = test.system.apps;
    expect(servedBy(api).toSorted()).toEqual([...API.keys()].toSorted());
    expect(servedBy(vault).toSorted()).toEqual([...VAULT.keys()].toSorted());
  });

  it('says what the document says', () => {
    const documented = readOperations(document).map(({ method, path, access }) => {
      const name = `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      return [name, API.get(name)?.access === access ? access : `not ${access}`];
    });
    expect(documented.filter(([, access]) => access?.startsWith('not '))).toEqual([]);
  });

  it('has every permission that a restricted key may be given, and no other', async () => {
    const { resources } = await test.operator('GET', '/v1/keys');
    expect(PERMISSIONS.toSorted()).toEqual(resources);
  });
});

describe('every operation', () => {
  it('of the API lets in who may call it, tells all others why not, and does nothing for them', async () => {
    const requests = await makeRequests(readOperations(document), world);
    const before = await stateOf();
    const { asked, wrong } = await askAll(test.system.apps.api, API, requests, refusalOf);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(6_000);
    expect(await stateOf()).toEqual(before);
  });

  it('of the vault takes cards from who may store them, and does nothing for anybody else', async () => {
    const before = await stateOf();
    const { asked, wrong } = await askAll(test.system.apps.vault, VAULT, vaultRequests(), refusalOfVault);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(150);
    expect(await stateOf()).toEqual(before);
  });
});

/** Asks every operation of a table as everybody; answers what came otherwise than the table says. */
async function askAll(
  app: TestSystem['system']['apps']['api'],
  table: ReadonlyMap<string, Expected>,
  requests: Requests,
  refusalOf: (name: string, expected: Expected, caller: Caller) => string | undefined,
): Promise<{ readonly asked: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  let asked = 0;
  for (const [name, expected] of table) {
    const make = requests.get(name);
    if (!make) continue;
    for (const caller of callers.filter((one) => isWorthAsking(one, expected))) {
      const refusal = refusalOf(name, expected, caller);
      const { statusCode, body, headers } = await app.inject(make(caller, refusal === undefined));
      asked += 1;
      const answer = toldBy(statusCode, body, String(headers['content-type']));
      if (answer !== (refusal ?? 'let in')) {
        wrong.push(`${caller.name}, ${name}: ${answer}, not ${refusal ?? 'let in'}`);
      }
    }
  }
  return { asked, wrong };
}

/** Of the restricted keys, those about the operation's permission; where it has none, the one with all. */
function isWorthAsking({ kind, name }: Caller, { permission }: Expected): boolean {
  return kind !== 'restricted' || name.endsWith(` ${permission ?? 'everything'}`);
}

/** What somebody must be told, such as `403 permission_denied`; undefined where they must be let in. */
function refusalOf(
  name: string,
  { access, kinds, permission }: Expected,
  caller: Caller,
): string | undefined {
  const isChange = !name.startsWith('GET ');
  if (access === 'public') return undefined;
  if (access === 'console') return caller.isConsolePage ? undefined : '403 console_foreign';
  if (caller.kind === 'nobody') return `401 ${caller.told}`;
  const granted = permission === undefined ? undefined : caller.permissions?.[permission];
  const isPermitted = granted === 'write' || (granted === 'read' && !isChange);
  if (!kinds.includes(caller.kind) && !isPermitted) return '403 permission_denied';
  const { instead } = caller;
  return instead && (isChange || !instead.onlyChanges) ? `${instead.status} ${instead.code}` : undefined;
}

/** The vault asks for a key alone: a header that no page of its own sends means nothing to it. */
function refusalOfVault(_name: string, { kinds, permission }: Expected, caller: Caller): string | undefined {
  const isPage = permission === undefined;
  if (kinds.includes(caller.kind)) return undefined;
  if (caller.kind !== 'restricted' || isPage) return isPage ? '401 ' : '401 invalid_api_key';
  return caller.permissions?.[permission] === 'write' ? undefined : '403 permission_denied';
}

/** `let in`, or the status and the code; with the type where it is not that of the code. */
function toldBy(status: number, body: string, contentType: string): string {
  // Of a page, 422 is its form again, to be filled in otherwise.
  if (status < 400 || status === 422) return 'let in';
  const { code = '', param = UNKNOWN, type } = errorIn(body);
  if (code === 'parameter_unknown' && param === UNKNOWN) return 'let in';
  const known = errorCatalogue[code as keyof typeof errorCatalogue];
  const isTyped = !contentType.startsWith('application/json') || type === known?.type;
  return isTyped ? `${status} ${code}` : `${status} ${code} of type ${type}`;
}

function errorIn(body: string): { code?: string; param?: string; type?: string } {
  const [, onPage = ''] = /href="\/docs\/errors\/(\w+)"/.exec(body) ?? [];
  if (!body.startsWith('{')) return { code: onPage };
  const read = JSON.parse(body) as { error?: object };
  return read.error ?? read;
}

async function stateOf(): Promise<object> {
  const digest = await world.digest();
  const { rows } = await admin.query(ROWS);
  return { digest, rows };
}
