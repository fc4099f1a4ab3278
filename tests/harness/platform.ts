import { accountsContract } from '@tpmall/accounts/contract';
import { identityContract } from '@tpmall/identity/contract';
import { MINUTE, systemClock, unwrap } from '@tpmall/kernel';
import type Stripe from 'stripe';
import { sdk, type TestSystem } from './system.ts';

/** A secret key of another platform of the same instance. */
export async function keyOfAnotherPlatform(test: TestSystem): Promise<string> {
  const context = (tenant: string) => ({
    actor: 'operator:test',
    tenant,
    commandId: `another ${tenant}`,
    deadlineAt: systemClock.now() + MINUTE,
    traceparent: '',
  });
  const accounts = test.system.portFor(accountsContract, 'operator');
  const named = { name: 'Another', country: 'DE', defaultCurrency: 'eur' };
  const { id } = unwrap(await accounts.createPlatform(context(''), named));
  const identity = test.system.portFor(identityContract, 'operator');
  const { key } = unwrap(await identity.createKey(context(id), { kind: 'secret', name: 'another' }));
  return key;
}

/** The SDK with the key of another platform of the same instance. */
export async function anotherPlatform(test: TestSystem): Promise<Stripe> {
  return sdk(test.system.apiUrl, await keyOfAnotherPlatform(test));
}
