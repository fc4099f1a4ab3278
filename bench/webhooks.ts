import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { applyLoad, percentile } from './load.ts';
import type { Bench, BenchOptions, Row } from './table.ts';
import {
  type BenchReceiver,
  startBenchReceiver,
  startWebhooksTarget,
  type WebhooksTarget,
} from './webhooks-target.ts';

/** Sends of one lane at a time, as the module has them; and of many lanes together. */
const ONE_LANE = 16;
const ALL_LANES = 128;
/** Endpoints of a platform with many, and how many of them are dead. */
const ENDPOINTS = 100;
const DEAD = 10;
/** Events in the queue before the clock starts: more deliveries than can be made until it stops. */
const BACKLOG_OF_ONE = 40_000;
const BACKLOG_OF_MANY = 500;
/** Events a second while the time from an event to its delivery is taken. */
const PACE = 50;
const BODY_BYTES = 1_700;

/**
 * Deliveries to a receiver on this machine, in a process of its own, beside bare posts of the same size by
 * the same client; with dead endpoints among the living; and the time from an event to its delivery.
 */
export async function run({ seconds, progress }: BenchOptions): Promise<Bench> {
  const receiver = await startBenchReceiver();
  const target = await startWebhooksTarget();
  try {
    const rows: Row[] = [];
    const bare = new Map<number, number>();
    for (const inFlight of [ONE_LANE, ALL_LANES]) {
      progress(`bare posts, ${inFlight} in flight`);
      const row = await barePosts(receiver, target, inFlight, seconds);
      bare.set(inFlight, row.rate);
      rows.push(row);
    }
    const alive = (count: number) => Array.from({ length: count }, (_, n) => `${receiver.origin}/${n}`);
    const dead = Array.from({ length: DEAD }, () => `${receiver.origin}/dead`);
    const cases = [
      { name: 'to 1 endpoint', inFlight: ONE_LANE, urls: alive(1), backlog: BACKLOG_OF_ONE },
      { name: 'to 100 endpoints', inFlight: ALL_LANES, urls: alive(ENDPOINTS), backlog: BACKLOG_OF_MANY },
      { name: 'to 90', inFlight: ALL_LANES, urls: alive(ENDPOINTS - DEAD), backlog: BACKLOG_OF_MANY },
      {
        name: 'to 90, 10 more are dead',
        inFlight: ALL_LANES,
        urls: [...alive(ENDPOINTS - DEAD), ...dead],
        backlog: BACKLOG_OF_MANY,
      },
    ];
    let without: number | null = null;
    for (const { name, inFlight, urls, backlog } of cases) {
      progress(name);
      const isWithDead = name.endsWith('dead');
      const limitRate = isWithDead ? without : (bare.get(inFlight) ?? null);
      const row = await deliveries({ receiver, target, urls, backlog, seconds });
      if (name === 'to 90') without = row.rate;
      rows.push({
        ...row,
        ...{ case: name, inFlight, limitRate, limit: isWithDead ? 'to 90' : 'bare posts' },
        ratio: limitRate === null ? null : row.rate / limitRate,
      });
    }
    progress('from an event to its delivery');
    rows.push(await lag(receiver, target, seconds));
    return { bench: 'webhooks', rows };
  } finally {
    await target.close();
    receiver.stop();
  }
}

const blank = { p50Ms: null, p99Ms: null, limit: null, limitRate: null, ratio: null } as const;

async function barePosts(
  receiver: BenchReceiver,
  target: WebhooksTarget,
  inFlight: number,
  seconds: number,
): Promise<Row> {
  const pool = new Pool(receiver.origin, { connections: inFlight, pipelining: 1 });
  const body = 'x'.repeat(BODY_BYTES);
  const headers = { 'content-type': 'application/json' };
  const post = async (): Promise<void> => {
    const answer = await pool.request({ path: '/bare', method: 'POST', headers, body });
    await answer.body.dump();
  };
  await applyLoad(inFlight, 1, post);
  const before = target.cpu();
  const load = await applyLoad(inFlight, seconds, post);
  const nodeCpuUs = (target.cpu().node - before.node) / load.operations;
  await pool.close();
  const { rate, p50Ms, p99Ms } = load;
  return { ...blank, case: 'bare posts', inFlight, rate, p50Ms, p99Ms, nodeCpuUs, postgresCpuUs: null };
}

/** Deliveries a second out of a queue that is full. */
async function deliveries(options: {
  readonly receiver: BenchReceiver;
  readonly target: WebhooksTarget;
  readonly urls: readonly string[];
  readonly backlog: number;
  readonly seconds: number;
}): Promise<Pick<Row, 'rate' | 'nodeCpuUs' | 'postgresCpuUs'> & typeof blank> {
  const { receiver, target, seconds } = options;
  const one = await target.fresh(options.urls);
  await one.write(options.backlog);
  await one.relay.drain();
  await one.start();
  await pause(1_000);
  const before = { ...target.cpu(), answered: await receiver.answered(), at: performance.now() };
  await pause(seconds * 1_000);
  const count = (await receiver.answered()) - before.answered;
  const took = (performance.now() - before.at) / 1_000;
  const { node, postgres } = target.cpu();
  await one.stop();
  return {
    ...blank,
    rate: count / took,
    nodeCpuUs: (node - before.node) / count,
    postgresCpuUs: (postgres - before.postgres) / count,
  };
}

/** The time from an event to the answer of its delivery, at a pace that leaves room. */
async function lag(receiver: BenchReceiver, target: WebhooksTarget, seconds: number): Promise<Row> {
  const one = await target.fresh([`${receiver.origin}/lag`]);
  await one.start();
  one.relay.start();
  await pause(500);
  for (let sent = 0; sent < seconds * PACE; sent += 1) {
    await one.write(1);
    await pause(1_000 / PACE);
  }
  await pause(2_000);
  await one.stop();
  const lags = await one.lags();
  return {
    ...{ ...blank, case: 'event to delivery', inFlight: 1, rate: PACE },
    ...{ p50Ms: percentile(lags, 0.5), p99Ms: percentile(lags, 0.99) },
    ...{ nodeCpuUs: null, postgresCpuUs: null },
  };
}
