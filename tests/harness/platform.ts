import { accountsContract } from '@tpmall/accounts/contract';
import { identityContract } from '@tpmall/identity/contract';
import { MINUTE, systemClock, unwrap } from '@tpmall/kernel';
import type { OutgoingContext, Port } from '@tpmall/platform/contract';
import type Stripe from 'stripe';
import { sdk, type TestSystem } from './system.ts';

/** A key of another platform of the same instance: a secret one, or one of whoever runs the house for it. */
export async function keyOfAnotherPlatform(
  test: TestSystem,
  kind: 'secret' | 'operator' = 'secret',
): Promise<string> {
  const context = (tenant: string) => ({
    actor: 'operator:test',
    tenant,
    commandId: `another ${kind}`,
    deadlineAt: systemClock.now() + MINUTE,
    traceparent: '',
  });
  const accounts = test.system.portFor(accountsContract, 'operator');
  const named = { name: 'Another', country: 'DE', defaultCurrency: 'eur' };
  const { id } = unwrap(await accounts.createPlatform(context(''), named));
  const identity = test.system.portFor(identityContract, 'operator');
  const own =
    kind === 'secret' ? context(id) : { ...context(id), actor: await makeOperator(identity, context(id)) };
  const { key } = unwrap(await identity.createKey(own, { kind, name: 'another' }));
  return key;
}

/** Somebody who runs the house for a platform, as the audit log names them. */
async function makeOperator(
  identity: Port<typeof identityContract>,
  context: OutgoingContext,
): Promise<string> {
  const named = { email: 'runs@another.example', displayName: 'Eve', locale: 'en' } as const;
  const { id: personId } = unwrap(
    await identity.createPerson({ ...context, commandId: 'another person' }, named),
  );
  const role = { personId, role: 'operator', account: null, reason: 'test' } as const;
  unwrap(await identity.grantRole({ ...context, commandId: 'another role' }, role));
  return `operator:${personId}`;
}

/** The SDK with the key of another platform of the same instance. */
export async function anotherPlatform(test: TestSystem): Promise<Stripe> {
  return sdk(test.system.apiUrl, await keyOfAnotherPlatform(test));
}
