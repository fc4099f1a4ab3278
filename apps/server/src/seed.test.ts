import { err, ok } from '@tpmall/kernel';
import { expect, it } from 'vitest';
import type { DevFile } from './instance.ts';
import { seed } from './seed.ts';
import type { System } from './system.ts';

/** A system that takes every command and notes which, in an instance that was started before. */
function startedBefore(dev: Pick<DevFile, 'hasGoods'>) {
  const asked = new Set<string>();
  const port = new Proxy(
    {},
    {
      get: (_, operation: string) => async () => {
        asked.add(operation);
        if (operation === 'findGoods') return err('not_found', 'there are none');
        return ok({ id: 'id_1', defaultPrice: 'price_1' });
      },
    },
  );
  const last = {
    secretKey: 'sk_last',
    connectedAccounts: [{ id: 'acct_1', name: 'Kiln & Reed' }],
    demoLogins: [],
    ...dev,
  };
  const system = { instance: { readDev: () => last }, portFor: () => port } as unknown as System;
  return { asked, system };
}

it('fills the mall of an instance that was first started without it, once', async () => {
  const { asked, system } = startedBefore({ hasGoods: false });
  expect(await seed(system)).toMatchObject({ secretKey: 'sk_last', hasGoods: false });
  expect([...asked]).toEqual([]);
  expect(await seed(system, { goods: true })).toMatchObject({ secretKey: 'sk_last', hasGoods: true });
  expect(asked).toContain('putGoods');
  expect(asked).not.toContain('createKey');
});

it.each([{ hasGoods: true }, {}])('leaves alone what was filled before', async (dev) => {
  const { asked, system } = startedBefore(dev);
  expect(await seed(system, { goods: true })).toMatchObject(dev);
  expect([...asked]).toEqual([]);
});
