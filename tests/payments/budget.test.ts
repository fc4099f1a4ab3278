import { MINUTE, systemClock, unwrap } from '@tpmall/kernel';
import { paymentsContract } from '@tpmall/payments/contract';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { sql } from '@tpmall/platform/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { type Ran, watchStatements } from './world/statements.ts';

/** Law of the checkout: create, confirm and capture of a stored card, three calls. */
const STATEMENTS_MAX = 25;
const COMMITS_MAX = 9;
const ROUND_TRIPS_MAX = 2;

/** A branch of the sequence: where it begins, and the commit in which it ends. */
interface Branch {
  readonly begins?: string;
  readonly commits: string;
}

/**
 * The commits of a payment in their order; those of one place run side by side. Why each is needed stands in
 * the README of payments. A commit that is not in this list fails the test.
 */
const MANUAL: readonly (readonly Branch[])[] = [
  [{ commits: 'payments.insert-intents' }],
  [{ commits: 'payments.save-intents' }, { begins: 'risk.read-features', commits: 'risk.insert-decision' }],
  [{ commits: 'acquiring.insert-authorisation' }, { commits: 'vault.disclose-card' }],
  [{ commits: 'acquiring.settle-authorisation' }],
  [{ commits: 'ledger' }],
  [{ commits: 'payments.save-intents' }],
  [{ commits: 'payments.reserve-captures' }],
  [{ commits: 'acquiring.queue-capture' }, { commits: 'ledger' }],
  [{ commits: 'payments.save-intents' }],
];
/** With automatic capture one confirmation does it all. */
const AUTOMATIC: typeof MANUAL = [...MANUAL.slice(0, 4), ...MANUAL.slice(7)];

/** What acquiring writes when the acquirer has acknowledged the advice, in its own time. */
const BEHIND = 'acquiring.settle-advices';

const platform = sql('tests.platform', "SELECT id FROM accounts.account WHERE kind = 'platform'");
const messages = sql(
  'tests.messages',
  `SELECT count(*) AS sent FROM acquiring.message_log AS m WHERE m.direction = 'out' AND m.subject IN (
  SELECT id FROM acquiring.authorisation WHERE payment_method = $1
  UNION SELECT d.id FROM acquiring.advice AS d JOIN acquiring.authorisation AS a ON a.id = d.authorisation_id
  WHERE a.payment_method = $1)`,
);

let test: TestSystem;
const statements = watchStatements();
beforeAll(async () => {
  test = await startTestSystem();
});
afterAll(async () => {
  statements.restore();
  await test.close();
});

let commands = 0;
async function context(): Promise<OutgoingContext> {
  const found = await test.system.databaseOf('accounts')?.run<{ id: string }>(platform);
  commands += 1;
  return {
    actor: 'key:test',
    tenant: found?.rows[0]?.id ?? '',
    commandId: `budget-${commands}`,
    deadlineAt: systemClock.now() + MINUTE,
    traceparent: '',
  };
}

async function purchase(card: string, captureMethod: 'manual' | 'automatic') {
  const port = test.system.portFor(paymentsContract, 'gateway');
  const contexts = [await context(), await context(), await context()] as const;
  return statements.during(async () => {
    const created = await port.createIntent(contexts[0], {
      amount: 100_00n,
      currency: 'eur',
      captureMethod,
      confirmationMethod: 'automatic',
      paymentMethod: card,
      split: [{ destination: test.merchants[0] ?? '', amount: 80_00n, applicationFee: 5_00n }],
    });
    const { id } = unwrap(created);
    const confirmed = unwrap(await port.confirmIntent(contexts[1], { id }));
    if (captureMethod === 'automatic') return confirmed;
    return unwrap(await port.captureIntent(contexts[2], { id }));
  });
}

const nameOf = (one: Ran): string => (one.by === 'tpmall ledger writer' ? 'ledger' : one.name);
const isRead = (one: Ran): boolean =>
  /^\s*(SELECT|WITH)\b/i.test(one.text) && !/\b(INSERT|UPDATE)\b/.test(one.text);

/** Takes the statements of each place out of what ran; whatever is left over was not expected. */
function follow(ran: readonly Ran[], sequence: typeof MANUAL): Ran[] {
  const left = ran.filter((one) => !isRead(one));
  const place = (name: string): Ran => {
    const index = left.findIndex((one) => nameOf(one) === name);
    const [found] = left.splice(index, index < 0 ? 0 : 1);
    expect(found, `${name} did not run`).toBeDefined();
    return found as Ran;
  };
  for (const branches of sequence) {
    const found = branches.map(({ begins, commits }) => {
      const commit = place(commits);
      const began = ran.find((one) => begins !== undefined && one.name === begins)?.began ?? commit.began;
      return { began, ended: commit.ended, commits };
    });
    for (const branch of found) {
      for (const other of found) {
        expect(branch.began, `${branch.commits} waits for ${other.commits}`).toBeLessThan(other.ended);
      }
    }
  }
  return left;
}

describe.each([
  { method: 'manual', sequence: MANUAL },
  { method: 'automatic', sequence: AUTOMATIC },
] as const)('a purchase with $method capture', ({ method, sequence }) => {
  it('keeps to its commits, statements and round trips', async () => {
    const card = await storeCard(test.vault, approved);
    // The first purchases open ledger accounts, fill caches and prepare statements.
    for (let warming = 0; warming < 3; warming += 1) await purchase(card.id, method);
    const counted = await storeCard(test.vault, approved);
    const { value, ran: all } = await purchase(counted.id, method);
    expect(value).toMatchObject({ status: 'succeeded', amountReceived: 100_00n });

    const ran = all.filter((one) => one.name !== BEHIND);
    expect(follow(ran, sequence).map(nameOf)).toEqual([]);
    expect(sequence.length).toBeLessThanOrEqual(COMMITS_MAX);
    expect(all.length).toBeLessThanOrEqual(STATEMENTS_MAX);
    await test.system.drainEvents();
    // Acquiring logs the advice with its outcome, in its own time.
    const sent = async (): Promise<number> => {
      const found = await test.system.databaseOf('acquiring')?.run<{ sent: bigint }>(messages, [counted.id]);
      return Number(found?.rows[0]?.sent);
    };
    await expect.poll(sent).toBe(ROUND_TRIPS_MAX);
  });
});
