import { readFile } from 'node:fs/promises';
import { HOUR } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { gatewayConfig } from './config.ts';
import { gatewayContract } from './contract.ts';
import { type GatewayEnvironment, gatewayNeeds } from './environment.ts';
import { registerRoutes } from './pipeline/register-routes.ts';
import { createReplayCache, REPLAY_TIME } from './pipeline/replay.ts';
import { createWriteBehind } from './pipeline/write-behind.ts';
import { allRoutes } from './routes/all-routes.ts';
import { deleteGivenAnswers, selectGivenAnswers } from './store/given-answers.ts';

export type { GatewayConfig } from './config.ts';

/** Rows that are read at start into the cache; the newest, which are the likeliest to be asked for again. */
const WARM_ENTRIES = 5_000;

/**
 * The API's origin: authenticates, limits, replays and logs, and maps the wire to the modules behind it.
 * Holds no truth of its own; its schema is a cache.
 */
export const gateway = defineModule({
  name: 'gateway',
  contract: gatewayContract,
  needs: gatewayNeeds,
  config: gatewayConfig,
  migrations: new URL('../migrations/', import.meta.url),
  async create({ config, db, ports, clock, random, ids, log, metrics }) {
    const style = await readFile(new URL('./pages/ledger.css', import.meta.url), 'utf8');
    const view = { apiUrl: config.apiUrl, livemode: config.livemode };
    const environment: GatewayEnvironment = { config, view, ports, clock, random, ids, log, metrics };
    const cache = createReplayCache(clock, config.replayEntries);
    const dropped = metrics.counter(
      'tpmall_gateway_answers_dropped_total',
      'Answers that were not kept for repetition after a restart.',
    );
    const writeBehind = createWriteBehind(db, log, dropped);
    return {
      implementation: {},
      jobs: [
        {
          name: 'forget-given-answers',
          every: HOUR,
          run: async () => {
            await deleteGivenAnswers(db, clock.now() - REPLAY_TIME);
          },
        },
      ],
      routes: {
        api: (app) => registerRoutes(app, allRoutes(environment, style), environment, { cache, writeBehind }),
      },
      start: async () => {
        const limit = Math.min(WARM_ENTRIES, config.replayEntries);
        cache.load(await selectGivenAnswers(db, clock.now() - REPLAY_TIME, limit));
      },
      stop: () => writeBehind.stop(),
    };
  },
});
