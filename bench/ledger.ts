import { BATCH_MAX } from '@tpmall/ledger/contract';
import { startHttpLedger } from './ledger-http.ts';
import { measureCopy, recycleWal, storedTransfers } from './ledger-limit.ts';
import { createWorkload, generatorCpuUs, loadOf, type Spread, type Workload } from './ledger-load.ts';
import { type BenchLedger, startLocalLedger } from './ledger-target.ts';
import { applyLoad } from './load.ts';
import { mean, meanOf, ROUNDS } from './rounds.ts';
import type { Bench, BenchOptions, Row } from './table.ts';

/** One measured level: so many calls in flight, of so many transfers each. */
interface Level {
  readonly inFlight: number;
  readonly perCall: number;
}

const LEVELS: readonly Level[] = [
  { inFlight: 1, perCall: 1 },
  { inFlight: 8, perCall: 1 },
  { inFlight: 64, perCall: 1 },
  { inFlight: 256, perCall: 1 },
  { inFlight: 1_024, perCall: 1 },
  { inFlight: 2, perCall: BATCH_MAX },
];
const SPREADS: readonly Spread[] = ['uniform', 'hot'];
const WARM_UP_SECONDS = 1;
const GROWTH_SIZES = [100_000, 1_000_000, 10_000_000] as const;
const GROWTH_LEVELS = LEVELS.filter(({ inFlight, perCall }) => inFlight === 256 || perCall > 1);

/** The ledger, durable, in this process and over HTTP: rates at each level, beside COPY of the same rows. */
export async function run(options: BenchOptions): Promise<Bench> {
  const { words } = options;
  if (words.includes('growth')) return withLedger(startLocalLedger, options, runGrowth);
  const overHttp = (): Promise<Bench> => withLedger(startHttpLedger, options, runLevels);
  if (words.includes('http')) return overHttp();
  const local = await withLedger(startLocalLedger, options, runLevels);
  if (words.includes('local')) return local;
  return { ...local, rows: [...local.rows, ...(await overHttp()).rows] };
}

/** Runs a measurement on a new ledger with the workload's accounts. */
async function withLedger(
  start: () => Promise<BenchLedger>,
  options: BenchOptions,
  runOn: (target: BenchLedger, workload: Workload, options: BenchOptions) => Promise<Bench>,
): Promise<Bench> {
  options.progress('starting Postgres');
  const target = await start();
  try {
    const workload = createWorkload(Date.now());
    for (let from = 0; from < workload.accounts.length; from += BATCH_MAX) {
      await target.createAccounts(workload.accounts.slice(from, from + BATCH_MAX));
    }
    await recycleWal(target.adminUrl);
    return await runOn(target, workload, options);
  } finally {
    await target.close();
  }
}

/** The levels whose calls in flight are among the words; all where none is named. */
function levelsOf(words: readonly string[]): readonly Level[] {
  const named = LEVELS.filter(({ inFlight }) => words.includes(String(inFlight)));
  return named.length === 0 ? LEVELS : named;
}

async function runLevels(target: BenchLedger, workload: Workload, options: BenchOptions): Promise<Bench> {
  const rows: Row[] = [];
  const idle = createWorkload(1, 2);
  const seconds = options.seconds / ROUNDS;
  for (const level of levelsOf(options.words)) {
    const { inFlight, perCall } = level;
    const generator = target.inProcess ? await generatorCpuUs(idle, inFlight, perCall) : 0;
    const measured = new Map<Spread, Row[]>(SPREADS.map((spread) => [spread, []]));
    const limits: number[] = [];
    const empty: Row[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [spread, rounds] of measured) {
        rounds.push(await measure(target, workload, level, spread, { ...options, seconds }));
      }
      limits.push(await measureCopy(target.adminUrl, perCall === 1 ? inFlight : perCall, seconds));
      if (target.emptyRequest && perCall === 1)
        empty.push(await measureEmpty(target, target.emptyRequest, inFlight, seconds));
    }
    const limitRate = mean(limits);
    if (empty.length > 0) {
      const row = meanOf(empty);
      rows.push({ ...row, limit: 'COPY', limitRate, ratio: row.rate / limitRate });
    }
    for (const rounds of measured.values()) {
      const row = meanOf(rounds);
      const nodeCpuUs = (row.nodeCpuUs ?? 0) - generator;
      rows.push({ ...row, nodeCpuUs, limit: 'COPY', limitRate, ratio: row.rate / limitRate });
    }
  }
  return {
    bench: 'ledger: transfers/s, 100,000 accounts, every commit flushed to disk',
    rows,
    notes: [
      'A third plain, a third pending, a third posting pendings of earlier batches.',
      'Hot: nine of ten go to one account.',
      'COPY: one connection, the same rows, columns, indexes and rows a commit, prepared beforehand.',
      'Uniform, hot and COPY take turns: three rounds each, of which this is the mean (the worst p99).',
      'Node’s CPU includes the contract’s checks and not the load’s, measured beforehand on a ledger that',
      'does nothing; its time on the thread it shares with the ledger is in the rate. HTTP: the server',
      'alone, the load is a process of its own. WAL files are recycled ones, as on a server that has run',
      'for a while.',
      'An empty route over HTTP is what no ledger behind HTTP can pass with one transfer a request.',
      'The next limit is the CPU of two cores; below 64 in flight, and wherever a flush takes longer than a',
      'millisecond, it is the disk’s flush.',
    ],
  };
}

async function measure(
  target: BenchLedger,
  workload: Workload,
  { inFlight, perCall }: Level,
  spread: Spread,
  { seconds, progress }: BenchOptions,
): Promise<Row> {
  const name = `${target.inProcess ? '' : 'HTTP, '}${spread}${perCall === 1 ? '' : `, calls of ${perCall}`}`;
  progress(`${name}, ${inFlight} in flight`);
  const operation = loadOf(target, workload, perCall, spread);
  await applyLoad(inFlight, Math.min(WARM_UP_SECONDS, seconds), operation);
  const before = target.cpu();
  const load = await applyLoad(inFlight, seconds, operation);
  const after = target.cpu();
  const transfers = load.operations * perCall;
  return {
    case: name,
    inFlight,
    rate: load.rate * perCall,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    nodeCpuUs: (after.node - before.node) / transfers,
    postgresCpuUs: (after.postgres - before.postgres) / transfers,
    limit: null,
    limitRate: null,
    ratio: null,
  };
}

/** What no ledger behind HTTP can pass: requests that reach none. */
async function measureEmpty(
  target: BenchLedger,
  request: () => Promise<void>,
  inFlight: number,
  seconds: number,
): Promise<Row> {
  const before = target.cpu();
  const { rate, operations, p50Ms, p99Ms } = await applyLoad(inFlight, seconds, request);
  const after = target.cpu();
  return {
    ...{ case: 'HTTP, empty route', inFlight, rate, p50Ms, p99Ms },
    nodeCpuUs: (after.node - before.node) / operations,
    postgresCpuUs: (after.postgres - before.postgres) / operations,
    ...{ limit: null, limitRate: null, ratio: null },
  };
}

/**
 * The rate at growing numbers of stored transfers; each size is filled up by calls of 8,190. What is measured
 * is stored too, so each case says how many there were when it began.
 */
async function runGrowth(target: BenchLedger, workload: Workload, options: BenchOptions): Promise<Bench> {
  const rows: Row[] = [];
  const fill = loadOf(target, workload, BATCH_MAX, 'uniform');
  let stored = await storedTransfers(target.adminUrl);
  for (const size of GROWTH_SIZES) {
    for (; stored < size; stored += BATCH_MAX) {
      options.progress(`${stored} of ${size} stored`);
      await fill();
    }
    for (const level of GROWTH_LEVELS) {
      stored = await storedTransfers(target.adminUrl);
      const row = await measure(target, workload, level, 'uniform', options);
      rows.push({ ...row, case: `${row.case}, ${stored.toLocaleString('en')} stored` });
    }
    stored = await storedTransfers(target.adminUrl);
  }
  return { bench: 'ledger growth: transfers/s by stored transfers', rows };
}
