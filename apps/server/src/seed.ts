import { accountsContract } from '@tpmall/accounts/contract';
import { identityContract } from '@tpmall/identity/contract';
import { createIds, MINUTE, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { seedMall } from './demo/seed-mall.ts';
import type { DemoLogin, DevFile } from './instance.ts';
import type { System } from './system.ts';

/** The merchants of the demonstration: who they are, and what the platform keeps of their sales. */
const MERCHANTS = [
  {
    name: 'Kiln & Reed',
    country: 'CN',
    email: 'kiln@example.com',
    descriptor: 'KILN AND REED',
    basisPoints: 800,
    person: 'Mei Tan',
    mailbox: 'mei@kiln-and-reed.example',
  },
  {
    name: 'Paper Lantern Co.',
    country: 'DE',
    email: 'lantern@example.com',
    descriptor: 'PAPER LANTERN',
    basisPoints: 1000,
    person: 'Jonas Weber',
    mailbox: 'jonas@paper-lantern.example',
  },
  {
    name: 'Northlight Tea',
    country: 'GB',
    email: 'tea@example.com',
    descriptor: 'NORTHLIGHT TEA',
    basisPoints: 1200,
    person: 'Ada Finch',
    mailbox: 'ada@northlight-tea.example',
  },
] as const;

const PEOPLE: readonly DemoLogin[] = [
  { role: 'operator', email: 'olga@tpmall.example', name: 'Olga Brandt', account: null },
  { role: 'operator', email: 'qian@tpmall.example', name: 'Qian Wu', account: null },
  { role: 'shopper', email: 'lin@shopper.example', name: 'Lin Chen', account: null },
];

/** Whoever works for the platform itself develops for it. */
const DEVELOPER = { email: 'dev@tpmall.example', name: 'Sam Okafor' } as const;

/** Keys of an instance's first start, and its demonstration merchants. */
export type Seeded = Pick<
  DevFile,
  'secretKey' | 'publishableKey' | 'operatorKey' | 'connectedAccounts' | 'demoLogins' | 'hasGoods'
>;

/** A context for what the operator's tools do at the composition root. */
export function operatorContext(tenant: string, commandId: string): OutgoingContext {
  const deadlineAt = systemClock.now() + MINUTE;
  return { actor: 'operator:setup', tenant, commandId, deadlineAt, traceparent: '' };
}

/**
 * Makes the platform, its keys and three merchants on the first start; on later ones answers what `dev.json`
 * holds, and fills the mall where that has not run before. Keys whose text was lost with a crash before it
 * was written down are made anew.
 *
 * @param options `goods`: fills the mall as well
 */
export async function seed(system: System, { goods = false } = {}): Promise<Seeded> {
  const last = system.instance.readDev();
  if (last) return goods && last.hasGoods === false ? fill(system, last) : last;
  const accounts = system.portFor(accountsContract, 'operator');
  const identity = system.portFor(identityContract, 'operator');
  const platform = unwrap(
    await accounts.createPlatform(operatorContext('', 'seed:platform'), {
      name: 'TPMall',
      country: 'DE',
      defaultCurrency: 'eur',
    }),
  );
  const connectedAccounts: { id: string; name: string }[] = [];
  for (const merchant of MERCHANTS) {
    const account = unwrap(
      await accounts.createMerchant(operatorContext(platform.id, `seed:merchant:${merchant.descriptor}`), {
        name: merchant.name,
        country: merchant.country,
        defaultCurrency: 'eur',
        email: merchant.email,
        statementDescriptor: merchant.descriptor,
        feePlan: { basisPoints: merchant.basisPoints, fixed: 0n },
      }),
    );
    connectedAccounts.push({ id: account.id, name: account.name });
  }
  if (goods)
    await seedMall(system, (commandId) => operatorContext(platform.id, commandId), connectedAccounts);
  const ids = createIds(systemClock, systemRandom);
  const key = async (kind: 'secret' | 'publishable' | 'operator'): Promise<string> =>
    unwrap(
      await identity.createKey(operatorContext(platform.id, ids.next('seed')), {
        kind,
        name: `first ${kind} key`,
      }),
    ).key;
  return {
    secretKey: await key('secret'),
    publishableKey: await key('publishable'),
    operatorKey: await key('operator'),
    connectedAccounts,
    demoLogins: await seedPeople(system, platform.id, connectedAccounts),
    hasGoods: goods,
  };
}

/** Fills the mall of an instance whose first start was without it. */
async function fill(system: System, last: DevFile): Promise<Seeded> {
  // Whoever works for the platform itself names it.
  const tenant = last.demoLogins.find(({ email }) => email === DEVELOPER.email)?.account ?? '';
  await seedMall(system, (commandId) => operatorContext(tenant, commandId), last.connectedAccounts);
  return { ...last, hasGoods: true };
}

/**
 * People of the demonstration: one of each merchant, one who develops, two who run the house and look at what
 * the other has decided, one who shops.
 */
async function seedPeople(
  system: System,
  tenant: string,
  merchants: readonly { readonly id: string; readonly name: string }[],
): Promise<DemoLogin[]> {
  const identity = system.portFor(identityContract, 'operator');
  const logins: DemoLogin[] = [
    ...MERCHANTS.map(({ name, person, mailbox }) => {
      const account = merchants.find((merchant) => merchant.name === name)?.id ?? null;
      return { role: 'merchant', email: mailbox, name: person, account } as const;
    }),
    { role: 'merchant', ...DEVELOPER, account: tenant },
    ...PEOPLE,
  ];
  for (const { role, email, name, account } of logins) {
    const person = unwrap(
      await identity.createPerson(operatorContext(tenant, `seed:person:${email}`), {
        email,
        displayName: name,
        locale: 'en',
        handle: name.split(' ', 1)[0]?.toLowerCase(),
      }),
    );
    unwrap(
      await identity.grantRole(operatorContext(tenant, `seed:role:${email}`), {
        ...{ personId: person.id, role, account },
        reason: 'demonstration',
      }),
    );
  }
  return logins;
}
