import { join } from 'node:path';
import { identityContract } from '@tpmall/identity/contract';
import { currencyOf, HOUR, ok } from '@tpmall/kernel';
import type { Implementation } from '@tpmall/platform/contract';
import { defineModule } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import { vaultConfig } from './config.ts';
import { vaultContract } from './contract/index.ts';
import { createCvvMemory } from './cvv/cvv-memory.ts';
import { createTenantKeys } from './envelope/tenant-keys.ts';
import { CARD_FRAME_PATH } from './http/card-frame.ts';
import { createCardTestingGuard } from './http/card-testing.ts';
import { vaultRoutes } from './http/routes.ts';
import { openFileKeyStore } from './keystore/file-keystore.ts';
import { readPassphrase } from './keystore/passphrase.ts';
import { adoptTestCard } from './service/adopt-test-card.ts';
import { attachCard } from './service/attach-card.ts';
import { sealGrant } from './service/card-grant.ts';
import { detachCard } from './service/detach-card.ts';
import { detokeniseCard } from './service/detokenise-card.ts';
import type { VaultEnvironment } from './service/environment.ts';
import { eraseExpiredCards } from './service/erase-cards.ts';
import { findCard, findCards } from './service/find-card.ts';
import { findToken } from './service/find-token.ts';
import { listCards, listCardsOfCustomers } from './service/list-cards.ts';
import { createConfirmationToken, createTestToken } from './service/make-token.ts';
import { redeemToken, settleToken } from './service/redeem-token.ts';
import { rewrapDataKeys } from './service/rewrap-data-keys.ts';
import { REWRAP_JOB, rotateKey } from './service/rotate-key.ts';
import { seedTestCards } from './service/seed-test-cards.ts';
import { updateCard } from './service/update-card.ts';
import { countDataKeysBehind } from './store/data-keys.ts';
import { createDiscloser } from './store/disclosures.ts';

/** How often codes that nobody came for are wiped from memory. */
const SWEEP_INTERVAL_MS = 30_000;

/** Custody of card data, with the pages and endpoints that take it in. */
export const vault = defineModule({
  name: 'vault',
  contract: vaultContract,
  needs: { identity: identityContract },
  config: vaultConfig,
  migrations: new URL('../migrations/', import.meta.url),
  async create({ config, db, ports, clock, random, ids, log, metrics, jobs }) {
    const keyStore = await openFileKeyStore({
      folder: join(config.dataFolder, 'vault-keystore'),
      passphrase: await readPassphrase(config.passphrase, config.dataFolder, random),
      random,
      minimumVersion: config.minimumKeyVersion,
    });
    const tenantKeys = createTenantKeys({ db, keyStore, clock, random });
    const cvv = createCvvMemory(clock);
    const bins = new Map(config.bins.map(({ prefix, ...row }) => [prefix, row]));
    const environment = { db, keyStore, tenantKeys, cvv, bins, clock, random, ids };
    const disclose = createDiscloser(db);
    const testCodes = new Map(config.testCards.map((card) => [card.id, card.cvc]));
    const handedOut = metrics.counter('tpmall_vault_disclosures_total', 'Clear cards handed out', [
      'purpose',
    ]);
    metrics.gauge(
      'tpmall_vault_data_keys_behind',
      'Data keys that a rotation has still to rewrap',
      async () => countDataKeysBehind(db, await keyStore.currentVersion()),
    );
    let sweeper: NodeJS.Timeout | undefined;

    return {
      implementation: {
        ...readingOperations(environment, log),
        adoptTestCard: (context, input) => adoptTestCard(environment, context, input),
        attachCard: (context, input) => attachCard(environment, context, input),
        detachCard: (context, input) => detachCard(environment, context, input),
        updateCard: (context, input) => updateCard(environment, context, input),
        ...tokenOperations(environment),
        async detokenise(context, input) {
          const answer = await detokeniseCard({ ...environment, disclose, testCodes }, context, input);
          if (answer.ok) handedOut.add({ purpose: input.purpose });
          return answer;
        },
        openCardForm: async ({ tenant }, { returnUrl, due, verb }) => {
          const owed = due && { amount: due.amount, currency: currencyOf(due.currency) };
          const grant = { tenant, returnUrl, due: owed, verb };
          const sealed = await sealGrant(keyStore, grant, clock.now());
          return ok({ path: `${CARD_FRAME_PATH}?grant=${sealed}` });
        },
        rotateKey: (context, input) => rotateKey({ ...environment, jobs }, context, input),
      },
      jobs: [
        {
          name: REWRAP_JOB,
          every: HOUR,
          async run() {
            const rewrapped = await rewrapDataKeys(environment);
            if (rewrapped > 0) log.info({ rewrapped }, 'data keys rewrapped');
          },
        },
        {
          name: 'erase-cards',
          every: HOUR,
          async run() {
            const done = await eraseExpiredCards(environment, config.retentionDays);
            if (done.erased + done.destroyed > 0) log.info(done, 'cards erased and data keys destroyed');
          },
        },
      ],
      routes: {
        vault: (app) =>
          vaultRoutes(app, {
            environment,
            identity: ports.identity,
            docsUrl: config.docsUrl,
            apiUrl: config.apiUrl,
            guard: createCardTestingGuard(clock, config.rateLimit),
          }),
      },
      async start() {
        await seedTestCards(environment, config.testCards);
        sweeper = setInterval(() => cvv.sweep(), SWEEP_INTERVAL_MS).unref();
      },
      async stop() {
        clearInterval(sweeper);
      },
    };
  },
});

/** What reads cards, masked. */
function readingOperations(
  environment: VaultEnvironment,
  log: Log,
): Pick<
  Implementation<typeof vaultContract>,
  'findCard' | 'findCards' | 'listCards' | 'listCardsOfCustomers'
> {
  return {
    findCard: ({ tenant }, { id }) => findCard(environment, tenant, id),
    findCards: async ({ tenant }, { ids }) => ok(await findCards({ ...environment, log }, tenant, ids)),
    listCards: ({ tenant }, input) => listCards(environment, tenant, input),
    listCardsOfCustomers: async ({ tenant }, { ids, limit }) =>
      ok(await listCardsOfCustomers(environment, tenant, ids, limit)),
  };
}

/** The operations on what stands for a card once. */
function tokenOperations(
  environment: VaultEnvironment,
): Pick<
  Implementation<typeof vaultContract>,
  'createTestToken' | 'createConfirmationToken' | 'findToken' | 'redeemToken' | 'settleToken'
> {
  return {
    createTestToken: (context, input) => createTestToken(environment, context, input),
    createConfirmationToken: (context, input) => createConfirmationToken(environment, context, input),
    findToken: ({ tenant }, { id }) => findToken(environment, tenant, id),
    redeemToken: (context, input) => redeemToken(environment, context, input),
    settleToken: (context, input) => settleToken(environment, context, input),
  };
}
