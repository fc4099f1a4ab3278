import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, MINUTE, type Micros } from '@tpmall/kernel';
import { type Database, instant, type Queryable, type Statement, schemaName, sql } from '../db/index.ts';
import type {
  BatchLearningSubscription,
  LearningSubscription,
  Subscription,
  TellingSubscription,
} from '../module/module.ts';
import type { Counter, Log, Metrics } from '../telemetry/types.ts';
import { createFeed, type Feed, type Position } from './feed.ts';
import type { StoredEvent } from './types.ts';

/** Rows passed at a time: enough to keep up, few enough for one short transaction. */
const BATCH = 200;
/** The same where events gather: the more come at once, the more of them are about the same object. */
const GATHERED_BATCH = 1_000;
/** Events of different aggregates that are told at once: enough for the callee to share its statements. */
const TELLING_MAX = 16;
/**
 * A cursor that passes only events nobody wants is stored after so many, or so much time: a restart reads
 * that much again, and so much longer are events kept that could be pruned.
 */
const UNSAVED_MAX = 5_000;
const UNSAVED_TIME = 10 * MINUTE;
/**
 * The pause after a read that found something, and the longest pause while nothing comes. A turn costs each
 * consumer up to six statements however few events it finds, so they gather.
 */
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 400;
/**
 * The longest pause after a failure: an event that cannot be handled is tried again for ever, never skipped.
 */
const FAILURE_PAUSE_MAX_MS = 30_000;

/** How often and how soon a drain looks again for what an open transaction keeps from being read. */
const HELD_BACK_LOOKS = 500;
const HELD_BACK_PAUSE_MS = 10;

/** A consumer: the module that subscribes, and its own database. */
export interface Consumer {
  readonly module: string;
  readonly db: Database;
  readonly subscription: Subscription;
}

/** Delivers events from outboxes to subscriptions until it is stopped. */
export interface Relay {
  /**
   * Stores where consumers begin that were not there before: from then on nothing is pruned that they have
   * not passed.
   */
  begin(): Promise<void>;
  start(): void;
  /** Waits for the batches under way. */
  stop(): Promise<void>;
  /**
   * Reads now what is there and delivers it; for tests, and for who wants to see its own effects. What
   * another transaction keeps from being read is waited for, but not for ever.
   */
  drain(): Promise<void>;
}

/**
 * Creates a relay. It reads with a role that may read outboxes and nothing else; each consumer's effects and
 * its cursor commit in one transaction of the consumer's own role, so an event has its effect once.
 *
 * Rows are read in the order of their transactions' ids, and only those older than every transaction still
 * open: a row that commits late is therefore never passed by (see the outbox's notes).
 */
export function createRelay(options: {
  reader: Database;
  consumers: readonly Consumer[];
  clock: Clock;
  log: Log;
  metrics: Metrics;
}): Relay {
  const failures = options.metrics.counter('tpmall_event_failures_total', 'Event batches that failed', [
    'consumer',
    'from',
  ]);
  const wanted = typesByOutbox(options.consumers);
  const feeds = new Map([...wanted].map(([from, types]) => [from, createFeed(options.reader, from, types)]));
  const lanes = options.consumers.flatMap((consumer) => {
    const feed = feeds.get(consumer.subscription.from);
    return feed ? [createLane({ feed, consumer, ...options, failures })] : [];
  });
  return {
    begin: async () => {
      await Promise.all(lanes.map((lane) => lane.begin()));
    },
    start: () => {
      for (const lane of lanes) lane.start();
    },
    stop: async () => {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
    drain: () => drainAll(lanes),
  };
}

/** The outboxes that are read, and of each the types that anybody wants. */
function typesByOutbox(consumers: readonly Consumer[]): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const { subscription } of consumers) {
    const types = wanted.get(subscription.from) ?? new Set();
    for (const type of subscription.types) types.add(type);
    wanted.set(subscription.from, types);
  }
  return wanted;
}

async function drainAll(lanes: readonly Lane[]): Promise<void> {
  for (let looks = 0; looks < HELD_BACK_LOOKS; ) {
    const counts = await Promise.all(lanes.map((lane) => lane.step()));
    if (counts.some((count) => count > 0)) continue;
    if (!(await Promise.all(lanes.map((lane) => lane.hasMore()))).some(Boolean)) return;
    looks += 1;
    await sleep(HELD_BACK_PAUSE_MS);
  }
}

interface Lane {
  begin(): Promise<unknown>;
  start(): void;
  stop(): Promise<void>;
  /** Delivers one batch; answers how many rows it passed. */
  step(): Promise<number>;
  /** Whether there is something that its last step has not passed. */
  hasMore(): Promise<boolean>;
}

function createLane(parts: {
  readonly feed: Feed;
  readonly consumer: Consumer;
  readonly clock: Clock;
  readonly log: Log;
  readonly failures: Counter;
}): Lane {
  const { feed, consumer, clock, log, failures } = parts;
  const { subscription, db, module } = consumer;
  const types = new Set(subscription.types);
  const batch = subscription.gather === undefined ? BATCH : GATHERED_BATCH;
  const cursor = cursorStatements(module);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<number> = Promise.resolve(0);
  let position: Position | undefined;
  /** What the cursor's row holds; behind the position where what was passed is of no interest. */
  let stored: Position | undefined;
  let unsaved = 0;
  let savedAt = clock.now();
  const pauseMin = Math.max(PAUSE_MIN_MS, (subscription.gather ?? 0) / 1000);
  let pause = pauseMin;

  const begin = async (): Promise<Position> => (stored ??= await loadPosition(db, cursor, subscription));

  const deliver = async (): Promise<number> => {
    const from = await begin();
    const at = position ?? from;
    const rows = await feed.read(at, batch);
    const next = rows.at(-1)?.position ?? at;
    const ofTypes = rows.flatMap(({ event }) => (event && types.has(event.type) ? [event] : []));
    const wanted = ofTypes.length === 0 ? ofTypes : await concerning(subscription, ofTypes);
    unsaved += rows.length;
    const isDue = unsaved >= UNSAVED_MAX || clock.now() - savedAt >= UNSAVED_TIME;
    if (wanted.length === 0 && !(unsaved > 0 && isDue)) {
      position = next;
      return rows.length;
    }
    try {
      if ('perform' in subscription) await performAll(subscription, wanted);
      await db.transaction(async (tx) => {
        // The cursor first: another process that delivers the same events waits here, and then finds it
        // moved.
        const moved = await tx.run(cursor.move, [
          ...[subscription.cursor, subscription.from, next.xid, next.seq],
          ...[from.xid, from.seq],
        ]);
        if (moved.count !== 1) throw new Error(`another process moved the cursor ${subscription.cursor}`);
        if (!('perform' in subscription) && wanted.length > 0) await handleAll(subscription, wanted, tx);
      });
    } catch (error) {
      // What is stored is the truth: a commit whose answer was lost may have moved the cursor.
      position = undefined;
      stored = undefined;
      unsaved = 0;
      throw error;
    }
    position = next;
    stored = next;
    unsaved = 0;
    savedAt = clock.now();
    if (wanted.length > 0) subscription.committed?.(wanted);
    return rows.length;
  };

  /** One step at a time, whoever asks. */
  const step = (): Promise<number> => {
    underWay = underWay.then(deliver, deliver);
    return underWay;
  };

  const turn = (): void => {
    if (stopped) return;
    step().then(
      (count) => {
        pause = count > 0 ? pauseMin : Math.min(pause * 2, Math.max(pauseMin, PAUSE_MAX_MS));
        if (!stopped) timer = setTimeout(turn, count === batch ? 0 : pause);
      },
      (error: unknown) => {
        if (stopped) return;
        failures.add({ consumer: module, from: subscription.from });
        log.error(
          { error, consumer: module, from: subscription.from, cursor: subscription.cursor },
          'event failed',
        );
        pause = Math.min(Math.max(pause, PAUSE_MAX_MS) * 2, FAILURE_PAUSE_MAX_MS);
        timer = setTimeout(turn, pause);
      },
    );
  };

  return {
    begin,
    step,
    hasMore: async () => {
      const at = position ?? stored;
      return at !== undefined && (await feed.hasMore(at));
    },
    start: turn,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay.catch((error: unknown) => log.warn({ error, consumer: module }, 'last batch failed'));
    },
  };
}

async function concerning(
  subscription: Subscription,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  return subscription.concerning ? subscription.concerning(events) : events;
}

async function handleAll(
  subscription: LearningSubscription | BatchLearningSubscription,
  events: readonly StoredEvent[],
  tx: Queryable,
): Promise<void> {
  if ('handleAll' in subscription) await subscription.handleAll(events, tx);
  else for (const event of events) await subscription.handle(event, tx);
}

/**
 * Performs events side by side, those of one aggregate one after the other. After a failure no other is
 * begun; it throws when all that were under way have ended, so that the next delivery meets none of them.
 */
async function performAll(subscription: TellingSubscription, events: readonly StoredEvent[]): Promise<void> {
  const byAggregate = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const sameOne = byAggregate.get(event.aggregateId);
    if (sameOne) sameOne.push(event);
    else byAggregate.set(event.aggregateId, [event]);
  }
  const waiting = byAggregate.values();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    // The workers share one iterator, so each takes the next aggregate that nobody has.
    for (const ofOneAggregate of waiting) {
      for (const event of ofOneAggregate) {
        if (failures.length > 0) return;
        try {
          await subscription.perform(event);
        } catch (error) {
          failures.push(error);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: TELLING_MAX }, work));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'several events failed');
}

/** Where a consumer stands. One that is new says that it is there, so that nothing is pruned before it. */
async function loadPosition(
  db: Queryable,
  { load, begin }: CursorStatements,
  { cursor, from }: Subscription,
): Promise<Position> {
  const [row] = (await db.run<{ xid: string; seq: bigint }>(load, [cursor])).rows;
  if (row) return { xid: BigInt(row.xid), seq: row.seq };
  await db.run(begin, [cursor, from]);
  return { xid: 0n, seq: 0n };
}

interface CursorStatements {
  readonly load: Statement;
  readonly begin: Statement;
  readonly move: Statement;
}

function cursorStatements(module: string): CursorStatements {
  const schema = schemaName(module);
  return {
    begin: sql(
      `events.begin-cursor-${schema}`,
      [
        `INSERT INTO ${schema}.cursor (cursor, from_module, xid, seq)`,
        "VALUES ($1, $2, '0', 0) ON CONFLICT DO NOTHING",
      ].join('\n'),
    ),
    load: sql(
      `events.load-cursor-${schema}`,
      `SELECT xid::text AS xid, seq FROM ${schema}.cursor WHERE cursor = $1`,
    ),
    move: sql(
      `events.move-cursor-${schema}`,
      [
        `INSERT INTO ${schema}.cursor AS c (cursor, from_module, xid, seq)`,
        'VALUES ($1, $2, $3::text::xid8, $4)',
        'ON CONFLICT (cursor) DO UPDATE SET xid = EXCLUDED.xid, seq = EXCLUDED.seq',
        'WHERE c.xid = $5::text::xid8 AND c.seq = $6::bigint',
      ].join('\n'),
    ),
  };
}

const appendStatements = new Map<string, Statement>();

/**
 * Writes an event to a module's outbox, inside the transaction of the change it tells. Hot paths write it in
 * the same statement as the change instead.
 */
export async function appendEvent(
  tx: Queryable,
  module: string,
  event: {
    type: string;
    aggregateId: string;
    tenant: string;
    at: Micros;
    payload: object;
  },
): Promise<void> {
  let append = appendStatements.get(module);
  if (!append) {
    const schema = schemaName(module);
    append = sql(
      `events.append-${schema}`,
      `INSERT INTO ${schema}.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)`,
    );
    appendStatements.set(module, append);
  }
  await tx.run(append, [
    event.type,
    event.aggregateId,
    event.tenant,
    instant(event.at),
    JSON.stringify(event.payload, (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  ]);
}
