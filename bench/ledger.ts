import { BATCH_MAX } from '@tpmall/ledger/contract';
import { generatorCpuUs, measureCopy } from './ledger-limit.ts';
import { createWorkload, type Spread, type Workload } from './ledger-load.ts';
import { type LocalLedger, startLocalLedger } from './ledger-target.ts';
import { applyLoad } from './load.ts';
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
const WARM_UP_SECONDS = 1;
const GROWTH_SIZES = [100_000, 1_000_000, 10_000_000] as const;

/** The ledger, durable, in this process: rates at each level, beside COPY of the same rows. */
export async function run(options: BenchOptions): Promise<Bench> {
  options.progress('starting Postgres');
  const target = await startLocalLedger();
  try {
    const workload = createWorkload(Date.now());
    for (let from = 0; from < workload.accounts.length; from += BATCH_MAX) {
      await target.createAccounts(workload.accounts.slice(from, from + BATCH_MAX));
    }
    return options.words.includes('growth')
      ? await runGrowth(target, workload, options)
      : await runLevels(target, workload, options);
  } finally {
    await target.close();
  }
}

async function runLevels(target: LocalLedger, workload: Workload, options: BenchOptions): Promise<Bench> {
  const rows: Row[] = [];
  for (const level of LEVELS) {
    for (const spread of ['uniform', 'hot'] as const) {
      rows.push(await measure(target, workload, level, spread, options));
    }
    const limitRate = await measureCopy(
      target.adminUrl,
      level.inFlight === 2 ? BATCH_MAX : level.inFlight,
      options.seconds,
    );
    for (const at of [rows.length - 2, rows.length - 1]) {
      const row = rows[at];
      if (row) rows[at] = { ...row, limit: 'COPY', limitRate, ratio: row.rate / limitRate };
    }
  }
  return {
    bench: 'ledger: transfers/s, 100,000 accounts, every commit flushed to disk',
    rows,
    notes: [
      'A third plain, a third pending, a third posting pendings of earlier batches.',
      'Hot: nine of ten go to one account.',
      'COPY: one connection, the same rows, columns, indexes and rows a commit, prepared beforehand.',
      'Node’s CPU includes the contract’s checks and not the generator’s. With one core for Node and one for',
      'Postgres the slower of the two is the next limit; below 64 in flight it is the disk’s flush.',
    ],
  };
}

async function measure(
  target: LocalLedger,
  workload: Workload,
  { inFlight, perCall }: Level,
  spread: Spread,
  { seconds, progress }: BenchOptions,
): Promise<Row> {
  progress(`${spread}, ${inFlight} in flight of ${perCall}`);
  const operation = async (): Promise<void> => {
    const { transfers, pendings } = workload.next(perCall, spread);
    await target.createTransfers(transfers);
    workload.opened(pendings);
  };
  await applyLoad(inFlight, Math.min(WARM_UP_SECONDS, seconds), operation);
  const before = target.cpu();
  const load = await applyLoad(inFlight, seconds, operation);
  const after = target.cpu();
  const transfers = load.operations * perCall;
  return {
    case: `${spread}${perCall === 1 ? '' : `, calls of ${perCall}`}`,
    inFlight,
    rate: load.rate * perCall,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    nodeCpuUs: (after.node - before.node) / transfers - generatorCpuUs(perCall),
    postgresCpuUs: (after.postgres - before.postgres) / transfers,
    limit: null,
    limitRate: null,
    ratio: null,
  };
}

/** The rate at growing numbers of stored transfers; each size is filled up by calls of 8,190. */
async function runGrowth(target: LocalLedger, workload: Workload, options: BenchOptions): Promise<Bench> {
  const rows: Row[] = [];
  let stored = 0;
  for (const size of GROWTH_SIZES) {
    while (stored < size) {
      options.progress(`${stored} of ${size} stored`);
      const { transfers, pendings } = workload.next(BATCH_MAX, 'uniform');
      await target.createTransfers(transfers);
      workload.opened(pendings);
      stored += BATCH_MAX;
    }
    for (const level of LEVELS.slice(3)) {
      const row = await measure(target, workload, level, 'uniform', options);
      rows.push({ ...row, case: `${row.case}, ${size.toLocaleString('en')} stored` });
      stored += Math.round(row.rate * (options.seconds + WARM_UP_SECONDS));
    }
  }
  return { bench: 'ledger growth: transfers/s by stored transfers', rows };
}
