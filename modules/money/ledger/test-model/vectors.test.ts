import { describe, expect, test } from 'vitest';
import { CREATE_ACCOUNT_STATUSES, CREATE_TRANSFER_STATUSES } from '../src/contract/results.ts';
import { ACCOUNT_FLAGS } from '../src/contract/types.ts';
import { type Engine, modelEngine } from './engine.ts';
import { machineEngine } from './machine-engine.ts';
import { ACCOUNT_STATUSES, TRANSFER_STATUSES } from './statuses.ts';
import { accountVectors } from './vectors/accounts.ts';
import { fieldVectors } from './vectors/fields.ts';
import { transferVectors } from './vectors/transfers.ts';
import { twoPhaseVectors } from './vectors/two-phase.ts';
import { VECTOR_START, type Vector } from './vectors/vector.ts';

const SECOND = 1_000_000_000n;
const transferExamples = [...fieldVectors, ...transferVectors, ...twoPhaseVectors];
const engines: readonly (() => Engine)[] = [modelEngine, machineEngine];

describe('result names', () => {
  test('are those of the reference, in its order', () => {
    expect(CREATE_ACCOUNT_STATUSES).toEqual(ACCOUNT_STATUSES);
    expect(CREATE_TRANSFER_STATUSES).toEqual(TRANSFER_STATUSES);
  });

  test('each have an example', () => {
    const shownOfAccounts = new Set(accountVectors.map((vector) => vector.shows));
    const shownOfTransfers = new Set(transferExamples.map((vector) => vector.shows));
    expect(ACCOUNT_STATUSES.filter((status) => !shownOfAccounts.has(status))).toEqual([]);
    expect(TRANSFER_STATUSES.filter((status) => !shownOfTransfers.has(status))).toEqual([]);
  });
});

for (const create of engines) {
  describe(`examples of the reference, on the ${create().name}`, () => {
    test.each([...accountVectors, ...transferExamples].map((vector, index) => ({ index, ...vector })))(
      '$index $shows: $because',
      (vector) => play(create(), vector),
    );
  });
}

function play(engine: Engine, vector: Vector): void {
  let clock = VECTOR_START;
  const answered: string[] = [];
  for (const step of vector.steps) {
    if ('waitSeconds' in step) {
      clock += BigInt(step.waitSeconds) * SECOND;
      continue;
    }
    const size = 'accounts' in step ? step.accounts.length : step.transfers.length;
    // Room for expiries, which come before the batch.
    clock += 1_000n + BigInt(size);
    const results =
      'accounts' in step
        ? engine.createAccounts(step.accounts, clock)
        : engine.createTransfers(step.transfers, clock);
    const statuses = results.map((result) => result.status);
    expect(statuses).toEqual(step.expect);
    answered.push(...statuses);
  }
  expect(answered).toContain(vector.shows);
  for (const [id, balances] of Object.entries(vector.balances ?? {})) {
    expect([id, ...balancesOf(engine, BigInt(id))]).toEqual([id, ...balances]);
  }
  for (const [id, amount] of Object.entries(vector.amounts ?? {})) {
    expect([id, engine.transfer(BigInt(id))?.amount]).toEqual([id, amount]);
  }
}

function balancesOf(engine: Engine, id: bigint): unknown[] {
  const account = engine.account(id);
  if (!account) return ['not found'];
  const closed = (account.flags & ACCOUNT_FLAGS.closed) === 0 ? [] : ['closed'];
  return [
    account.debitsPending,
    account.debitsPosted,
    account.creditsPending,
    account.creditsPosted,
    ...closed,
  ];
}
