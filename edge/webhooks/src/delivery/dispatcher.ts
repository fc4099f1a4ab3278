import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, MILLISECOND, type Micros, type Random, SECOND } from '@tpmall/kernel';
import { createBatcher, type Database } from '@tpmall/platform/db';
import type { SecretBox } from '@tpmall/platform/sealing';
import type { Counter, Histogram, Log, Metrics } from '@tpmall/platform/telemetry';
import { eventText } from '@tpmall/wire';
import type { WebhooksConfig } from '../config.ts';
import {
  type Claimed,
  type ClaimRoom,
  claimDeliveries,
  giveBackDeliveries,
} from '../store/claim-deliveries.ts';
import { type Settlement, settleDeliveries } from '../store/settle-deliveries.ts';
import { createLanes } from './lanes.ts';
import type { Poster, PostResult } from './post.ts';
import { nextAfterFailure } from './schedule.ts';
import { type SigningKey, secretPlace, signatureHeaders, signingKey } from './sign.ts';

/** How long room gathers between two looks at the queue. */
const GATHER_MS = 2;
/** How long what is claimed may wait for its turn; an endpoint's owner may have changed it meanwhile. */
const WAIT_MS = 500;
/** How long outcomes gather before they are written down: nobody waits for them. */
const SETTLE_GATHER_MS = 25;
/** Outcomes that may wait to be written down before fewer are sent. */
const UNWRITTEN_MAX = 512;
/** How long a stopping process waits for answers. */
const STOP_MS = 3_000;
/** Says to a receiver who is calling. */
const USER_AGENT = 'TPMall/1.0 (+webhooks)';

/** Sends what is due until it is stopped. */
export interface Dispatcher {
  start(): void;
  /** Says that something may be due; the queue is looked at soon. */
  nudge(): void;
  /** How much of what comes to be due now may be claimed as it is stored; undefined where nothing may. */
  offer(): Offer | undefined;
  /** Sends what was claimed for an offer; said once that is committed. */
  takeOn(claimed: readonly Claimed[], offer: Offer): void;
  /** Says that an endpoint was changed: what waits for it is taken up anew, as the endpoint is now. */
  changed(endpoint: string): void;
  /**
   * Begins nothing more, and lets what is under way end; what takes too long is cut off, and counts as an
   * attempt that failed.
   */
  stop(): Promise<void>;
}

/** How much may be claimed, and until when. */
export interface Offer {
  readonly room: ClaimRoom;
  readonly until: Micros;
}

/** What a dispatcher stands on. */
export interface DispatcherParts {
  readonly config: WebhooksConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly secrets: SecretBox;
  readonly poster: Poster;
}

/**
 * Takes up due deliveries lane by lane, sends them, and writes down what came of them. Nothing is held while
 * something is sent: a claim is a committed row that others leave alone for a while, so a process that dies
 * in between loses nothing, and what it sent may be sent once more.
 */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { config, db, clock, log, poster } = parts;
  const sendMs = config.connectTimeoutMs + config.answerTimeoutMs + config.claimGraceMs;
  const { laneInFlight, inFlight } = config;
  const lanes = createLanes<Claimed>({ laneInFlight, inFlight, waitMs: WAIT_MS }, parts.random);
  const underWay = new Set<Promise<void>>();
  const send = createSend(parts);
  const settle = createBatcher<Settlement, void>(
    ({ endpoint, event }) => `${endpoint} ${event}`,
    async (settlements) => {
      await settleDeliveries(db, settlements);
      return settlements.map(() => undefined);
    },
    { gatherMs: SETTLE_GATHER_MS },
  );
  let stopped = true;
  let wanted = false;
  let looking: Promise<void> | undefined;
  let givingBack: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setInterval> | undefined;

  /** Sends that may begin now. */
  const slots = (): number => {
    const unwritten = underWay.size - lanes.inFlight();
    return inFlight - lanes.inFlight() - Math.max(0, unwritten - UNWRITTEN_MAX);
  };

  const endOfClaim = (now: Micros): Micros => now + (sendMs + WAIT_MS) * MILLISECOND;

  const take = async (): Promise<void> => {
    const now = clock.now();
    const room = lanes.rooms(now, slots());
    const until = endOfClaim(now);
    const claimed = room.limit === 0 ? [] : await claimDeliveries(db, { now, until, ...room });
    lanes.take(claimed, room, clock.now());
    beginAll();
  };

  const beginAll = (): void => {
    while (!stopped && slots() > 0) {
      const delivery = lanes.begin(clock.now());
      if (delivery === undefined) return;
      begin(delivery);
    }
  };

  const begin = (delivery: Claimed): void => {
    let delivered = false;
    const work = send(delivery)
      .then((settlement) => {
        delivered = settlement.state === 'delivered';
        return settlement;
      })
      .finally(() => {
        // The lane is free as soon as the answer is there; it is written down beside the next sends.
        if (lanes.end(delivery.endpoint, delivery.event, delivered, clock.now())) nudge();
        if (!delivered) giveBack(lanes.giveBack(clock.now()));
        goOn();
      })
      .then(settle)
      // A failure here is the database's: the claim ends by itself, and the event is sent once more.
      .catch((error: unknown) =>
        log.error({ error, delivery: keyOf(delivery) }, 'a delivery was not settled'),
      )
      .finally(() => {
        underWay.delete(work);
        goOn();
      });
    underWay.add(work);
  };

  /** Room came up. */
  const goOn = (): void => {
    beginAll();
    if (lanes.isWanting()) nudge();
  };

  const giveBack = (claimed: readonly Claimed[]): void => {
    if (claimed.length === 0) return;
    givingBack = givingBack
      .then(() => giveBackDeliveries(db, claimed))
      .then(nudge)
      .catch((error: unknown) => log.error({ error }, 'claims were not given back: they end by themselves'));
  };

  const look = async (): Promise<void> => {
    while (wanted && !stopped) {
      wanted = false;
      await take();
      // Room that comes up one by one is used together: a statement for each would cost more than it brings.
      await pause(GATHER_MS);
    }
  };

  const nudge = (): void => {
    wanted = true;
    if (stopped || looking) return;
    looking = look()
      .catch((error: unknown) => log.error({ error }, 'due deliveries could not be taken up'))
      .finally(() => {
        looking = undefined;
        if (wanted) nudge();
      });
  };

  return {
    nudge,
    offer() {
      const now = clock.now();
      const room = stopped ? undefined : lanes.roomsOfNew(now, slots());
      return room && { room, until: endOfClaim(now) };
    },
    takeOn(claimed, { room }) {
      if (stopped) return giveBack(claimed);
      lanes.takeNew(claimed, room, clock.now());
      // A look that is under way has not seen what there was no room for.
      if (looking) nudge();
      goOn();
    },
    changed: (endpoint) => giveBack(lanes.giveBackAll(endpoint)),
    start() {
      stopped = false;
      timer = setInterval(() => {
        giveBack(lanes.giveBack(clock.now()));
        goOn();
        nudge();
        poster.sweep();
      }, config.pollMs);
      timer.unref();
      nudge();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
      giveBack(lanes.giveBackAll());
      await givingBack;
      const cutOff = setTimeout(() => void poster.close(), STOP_MS);
      await Promise.all(underWay);
      clearTimeout(cutOff);
      await poster.close();
    },
  };
}

/** Endpoints whose opened secrets are kept; beyond that all are opened anew. */
const RING_MAX = 10_000;

/** Opens the secrets of endpoints, each once for as long as it is the same. */
function createKeyRing(secrets: SecretBox): (delivery: Claimed) => readonly SigningKey[] {
  const ring = new Map<string, { readonly sealed: Buffer; readonly keys: readonly SigningKey[] }>();
  return ({ endpoint, secret, previousSecret }) => {
    const all = previousSecret ? [secret, previousSecret] : [secret];
    const sealed = Buffer.concat(all);
    const kept = ring.get(endpoint);
    if (kept?.sealed.equals(sealed)) return kept.keys;
    const keys = all.map((one) => signingKey(secrets.open(one, secretPlace(endpoint))));
    if (ring.size >= RING_MAX) ring.clear();
    ring.set(endpoint, { sealed, keys });
    return keys;
  };
}

interface Measures {
  readonly attempts: Counter;
  readonly seconds: Histogram;
  readonly lag: Histogram;
}

/** Makes the sending of one delivery: what is signed, what is sent, and what its answer means. */
function createSend(parts: DispatcherParts): (delivery: Claimed) => Promise<Settlement> {
  const { config, clock, random, poster } = parts;
  const keysOf = createKeyRing(parts.secrets);
  const measures = createMeasures(parts.metrics);
  return async (delivery) => {
    const { endpoint, event, round } = delivery;
    const body = eventText({ ...delivery, id: event, pendingWebhooks: delivery.endpoints });
    const at = clock.now();
    const result = await poster.post({
      endpoint,
      url: delivery.url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': USER_AGENT,
        ...signatureHeaders({ id: event, timestamp: Math.floor(at / SECOND), body }, keysOf(delivery)),
      },
      body,
    });
    const ended = clock.now();
    measure(measures, delivery, result, ended);
    const next = result.error === null ? undefined : nextAfterFailure(config, random, round, ended);
    return {
      endpoint,
      event,
      attempt: {
        n: delivery.attempt,
        at,
        url: delivery.url,
        durationMs: result.durationMs,
        status: result.status,
        error: result.error,
        responseHeaders: result.headers,
        responseBody: result.body,
      },
      state: next === undefined ? 'delivered' : next.kind === 'again' ? 'pending' : 'given_up',
      nextAt: next?.kind === 'again' ? next.at : null,
      at: ended,
    };
  };
}

function createMeasures(metrics: Metrics): Measures {
  return {
    attempts: metrics.counter('tpmall_webhook_attempts_total', 'Posts to webhook endpoints by outcome.', [
      'outcome',
    ]),
    seconds: metrics.histogram('tpmall_webhook_post_seconds', 'Time from a post to its answer.'),
    lag: metrics.histogram('tpmall_webhook_lag_seconds', 'Time from an event to its first delivery.'),
  };
}

function measure(measures: Measures, delivery: Claimed, result: PostResult, ended: number): void {
  measures.attempts.add({ outcome: result.error ?? 'delivered' });
  measures.seconds.observe(result.durationMs / 1000);
  if (delivery.attempt === 1 && result.error === null) {
    measures.lag.observe(Math.max(0, ended - delivery.createdAt) / SECOND);
  }
}

function keyOf({ endpoint, event }: Claimed): string {
  return `${event} to ${endpoint}`;
}
