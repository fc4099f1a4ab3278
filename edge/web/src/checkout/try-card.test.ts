import { err, manualClock, ok, type Result } from '@tpmall/kernel';
import { createRateLimit } from '@tpmall/platform/http';
import { expect, it } from 'vitest';
import { tryCard } from './try-card.ts';

const clock = manualClock(1_800_000_000_000_000);
const rate = (burst: number) => createRateLimit(clock, { perSecond: 0.1, burst });
const paid = async (): Promise<Result<string, 'card_declined'>> => ok('paid');
const declined = async (): Promise<Result<string, 'card_declined'>> => err('card_declined', 'no');

it('lets in no more tries at once than may be declined', async () => {
  const [address, order] = [rate(5), rate(2)];
  const buckets = [
    { limit: address, name: '203.0.113.1' },
    { limit: order, name: 'cs_1' },
  ];
  const together = await Promise.all(Array.from({ length: 20 }, () => tryCard(buckets, declined)));
  expect(together.filter((one) => one !== undefined)).toHaveLength(2);
  // Those that had to wait have taken nothing of the bucket that had room.
  const other = [{ limit: address, name: '203.0.113.1' }];
  const later = await Promise.all(Array.from({ length: 4 }, () => tryCard(other, declined)));
  expect(later.map((one) => one?.ok)).toEqual([false, false, false, undefined]);
});

it('takes nothing for what is paid, or for what ends in a fault', async () => {
  const buckets = [{ limit: rate(1), name: 'cs_1' }];
  for (let n = 0; n < 3; n += 1) expect(await tryCard(buckets, paid)).toEqual(ok('paid'));
  await expect(tryCard(buckets, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await tryCard(buckets, declined)).toMatchObject({ ok: false });
  expect(await tryCard(buckets, paid)).toBeUndefined();
});
