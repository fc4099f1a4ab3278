import { HOUR, MINUTE, ok } from '@tpmall/kernel';
import type { Implementation } from '@tpmall/platform/contract';
import { defineModule } from '@tpmall/platform/module';
import { createSecretBox } from '@tpmall/platform/sealing';
import { vaultContract } from '@tpmall/vault/contract';
import { webhooksConfig } from './config.ts';
import { webhooksContract } from './contract/index.ts';
import { createAddressRule } from './delivery/addresses.ts';
import { createDispatcher } from './delivery/dispatcher.ts';
import { createPoster } from './delivery/post.ts';
import { createListeners } from './listen/listeners.ts';
import { openSession } from './listen/session.ts';
import { serveListenSocket } from './listen/socket.ts';
import { deleteEndpoint, rotateSecret, updateEndpoint } from './service/change-endpoint.ts';
import { createEndpoint } from './service/create-endpoint.ts';
import type { WebhooksEnvironment } from './service/environment.ts';
import { askToRetry, retrySetAside } from './service/retry-set-aside.ts';
import { found } from './service/run-command.ts';
import { replay, resend } from './service/send-again.ts';
import { sendTest } from './service/send-test.ts';
import { tellClients } from './service/tell-clients.ts';
import { forgetOldEvents, reviewEndpoints } from './service/upkeep.ts';
import { sources } from './sources/sources.ts';
import { findEndpoint, listEndpoints, showEndpoint } from './store/endpoints.ts';
import { findDelivery, listDeliveries, listDeliveriesOfEvents } from './store/read-deliveries.ts';
import { findEvent, listEvents, listEventsOfObjects } from './store/read-events.ts';
import { readSetAside } from './store/set-aside.ts';

/** Client events, the endpoints that want them, and the delivery of one to the other. */
export const webhooks = defineModule({
  name: 'webhooks',
  contract: webhooksContract,
  needs: { vault: vaultContract },
  config: webhooksConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create(parts) {
    const { config, db, clock, random, log, metrics } = parts;
    const secrets = createSecretBox('webhooks', config.secret, random);
    const mayConnect = createAddressRule(config.allowedNetworks);
    const listeners = createListeners(secrets, clock, config.livemode);
    const poster = createPoster(config, mayConnect, clock);
    const dispatcher = createDispatcher({ config, db, clock, random, log, metrics, secrets, poster });
    const environment: WebhooksEnvironment = {
      ...parts,
      vault: parts.ports.vault,
      secrets,
      mayConnect,
      listeners,
      dispatcher,
    };
    return {
      implementation: implement(environment),
      subscriptions: sources.map((source) => tellClients(environment, source)),
      jobs: [
        { name: 'review-endpoints', every: MINUTE, run: () => reviewEndpoints(environment) },
        // After an upgrade that can read it, what was set aside is told by itself.
        {
          name: 'retry-set-aside',
          every: HOUR,
          run: async () => void (await retrySetAside(environment, '')),
        },
        { name: 'forget-old-events', every: HOUR, run: () => forgetOldEvents(environment) },
      ],
      routes: {
        api: async (app) => serveListenSocket(app, environment),
      },
      start: async () => dispatcher.start(),
      stop: () => dispatcher.stop(),
    };
  },
});

function implement(environment: WebhooksEnvironment): Implementation<typeof webhooksContract> {
  const { db, config, clock, secrets, ids } = environment;
  return {
    createEndpoint: (context, input) => createEndpoint(environment, context, input),
    updateEndpoint: (context, input) => updateEndpoint(environment, context, input),
    deleteEndpoint: (context, input) => deleteEndpoint(environment, context, input),
    rotateSecret: (context, input) => rotateSecret(environment, context, input),
    sendTest: (context, input) => sendTest(environment, context, input),
    findEndpoint: async ({ tenant }, { id }) => {
      const endpoint = await findEndpoint(db, tenant, id);
      return found('webhook_endpoint', endpoint && showEndpoint(endpoint), id);
    },
    listEndpoints: ({ tenant }, input) => listEndpoints(db, tenant, input),
    findEvent: async ({ tenant }, { id }) => found('event', await findEvent(db, tenant, id), id),
    listEvents: ({ tenant }, input) => listEvents(db, tenant, input),
    eventsOfObjects: async ({ tenant }, { objects, limit }) => {
      const { items: events, hasMore } = await listEventsOfObjects(db, tenant, objects, limit);
      const ids = events.map(({ id }) => id);
      const deliveries = ids.length === 0 ? [] : await listDeliveriesOfEvents(db, tenant, ids);
      return ok({ events, deliveries, hasMore });
    },
    listDeliveries: ({ tenant }, input) => listDeliveries(db, tenant, input),
    findDelivery: async ({ tenant }, input) =>
      found('delivery', await findDelivery(db, tenant, input), `${input.event} to ${input.endpoint}`),
    resend: (context, input) => resend(environment, context, input),
    replay: (context, input) => replay(environment, context, input),
    listSetAside: async ({ tenant }, { limit }) =>
      ok((await readSetAside(db, tenant, '', limit)).map(({ shown }) => shown)),
    retrySetAside: (context) => askToRetry(environment, context),
    openListenSession: async ({ tenant }, { device, events, requests = null }) => {
      const parts = { db, ids, secrets, clock, apiUrl: config.apiUrl };
      return ok(await openSession(parts, { tenant, device, events, requests }));
    },
    noticeRequests: async ({ tenant }, { requests }) => {
      environment.listeners.tellRequests(tenant, requests);
      return ok({});
    },
  };
}
