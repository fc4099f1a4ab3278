import { type Clock, DAY, type Random } from '@tpmall/kernel';
import type { Port } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { createSecretBox } from '@tpmall/platform/sealing';
import type { Log, Metrics } from '@tpmall/platform/telemetry';
import type { webhooksContract } from '@tpmall/webhooks/contract';
import type { GatewayConfig } from '../config.ts';
import {
  deleteGivenAnswers,
  INSERT_MAX,
  insertGivenAnswers,
  selectGivenAnswers,
} from '../store/given-answers.ts';
import { addQuotaUse, dayOf, deleteQuotaUse, findQuotaUse } from '../store/quota-use.ts';
import {
  deleteLoggedRequests,
  insertLoggedRequests,
  LOG_INSERT_MAX,
  type LoggedRequest,
} from '../store/request-log.ts';
import { createCardTestingGuard } from './card-testing.ts';
import { noticeRequests } from './notice-requests.ts';
import { createQuota } from './quota.ts';
import type { Serving } from './register-routes.ts';
import { createReplayCache, type GivenAnswer, REPLAY_TIME } from './replay.ts';
import { createRequestLog } from './request-log.ts';
import { createWriteBehind } from './write-behind.ts';

/** Rows that are read at start into the cache; the newest, which are the likeliest to be asked for again. */
const WARM_ENTRIES = 5_000;

/** What requests pass on their way, with what it keeps behind them. */
export function createServing(options: {
  readonly config: GatewayConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told of every request, for those who follow the log. */
  readonly webhooks: Port<typeof webhooksContract>;
}) {
  const { config, db, clock, random, log, metrics, webhooks } = options;
  const box = createSecretBox('gateway', config.secret, random);
  const cache = createReplayCache(clock, config.replayEntries);
  const dropped = metrics.counter(
    'tpmall_gateway_dropped_total',
    'Answers and requests that were not kept after they were given.',
    ['what'],
  );
  const answers = createWriteBehind<GivenAnswer>({
    what: 'answers',
    batchMax: INSERT_MAX,
    write: (batch) => insertGivenAnswers(db, box, batch),
    log,
    dropped,
  });
  const requests = createWriteBehind<LoggedRequest>({
    what: 'requests',
    batchMax: LOG_INSERT_MAX,
    write: async (batch) => {
      await insertLoggedRequests(db, batch);
      await noticeRequests({ webhooks, clock, log }, batch);
    },
    log,
    dropped,
  });
  const quota = createQuota(clock, log, (counted) => addQuotaUse(db, counted));
  const waits = 'tpmall_gateway_card_testing_refused_total';
  const refused = metrics.counter(waits, 'Tries of a card that had to wait.', ['by']);
  const serving: Serving = {
    keeping: { cache, writeBehind: answers },
    limits: { quota, guard: createCardTestingGuard(clock, config.cardTesting, refused) },
    logRequest: createRequestLog(clock, requests.add),
  };
  return {
    serving,
    /** Reads what earlier processes have kept. */
    start: async (): Promise<void> => {
      const limit = Math.min(WARM_ENTRIES, config.replayEntries);
      cache.load(await selectGivenAnswers(db, box, clock.now() - REPLAY_TIME, limit));
      quota.load(await findQuotaUse(db, dayOf(clock.now())));
    },
    /** Deletes what need not be kept any more. */
    forget: async (): Promise<void> => {
      const now = clock.now();
      await deleteGivenAnswers(db, now - REPLAY_TIME);
      await deleteLoggedRequests(db, now - config.requestLogDays * DAY);
      await deleteQuotaUse(db, dayOf(now - DAY));
    },
    stop: async (): Promise<void> => {
      await Promise.all([answers.stop(), requests.stop(), quota.stop()]);
    },
  };
}
