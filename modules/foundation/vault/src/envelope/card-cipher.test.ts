import { redacted, systemRandom } from '@tpmall/kernel';
import { expect, it } from 'vitest';
import { openDetails, openPan, sealDetails, sealPan } from './card-cipher.ts';

it('opens a card number only in its own row, column, tenant and key version', () => {
  const k = redacted(Buffer.from(systemRandom.bytes(32)));
  const place = { tenant: 'acct_one', id: 'pm_1', keyVersion: 1 };
  const sealed = sealPan(k, place, redacted('0000'), systemRandom);
  expect(openPan(k, place, sealed).reveal()).toBe('0000');
  for (const other of [
    { ...place, tenant: 'acct_two' },
    { ...place, id: 'pm_2' },
    { ...place, keyVersion: 2 },
  ]) {
    expect(() => openPan(k, other, sealed)).toThrow(/altered/);
  }
  expect(() => openDetails(k, place, sealed)).toThrow(/altered/);
  const details = { billing: { name: '林伟' } as never, metadata: { a: 'b' } };
  expect(openDetails(k, place, sealDetails(k, place, details, systemRandom))).toEqual(details);
});
