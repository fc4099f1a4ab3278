import { DAY, HOUR, ok } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { identityConfig } from './config.ts';
import { identityContract } from './contract/index.ts';
import { createPrincipalCache } from './key/principal-cache.ts';
import { authenticate } from './service/authenticate.ts';
import { createKey, showKey } from './service/create-key.ts';
import { revokeKey } from './service/revoke-key.ts';
import { rotateKey } from './service/rotate-key.ts';
import { listKeys, wipeSalts } from './store/keys.ts';

/** How long a repeated command can answer the key that it made: as long as idempotency keys are replayed. */
const REPLAY_WINDOW = DAY;

/** Who calls: API keys today. */
export const identity = defineModule({
  name: 'identity',
  contract: identityContract,
  needs: {},
  config: identityConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ config, db, clock, random, ids, log }) {
    const cache = createPrincipalCache(clock);
    const environment = { db, clock, random, ids, cache, replaySecret: config.replaySecret };
    return {
      implementation: {
        createKey: (context, input) => createKey(environment, context, input),
        rotateKey: (context, input) => rotateKey(environment, context, input),
        revokeKey: (context, input) => revokeKey(environment, context, input),
        authenticate: (_context, input) => authenticate(environment, input),
        listKeys: async (context, { limit }) => ok((await listKeys(db, context.tenant, limit)).map(showKey)),
      },
      jobs: [
        {
          name: 'wipe-salts',
          every: HOUR,
          async run() {
            const wiped = await wipeSalts(db, clock.now() - REPLAY_WINDOW);
            if (wiped > 0) log.info({ wiped }, 'key salts wiped');
          },
        },
      ],
    };
  },
});
