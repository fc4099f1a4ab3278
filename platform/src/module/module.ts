import type { Clock, IdSource, Micros, Random } from '@tpmall/kernel';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Contract, Implementation, Port } from '../contract/index.ts';
import type { Database, Queryable } from '../db/index.ts';
import type { StoredEvent } from '../events/types.ts';
import type { Log, Metrics } from '../telemetry/types.ts';

/** A contract that a module calls, by the name it uses for it. */
export type Needs = Readonly<Record<string, Contract>>;

/** The ports of a module's needs. */
export type PortsOf<N extends Needs> = { readonly [K in keyof N]: Port<N[K]> };

/** Everything that enters a module: nothing else does. */
export interface ModuleEnvironment<Config, N extends Needs> {
  readonly config: Config;
  readonly db: Database;
  readonly ports: PortsOf<N>;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly jobs: JobQueue;
}

/** Enqueues this module's jobs, inside the business transaction when `tx` is its handle. */
export interface JobQueue {
  /**
   * @param name one of the module's own jobs
   * @param options `key` makes a job replace an earlier one of the same key that has not started; `after` is
   * a pause by the database's clock, by which the queue goes, and `runAt` an instant
   */
  enqueue(
    tx: Queryable,
    name: string,
    payload: object,
    options?: { runAt?: Micros; after?: Micros; key?: string },
  ): Promise<void>;
}

/** Work that is done later or again and again. It may run twice, so it is idempotent. */
export interface Job {
  readonly name: string;
  /**
   * Repeats the job at this interval as well, for sweeps over due rows. A turn is left out in the process in
   * which the one before still runs.
   */
  readonly every?: Micros;
  /**
   * It waits for a host of somebody else's that may be silent for long: workers of their own run such jobs,
   * so that no other waits behind them.
   */
  readonly outside?: boolean;
  run(payload: unknown): Promise<void>;
}

interface SubscriptionBase {
  /**
   * The module whose outbox is read; must be declared in `package.json` (envelope types of the platform
   * apart).
   */
  readonly from: string;
  /** The event types wanted, for example `payment.succeeded`. */
  readonly types: readonly string[];
  /**
   * Name of the cursor; renaming it replays what is kept. Who renames or removes one deletes its row in a
   * migration: nothing is pruned behind it.
   */
  readonly cursor: string;
  /**
   * How long events may gather before they are looked at, where nobody waits for the effect. By default they
   * are looked at every 100 ms, and every 400 ms while nothing comes.
   */
  readonly gather?: Micros;
  /**
   * Finds those events that concern the module at all, by one read outside a transaction. Where most are of
   * no concern to it, they cost neither a transaction nor a commit. What makes an event its concern must be
   * stored before the event comes about: one that is passed does not come again. What it reads besides may be
   * put into the payloads of copies; where it throws, the events come again.
   *
   * @param events those of the types wanted, in their order; never empty
   */
  concerning?(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]>;
  /**
   * Told of events whose effect has been committed, to wake what waits for it. A nudge and never the truth: a
   * process that ends in between does not send it.
   */
  committed?(events: readonly StoredEvent[]): void;
}

/**
 * Learns in its own tables: the effect and the cursor commit in one transaction, so the effect happens once.
 */
export interface LearningSubscription extends SubscriptionBase {
  /** Does no I/O but this transaction's: it holds the cursor's row. */
  handle(event: StoredEvent, tx: Queryable): Promise<void>;
}

/**
 * A {@link LearningSubscription} that takes the events of a batch at once, so that they may share statements.
 */
export interface BatchLearningSubscription extends SubscriptionBase {
  /**
   * @param events those of the types wanted, in their order; never empty
   */
  handleAll(events: readonly StoredEvent[], tx: Queryable): Promise<void>;
}

/**
 * Passes on to other modules: idempotent calls, made before the cursor moves and under no lock, repeated if
 * need be.
 */
export interface TellingSubscription extends SubscriptionBase {
  /**
   * Events of one aggregate come one after the other, in their order; those of different aggregates up to
   * sixteen at once, in any order.
   */
  perform(event: StoredEvent): Promise<void>;
}

/** How a module learns of what another did, or tells another what it did itself. */
export type Subscription = LearningSubscription | BatchLearningSubscription | TellingSubscription;

/** The HTTP origins: the public API, the card data environment, and the pages of shoppers. */
export type Origin = 'api' | 'vault' | 'web';

/** A running module. */
export interface Running<C extends Contract> {
  readonly implementation: Implementation<C>;
  readonly jobs?: readonly Job[];
  readonly subscriptions?: readonly Subscription[];
  /** HTTP routes, by the origin that serves them. Every route states who may call it. */
  readonly routes?: Readonly<Partial<Record<Origin, (app: FastifyInstance) => Promise<void>>>>;
  /** Called once everything is wired, before requests are let in. */
  start?(): Promise<void>;
  /** Called before the database is closed; finishes what is under way. */
  stop?(): Promise<void>;
}

/** A module as the composition root sees it. */
export interface ModuleDefinition<C extends Contract = Contract, N extends Needs = Needs, Config = unknown> {
  /** Also the name of its schema and the stem of its roles. */
  readonly name: string;
  readonly contract: C;
  readonly needs: N;
  /** One schema, parsed once at start; unknown keys are refused and every problem is listed. */
  readonly config: z.ZodType<Config>;
  /** The folder of migrations, or undefined for a module without data. */
  readonly migrations: URL | undefined;
  create(environment: ModuleEnvironment<Config, N>): Running<C> | Promise<Running<C>>;
}

/** Declares a module; see `ARCHITECTURE.md` for the rooms inside one. */
export function defineModule<C extends Contract, N extends Needs, Config>(
  definition: ModuleDefinition<C, N, Config>,
): ModuleDefinition<C, N, Config> {
  return definition;
}
