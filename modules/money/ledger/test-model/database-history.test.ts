import { manualClock } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { silentLog, testDatabase } from '@tpmall/platform/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ACCOUNT_FLAGS,
  type AccountFilter,
  type EventResult,
  type QueryFilter,
  TRANSFER_FLAGS,
} from '../src/contract/types.ts';
import { ledger } from '../src/module.ts';
import type { LedgerDeps } from '../src/service/deps.ts';
import { queryAccounts } from '../src/service/read-accounts.ts';
import { balancesAt, trialBalance } from '../src/service/read-balances.ts';
import { accountHistory, accountTransfers, queryTransfers } from '../src/service/read-transfers.ts';
import { verify } from '../src/service/verify.ts';
import type { CallResult } from '../src/writer/calls.ts';
import { createWriter, type LedgerWriter } from '../src/writer/create-writer.ts';
import { OWNER } from './engine.ts';
import { type FaultyWay, openFaultyWay, slowDatabase } from './faulty-way.ts';
import { describeResults } from './history/describe.ts';
import { type Dice, diceOf, type HistoryDraw, histories } from './history/draw.ts';
import { performOnModel, playHistory, type Step } from './history/play.ts';
import { createModel, type Model } from './model.ts';
import * as model from './queries.ts';
import { deadline, has } from './world.ts';

const RUNS = Number(process.env.TPMALL_HISTORY_RUNS ?? 8);
const BATCHES = 60;
const SEED = Number(process.env.TPMALL_SEED ?? Math.trunc(Math.random() * 2 ** 31));
const MICROSECOND = 1_000n;
const FAR = Number.MAX_SAFE_INTEGER;
/** What a cut connection, or one that a takeover ended, may be reported as; no other trouble is expected. */
const LOST = /connection|ECONNRESET|EPIPE|administrator command/i;
const context: CallContext = {
  caller: OWNER,
  actor: 'system',
  tenant: 'test',
  commandId: 'test',
  deadlineAt: FAR,
  traceparent: '',
};

test('the writer on Postgres is the model, over restarts, takeovers and forgotten transfers', async () => {
  console.log(`database-history.test.ts: TPMALL_SEED=${SEED}`);
  await fc.assert(fc.asyncProperty(histories(BATCHES), playOnDatabase), {
    seed: SEED,
    numRuns: RUNS,
    endOnFailure: process.env.TPMALL_SHRINK === undefined,
    // Of a counterexample, to play that history alone.
    ...(process.env.TPMALL_PATH ? { path: process.env.TPMALL_PATH } : {}),
  });
}, 240_000);

async function playOnDatabase(draw: HistoryDraw): Promise<void> {
  const { steps } = playHistory(draw, MICROSECOND);
  const database = await testDatabase({ modules: [ledger] });
  const way = await openFaultyWay(database.db('ledger').url);
  const dice = diceOf(draw.start);
  const world = createWorld(slowDatabase(database.db('ledger'), way, diceOf(draw.start + 1)), way, dice);
  const expected = createModel();
  let writer = world.newWriter();
  await writer.start();
  try {
    let last = 0n;
    for (let next = 0; next < steps.length; ) {
      const together = steps.slice(next, next + (dice.percent(60) ? 1 + dice.below(8) : 1));
      next += together.length;
      world.clock.set(Number((together[0] as Step).timestamp / MICROSECOND));
      if (dice.percent(12)) way.order({ towards: dice.pick(SIDES), afterBytes: dice.below(3_000) });
      const answers = await Promise.all(together.map((step) => world.submit(writer, step)));
      // Calls are performed in the order in which they came, whatever happens to them on their way.
      for (const [index, step] of together.entries()) {
        const results = resultsOf(answers[index]);
        const timestamp = instantOf(step, results) ?? timestampAfter(expected, last, world.clock.now(), step);
        const wanted = performOnModel(expected, { ...step, timestamp });
        expect(describeResults(results)).toEqual(describeResults(wanted));
        last = timestamp;
      }
      if (dice.percent(12)) writer = await world.replace(writer);
      if (dice.percent(12)) await compareReads({ db: world.db, writer, accountsMax: 1_000 }, expected, dice);
    }
    await compareReads({ db: world.db, writer, accountsMax: 1_000 }, expected, dice);
    expect(world.troubles).toEqual([]);
  } finally {
    way.order(undefined);
    await writer.stop();
    await way.close();
    await database.close();
  }
}

const SIDES = ['postgres', 'writer'] as const;

/** Writers of one history: what they remember, how they follow each other, what trouble they tell of. */
function createWorld(db: Database, way: FaultyWay, dice: Dice) {
  const clock = manualClock(0);
  const troubles: string[] = [];
  const note = (fields: object, message?: string): void => {
    const { error } = fields as { error?: string };
    if (!LOST.test(error ?? '')) troubles.push(`${message}: ${error}`);
  };
  // So little memory, and so frequent checkpoints, that most repetitions meet a ledger that has forgotten.
  const limits = {
    queuedItemsMax: 1_000,
    knownTransfers: dice.pick([1, 3, 6]),
    flightItemsMax: dice.pick([1, 5, 10, 30]),
    flightsMax: dice.pick([1, 2, 2, 3]),
    checkpointEntries: dice.pick([4, 20]),
  };
  const newWriter = (): LedgerWriter =>
    createWriter({ db, clock, log: { ...silentLog, warn: note, error: note }, limits });
  return {
    db,
    clock,
    troubles,
    newWriter,
    submit: (writer: LedgerWriter, step: Step) => writer.submit(batchOf(step), OWNER, FAR),
    /** A restart in order, or a takeover from a writer that still leads; afterwards the heir leads. */
    async replace(old: LedgerWriter): Promise<LedgerWriter> {
      const heir = newWriter();
      if (dice.percent(40)) {
        // The server process of a cut connection may keep the lead for a moment, and the heir stands by.
        way.order(undefined);
        await old.stop();
        await heir.start();
      } else {
        if (dice.percent(30)) way.order({ towards: dice.pick(SIDES), afterBytes: dice.below(2_000) });
        await heir.takeOver();
        // A cut now would let the old writer lead again before it is told to stop.
        way.order(undefined);
        await old.stop();
      }
      expect(heir.status().mode).toBe('leading');
      return heir;
    },
  };
}

function resultsOf(answer: CallResult | undefined): readonly EventResult<string>[] {
  if (!answer?.ok) throw new Error(`the writer answered ${answer?.error.code}: ${answer?.error.message}`);
  return answer.value.results;
}

/**
 * The instant of a batch's last event, where an answer tells it: what exists or was imported has another
 * time.
 */
function instantOf(step: Step, results: readonly EventResult<string>[]): bigint | undefined {
  const events = 'accounts' in step ? step.accounts : step.transfers;
  const imported = 'accounts' in step ? ACCOUNT_FLAGS.imported : TRANSFER_FLAGS.imported;
  const index = results.findIndex(({ status }, at) => {
    const isImported = has(events[at]?.flags ?? 0, imported);
    return status !== 'exists' && !(isImported && (status === 'created' || status === 'linked_event_failed'));
  });
  const result = results[index];
  return result && result.timestamp + BigInt(events.length - 1 - index);
}

/**
 * The instant of the clock, or as much later as calls that come at the same instant and their expiries need.
 */
function timestampAfter({ world }: Model, last: bigint, now: number, step: Step): bigint {
  const size = 'accounts' in step ? step.accounts.length : step.transfers.length;
  const pendings = world.transfers.filter(
    (entry) => entry.state === 'pending' && entry.transfer.timeout !== 0,
  );
  const countDue = (at: bigint): number => pendings.filter((entry) => deadline(entry.transfer) <= at).length;
  let timestamp = BigInt(now) * MICROSECOND;
  for (;;) {
    const earliest = last + BigInt(size + countDue(timestamp));
    if (timestamp >= earliest) return timestamp;
    timestamp = earliest;
  }
}

function batchOf(step: Step) {
  return 'accounts' in step
    ? ({ kind: 'accounts', accounts: step.accounts, owner: OWNER } as const)
    : ({ kind: 'transfers', transfers: step.transfers } as const);
}

async function compareReads(deps: LedgerDeps, expected: Model, dice: Dice): Promise<void> {
  const { world } = expected;
  const query = queryFilter(dice, expected);
  const all = { ...query, ...{ userData128: 0n, userData64: 0n, userData32: 0, ledger: 0, code: 0 } };
  const everything = { ...all, timestampMin: 0n, timestampMax: 0n, limit: 8_190, reversed: false };
  for (const filter of [everything, query]) {
    expect(await queryAccounts(deps, context, filter)).toEqual(found(model.queryAccounts(world, filter)));
    expect(await queryTransfers(deps, context, filter)).toEqual(found(model.queryTransfers(world, filter)));
  }
  const ids = world.accounts.map((account) => account.id);
  const filter = accountFilter(dice, dice.pick(ids), query);
  const transfers = model.accountTransfers(world, filter);
  expect(await accountTransfers(deps, context, filter)).toEqual(found(transfers));
  const isByTimeOnly = filter.debits && filter.credits && filter.userData64 === 0n && filter.code === 0;
  const history = isByTimeOnly ? model.accountEvents(world, filter) : model.accountBalances(world, filter);
  expect(await accountHistory(deps, context, filter)).toEqual(found(history));
  const instant = dice.percent(20) ? query.timestampMax : query.timestampMin + BigInt(dice.below(3));
  const known = world.accounts.filter((account) => account.timestamp <= instant);
  expect(await balancesAt(deps, context, { ids, timestamp: instant })).toEqual(
    found(
      known.map(({ id }) => ({ ...model.balancesAt(world, id, instant), accountId: id, timestamp: instant })),
    ),
  );
  expect(await verify(deps, context)).toMatchObject({ ok: true, value: { ok: true, accounts: ids.length } });
  const balance = await trialBalance(deps, context, dice.percent(50) ? { at: instant } : {});
  expect(balance.ok && balance.value.totals.every((total) => total.balanced)).toBe(true);
}

const found = <T>(value: T) => ({ ok: true, value });

function queryFilter(dice: Dice, { world }: Model): QueryFilter {
  const instants = [...world.accounts, ...world.transfers.map((entry) => entry.transfer), ...world.expiries];
  const instant = (): bigint => dice.pick(instants).timestamp;
  const [a, b] = [instant(), instant()];
  return {
    userData128: dice.percent(20) ? 1n : 0n,
    userData64: dice.percent(20) ? 1n : 0n,
    userData32: 0,
    ledger: dice.percent(30) ? dice.pick([1, 2]) : 0,
    code: dice.percent(30) ? dice.pick([1, 2]) : 0,
    timestampMin: a < b ? a : b,
    timestampMax: a < b ? b : a,
    limit: dice.pick([1, 3, 8_190]),
    reversed: dice.percent(50),
  };
}

function accountFilter(dice: Dice, accountId: bigint, query: QueryFilter): AccountFilter {
  const { ledger: _, ...filter } = query;
  const sides = dice.pick([
    { debits: true, credits: true },
    { debits: true, credits: true },
    { debits: true, credits: false },
    { debits: false, credits: true },
  ]);
  const data = dice.percent(50) ? { userData64: 0n, code: 0 } : {};
  return { ...filter, userData128: 0n, ...data, ...sides, accountId };
}
