import { expect } from 'vitest';
import type { TestSystem } from './system.ts';

/** The trial balance of every currency is zero. */
export async function booksBalance(test: TestSystem): Promise<void> {
  const { totals } = (await test.operator('GET', '/v1/ledger/trial-balance')) as {
    totals: { balanced: boolean; debits_posted: string; credits_posted: string }[];
  };
  expect(totals.length).toBeGreaterThan(0);
  for (const total of totals)
    expect(total).toMatchObject({ balanced: true, debits_posted: total.credits_posted });
}
