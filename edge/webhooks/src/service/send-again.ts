import { err, ok, type Result, SECOND } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import {
  type ClientEvent,
  REPLAY_EVENTS_MAX,
  type Replayed,
  type webhooksContract,
} from '../contract/index.ts';
import { findEndpoint } from '../store/endpoints.ts';
import { findEvent, idAt } from '../store/read-events.ts';
import { rangeSentAgain, sendAgain, sendRangeAgain } from '../store/send-again.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { found, runCommand } from './run-command.ts';

type Operations = (typeof webhooksContract)['operations'];
type Unreachable = 'endpoint_not_found' | 'endpoint_disabled';

/** Sends an event again; the answer is the event. */
export async function resend(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: InputOf<Operations['resend']>,
): Promise<Result<ClientEvent, Unreachable | 'not_found' | 'idempotency_mismatch'>> {
  const { db, listeners } = environment;
  const { tenant } = context;
  let repeated = false;
  const sent = await runCommand<ClientEvent, Unreachable | 'not_found'>(
    environment,
    context,
    { operation: 'resend', input },
    {
      work: async (tx, { at }) => {
        const event = await findEvent(tx, tenant, input.event);
        if (!event) return found<never>('event', undefined, input.event);
        if (input.listenersOnly) return ok(event);
        const problem = await unreachable(tx, tenant, input.endpoint);
        if (problem) return problem;
        await sendAgain(tx, { tenant, event: event.id, endpoint: input.endpoint ?? null }, at);
        return found('event', await findEvent(tx, tenant, event.id), event.id);
      },
      repeat: async () => {
        repeated = true;
        return found('event', await findEvent(db, tenant, input.event), input.event);
      },
    },
  );
  if (sent.ok && !repeated && input.endpoint === undefined) listeners.tellAgain(sent.value);
  environment.dispatcher.nudge();
  return sent;
}

/** Sends events of a range to one endpoint again. */
export async function replay(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: InputOf<Operations['replay']>,
): Promise<Result<Replayed, Unreachable | 'idempotency_mismatch'>> {
  const { db } = environment;
  const { tenant } = context;
  const from = idAt(input.from * SECOND);
  const range = {
    tenant,
    endpoint: input.endpoint,
    after: input.after !== undefined && input.after > from ? input.after : from,
    before: idAt(input.before * SECOND),
    types: input.types ?? null,
    includeDelivered: input.includeDelivered,
    limit: REPLAY_EVENTS_MAX,
  };
  const replayed = await runCommand<Replayed, Unreachable>(
    environment,
    context,
    { operation: 'replay', input },
    {
      work: async (tx, { at }) =>
        (await unreachable(tx, tenant, input.endpoint)) ?? ok(await sendRangeAgain(tx, range, at)),
      repeat: async ({ at }) => ok(await rangeSentAgain(db, range, at)),
    },
  );
  environment.dispatcher.nudge();
  return replayed;
}

async function unreachable(
  tx: Queryable,
  tenant: string,
  id: string | undefined,
): Promise<Result<never, Unreachable> | undefined> {
  if (id === undefined) return undefined;
  const endpoint = await findEndpoint(tx, tenant, id);
  if (!endpoint) return err('endpoint_not_found', `No such webhook_endpoint: '${id}'`, { field: 'endpoint' });
  if (endpoint.status === 'enabled') return undefined;
  return err('endpoint_disabled', `webhook endpoint ${id} is disabled`, { field: 'endpoint' });
}
