import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX, TRANSFER_FLAGS } from '../contract/index.ts';
import { account, resolving, transfer } from '../machine/fixtures.ts';
import { type Applied, apply, createState, nextTimestamp, type State, undo } from '../machine/index.ts';
import { createTrail, type Trail } from './trail.ts';

/** More than the trail notes before it lets go of what was resolved. */
const MANY = 10_000n;

describe('the changes for a checkpoint', () => {
  it('hold the pending transfers that are open, however many were resolved since the last one', () => {
    const { state, trail } = ledger();
    for (let id = 1n; id <= MANY; id += 1n) {
      commit(trail, open(state, id));
      if (id % 3n !== 0n) commit(trail, post(state, id));
    }
    const { opened, resolved } = trail.takeChanges();
    const expected = Array.from({ length: Number(MANY / 3n) }, (_, index) => BigInt(3 * (index + 1)));
    expect(opened.map((entry) => entry.id)).toEqual(expected);
    expect(resolved).toEqual([]);
  });

  it('hold a pending transfer whose posting was under way and then undone', () => {
    const { state, trail } = ledger();
    const opens = Array.from({ length: Number(MANY) }, (_, index) => open(state, BigInt(index + 1)));
    const underWay = post(state, 1n);
    for (const applied of opens) commit(trail, applied);
    undo(state, underWay);
    expect(trail.takeChanges().opened).toHaveLength(Number(MANY));
  });

  it('name a resolved pending transfer where the last checkpoint has it, and only there', () => {
    const { state, trail } = ledger();
    commit(trail, open(state, 1n));
    trail.takeChanges();
    commit(trail, open(state, 2n));
    commit(trail, post(state, 1n));
    commit(trail, post(state, 2n));
    const { opened, resolved } = trail.takeChanges();
    expect([opened.length, resolved.map((entry) => entry.id)]).toEqual([0, [1n]]);
  });
});

describe('what is known', () => {
  it('stays within bounds, though pending transfers are resolved after their turn to be forgotten', () => {
    const { state, trail } = ledger();
    for (let id = 1n; id <= 100n; id += 1n) commit(trail, open(state, id));
    trail.trim(state);
    expect(state.known.size).toBe(100);
    for (let id = 1n; id <= 100n; id += 1n) commit(trail, post(state, id));
    trail.trim(state);
    expect(state.known.size).toBe(16);
  });
});

function ledger(): { state: State; trail: Trail } {
  const state = createState();
  const accounts = [account({ id: 1n }), account({ id: 2n })];
  apply(state, { kind: 'accounts', accounts, owner: 'operator' }, nextTimestamp(state, 1_000n, 2));
  return { state, trail: createTrail(16, 0) };
}

function open(state: State, id: bigint): Applied<string> {
  return one(state, transfer({ id, flags: TRANSFER_FLAGS.pending }));
}

function post(state: State, pendingId: bigint): Applied<string> {
  const flags = TRANSFER_FLAGS.postPendingTransfer;
  return one(state, resolving({ id: MANY + pendingId, pendingId, amount: AMOUNT_MAX, flags }));
}

function one(state: State, item: ReturnType<typeof transfer>): Applied<string> {
  return apply(state, { kind: 'transfers', transfers: [item] }, nextTimestamp(state, 1_000n, 1));
}

function commit(trail: Trail, { entries }: Applied<string>): void {
  for (const entry of entries) trail.applied(entry);
}
