import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, the longest first. They start first: one that started last would run alone
 * while the other workers have nothing left to do. On a machine that has never run the tests nothing else
 * tells; where one is missing or moved, the order is worse and nothing more.
 */
const LONGEST = [
  'tests/crash/payments-kill.test.ts',
  'tests/e2e/commands.test.ts',
  'tests/crash/ledger-kill.test.ts',
  'tests/browser/mall.test.ts',
  'tests/browser/console.test.ts',
  'tests/browser/checkout.test.ts',
  'tests/browser/fields.test.ts',
  'tests/browser/wallet.test.ts',
  'tests/fuzz/fuzz.test.ts',
  'tests/access/access.test.ts',
  'tests/crash/mall-kill.test.ts',
  'tests/crash/webhooks-kill.test.ts',
  'tests/e2e/mall-pages.test.ts',
  'tests/e2e/expand.test.ts',
  'tests/e2e/saved-cards.test.ts',
  'modules/money/acquiring/test-acquirer/payments.test.ts',
  'tests/payments/resolutions.test.ts',
  'tests/platform-postgres-recovery.test.ts',
];

/** Vitest's own order, after the files that are known to take longest. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = new Map(LONGEST.map((path, index) => [join(this.ctx.config.root, path), index]));
    const rankOf = ({ moduleId }: TestSpecification) => rank.get(moduleId) ?? LONGEST.length;
    // The sort is stable: what is not named keeps its place.
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
