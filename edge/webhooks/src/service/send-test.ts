import { assert, err, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { WIRE_VERSION, webhookEndpointToWire } from '@tpmall/wire';
import type { DeliveryWithAttempts, webhooksContract } from '../contract/index.ts';
import { findEndpoint, showEndpoint } from '../store/endpoints.ts';
import { findDelivery } from '../store/read-deliveries.ts';
import { storeTestEvent } from '../store/store-events.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { found, runCommand } from './run-command.ts';

type Operations = (typeof webhooksContract)['operations'];

/** Of the event that is about nothing but its endpoint. */
const TEST_TYPE = 'webhook_endpoint.test';

/**
 * Sends an endpoint an event that says nothing happened, whatever it wants to hear of: signed, tried again
 * and shown as every other, so that its owner sees whether theirs can be reached and verifies.
 */
export async function sendTest(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: InputOf<Operations['sendTest']>,
): Promise<Result<DeliveryWithAttempts, 'not_found' | 'endpoint_disabled' | 'idempotency_mismatch'>> {
  const { config, db } = environment;
  const { tenant } = context;
  const deliveryOf = async (tx: Queryable, event: string): Promise<DeliveryWithAttempts> => {
    const delivery = await findDelivery(tx, tenant, { event, endpoint: input.id });
    assert(delivery, 'what was stored to be sent is there');
    return delivery;
  };
  const sent = await runCommand<DeliveryWithAttempts, 'not_found' | 'endpoint_disabled'>(
    environment,
    context,
    { operation: 'send_test', input },
    {
      work: async (tx, accepted) => {
        const endpoint = await findEndpoint(tx, tenant, input.id);
        if (!endpoint) return found<never>('webhook_endpoint', undefined, input.id);
        if (endpoint.status !== 'enabled')
          return err('endpoint_disabled', `webhook endpoint ${input.id} is disabled`, { field: 'id' });
        const { livemode } = config;
        const event = {
          ...{ id: objectId('evt', accepted), tenant, type: TEST_TYPE, createdAt: accepted.at, livemode },
          apiVersion: WIRE_VERSION,
          data: JSON.stringify({ object: webhookEndpointToWire(showEndpoint(endpoint), config) }),
          request: context.request ?? null,
        };
        await storeTestEvent(tx, event, input.id, accepted.at);
        return ok(await deliveryOf(tx, event.id));
      },
      repeat: async (accepted) => ok(await deliveryOf(db, objectId('evt', accepted))),
    },
  );
  environment.dispatcher.nudge();
  return sent;
}
