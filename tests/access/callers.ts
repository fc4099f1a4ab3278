import { identityContract } from '@tpmall/identity/contract';
import { unwrap } from '@tpmall/kernel';
import { operatorContext } from '@tpmall/server';
import { codeFor, FROM_PAGE, signIn } from '../harness/console.ts';
import { keyOfAnotherPlatform } from '../harness/platform.ts';
import type { TestSystem } from '../harness/system.ts';
import { openVisitor, type Visitor } from '../harness/visitor.ts';

/**
 * What a caller is: `nobody` for the server, of whatever they show; a `platform` by its secret key; its
 * `developer` and a `merchant` of it in person; a `browser`; whoever runs the `house`; a `restricted` key.
 */
export type Kind = 'nobody' | 'platform' | 'developer' | 'merchant' | 'browser' | 'house' | 'restricted';

/** Somebody who asks. */
export interface Caller {
  readonly name: string;
  readonly kind: Kind;
  readonly headers: Readonly<Record<string, string>>;
  /** What nobody is told. */
  readonly told?: string;
  /** Whether the request comes from the console's own page, whoever has signed in there. */
  readonly isConsolePage?: boolean;
  /** Of a restricted key. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** What is told to a caller who may else ask, with its status, and whether of changes alone. */
  readonly instead?: { readonly status: number; readonly code: string; readonly onlyChanges?: boolean };
}

const ELSEWHERE = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } as const;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });

/** Everybody, with what they show. */
export async function makeCallers(test: TestSystem, permissions: readonly string[]): Promise<Caller[]> {
  const keys = await makeKeys(test);
  const restricted = await makeRestricted(test, permissions);
  const [merchant = ''] = test.merchants;
  const scoped = { status: 400, code: 'account_scope_not_supported' };
  const stranger = { status: 403, code: 'account_invalid' };
  const platform = { kind: 'platform' } as const;
  const house = { kind: 'house' } as const;
  const nobody = (name: string, headers: Caller['headers'], told: string): Caller => ({
    ...{ name, kind: 'nobody', headers, told },
  });
  return [
    nobody('nobody', {}, 'api_key_missing'),
    nobody('a scheme without a key', { authorization: 'Digest x' }, 'api_key_missing'),
    nobody('a wrong key', bearer(`sk_test_${'0'.repeat(32)}`), 'api_key_invalid'),
    nobody('a wrong operator key', basic(`ok_test_${'0'.repeat(32)}`), 'api_key_invalid'),
    nobody('a revoked secret key', bearer(keys.revoked), 'api_key_invalid'),
    nobody('a rotated secret key', bearer(keys.rotated), 'api_key_invalid'),
    nobody('a key of somebody who ran the house', bearer(keys.former), 'api_key_invalid'),
    { ...platform, name: 'a secret key', headers: bearer(test.secretKey) },
    { ...platform, name: 'a rotated key in its grace', headers: bearer(keys.graced) },
    { ...platform, name: 'a secret key of another platform', headers: bearer(keys.another) },
    ...[
      { name: 'for a merchant', account: merchant, instead: scoped },
      { name: 'for a stranger', account: 'acct_stranger', instead: stranger },
    ].flatMap(({ name, account, instead }): Caller[] => [
      {
        ...{ ...platform, name: `a secret key ${name}`, instead },
        headers: { ...bearer(test.secretKey), 'stripe-account': account },
      },
      {
        ...{ ...house, name: `an operator key ${name}`, instead },
        headers: { ...bearer(test.operatorKey), 'tpmall-account': account },
      },
    ]),
    {
      ...{ ...platform, name: 'a secret key of another platform for a merchant of ours', instead: stranger },
      headers: { ...bearer(keys.another), 'stripe-account': merchant },
    },
    { name: 'a publishable key', kind: 'browser', headers: bearer(test.publishableKey) },
    {
      ...{ name: 'a publishable key in a page that it does not name', kind: 'browser' },
      headers: { ...bearer(test.publishableKey), ...ELSEWHERE },
      instead: { status: 403, code: 'origin_not_allowed' },
    },
    { ...house, name: 'an operator key of a person', headers: bearer(test.operatorKey) },
    { ...house, name: 'an operator key of nobody', headers: basic(test.machineKey) },
    {
      ...{ ...house, name: 'an operator key that a browser keeps, in a foreign page' },
      headers: { ...basic(test.operatorKey), ...ELSEWHERE },
      instead: { status: 403, code: 'page_foreign', onlyChanges: true },
    },
    ...restricted,
    ...(await makePeople(test, nobody)),
  ];
}

/** Keys that end, and one of another platform. None was used before it ended, so no process believes it. */
async function makeKeys(test: TestSystem) {
  const make = (name: string) => test.operator('POST', '/v1/keys', { kind: 'secret', name });
  const [revoked, rotated, graced] = [await make('revoked'), await make('rotated'), await make('graced')];
  await test.operator('POST', `/v1/keys/${String(revoked['id'])}/revoke`, { reason: 'leaked' });
  await test.operator('POST', `/v1/keys/${String(rotated['id'])}/rotate`, { grace_seconds: 0 });
  await test.operator('POST', `/v1/keys/${String(graced['id'])}/rotate`, { grace_seconds: 3600 });
  const text = (key: Record<string, unknown>) => String(key['key']);
  return {
    ...{ revoked: text(revoked), rotated: text(rotated), graced: text(graced) },
    former: await keyOfFormerOperator(test),
    another: await keyOfAnotherPlatform(test),
  };
}

/** A key that an operator made who is none any more. */
async function keyOfFormerOperator(test: TestSystem): Promise<string> {
  const identity = test.system.portFor(identityContract, 'operator');
  const gate = test.system.portFor(identityContract, 'gateway');
  const { secretKey: key } = test;
  const { tenant } = unwrap(await gate.authenticate(operatorContext('', 'former'), { key }));
  const context = (commandId: string) => operatorContext(tenant, commandId);
  const named = { email: 'former@tpmall.example', displayName: 'Former', locale: 'en' } as const;
  const { id: personId } = unwrap(await identity.createPerson(context('former person'), named));
  const role = { personId, role: 'operator', account: null } as const;
  unwrap(await identity.grantRole(context('former begins'), { ...role, reason: 'hired' }));
  const own = { ...context('former key'), actor: `operator:${personId}` };
  const made = unwrap(await identity.createKey(own, { kind: 'operator', name: 'former' }));
  unwrap(await identity.revokeRole(context('former ends'), { ...role, reason: 'left' }));
  return made.key;
}

/** Of each permission: a key that reads, one that writes, and one that has every other permission. */
async function makeRestricted(test: TestSystem, all: readonly string[]): Promise<Caller[]> {
  const make = async (name: string, permissions: Record<string, string>): Promise<Caller> => {
    const made = await test.operator('POST', '/v1/keys', { kind: 'restricted', name, permissions });
    return { name, kind: 'restricted', permissions, headers: bearer(String(made['key'])) };
  };
  const write = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'write']));
  const callers = [await make('a key that writes everything', write(all))];
  for (const one of all) {
    callers.push(
      await make(`a key that reads ${one}`, { [one]: 'read' }),
      await make(`a key that writes ${one}`, { [one]: 'write' }),
      await make(`a key that writes all but ${one}`, write(all.filter((name) => name !== one))),
    );
  }
  return callers;
}

/** People at the console, and cookies that make nobody one of them. */
async function makePeople(
  test: TestSystem,
  nobody: (name: string, headers: Caller['headers'], told: string) => Caller,
): Promise<Caller[]> {
  const [olga, developer, mei, gone] = await Promise.all([
    signIn(test, 'operator', 'olga@tpmall.example'),
    signIn(test, 'merchant', 'dev@tpmall.example'),
    signIn(test, 'merchant', 'mei@kiln-and-reed.example'),
    signIn(test, 'operator', 'qian@tpmall.example'),
  ]);
  await gone.ask('DELETE', '/v1/console/session');
  const [name = ''] = olga.cookie.split('=');
  const shopper = (await shopperOf(test, 'lin@shopper.example')).cookie();
  const token = /-session=([^;]+)/.exec(shopper)?.[1] ?? '';
  const foreign = { ...FROM_PAGE, 'sec-fetch-site': 'cross-site', cookie: olga.cookie };
  const asPage = (cookie: string) => ({ isConsolePage: true, headers: { ...FROM_PAGE, cookie } });
  const onPage = (who: string, cookie: string, code: string): Caller => ({
    ...{ ...nobody(who, {}, code), ...asPage(cookie) },
  });
  return [
    { name: 'an operator at the console', kind: 'house', ...asPage(olga.cookie) },
    { name: 'a developer at the console', kind: 'developer', ...asPage(developer.cookie) },
    { name: 'a merchant at the console', kind: 'merchant', ...asPage(mei.cookie) },
    nobody('an operator’s cookie without its page', { cookie: olga.cookie }, 'api_key_missing'),
    nobody('an operator’s cookie from another site', foreign, 'api_key_missing'),
    onPage('an operator who has signed out', gone.cookie, 'session_ended'),
    onPage('a shopper’s session at the console', `${name}=${token}`, 'session_ended'),
    onPage('a shopper’s cookies at the console', shopper, 'api_key_missing'),
    onPage('the console’s page, signed in nowhere', '', 'api_key_missing'),
  ];
}

/** A browser in which a shopper has signed in. */
export async function shopperOf(test: TestSystem, email: string): Promise<Visitor> {
  const who = openVisitor(test.system.webUrl);
  const asked = await who.submit(await who.get('/sign-in'), '/sign-in', { email });
  await who.submit(asked, asked.path.split('?')[0] ?? '', { code: await codeFor(test, email) });
  return who;
}
