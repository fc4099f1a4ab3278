import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histories } from './history/draw.ts';
import { playHistory } from './history/play.ts';
import { ACCOUNT_STATUSES, TRANSFER_STATUSES } from './statuses.ts';

/** Histories and batches of a run; the seed replays it, and the path one history of it. */
const RUNS = Number(process.env.TPMALL_HISTORY_RUNS ?? 100);
const BATCHES = 80;
const SEED = Number(process.env.TPMALL_SEED ?? Math.trunc(Math.random() * 2 ** 31));
const PATH = process.env.TPMALL_PATH;

test('the machine is the model, over long random histories', () => {
  console.log(`history.test.ts: TPMALL_SEED=${SEED}`);
  const seenOfAccounts = new Map<string, number>();
  const seenOfTransfers = new Map<string, number>();
  fc.assert(
    fc.property(histories(BATCHES), (draw) => {
      const played = playHistory(draw);
      count(seenOfAccounts, played.accountStatuses);
      count(seenOfTransfers, played.transferStatuses);
    }),
    { seed: SEED, numRuns: RUNS, ...(PATH === undefined ? {} : { path: PATH }) },
  );
  if (PATH !== undefined) return;
  // A history that never met a refusal has not tested it.
  expect(ACCOUNT_STATUSES.filter((status) => !seenOfAccounts.has(status))).toEqual([]);
  expect(TRANSFER_STATUSES.filter((status) => !seenOfTransfers.has(status))).toEqual([]);
});

function count(seen: Map<string, number>, statuses: readonly string[]): void {
  for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
}
