import { err, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry, appendEvent } from '@tpmall/platform/events';
import type { WebhookEndpointWithSecret, webhooksContract } from '../contract/index.ts';
import { newSecret, secretPlace } from '../delivery/sign.ts';
import {
  countEndpoints,
  type EndpointRecord,
  findEndpoint,
  insertEndpoint,
  showEndpoint,
} from '../store/endpoints.ts';
import { checkUrl } from './check-url.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { runCommand } from './run-command.ts';

type Operations = (typeof webhooksContract)['operations'];

/** Opens an endpoint. */
export async function createEndpoint(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: InputOf<Operations['createEndpoint']>,
): Promise<
  Result<
    WebhookEndpointWithSecret,
    'url_not_allowed' | 'too_many_endpoints' | 'not_found' | 'idempotency_mismatch'
  >
> {
  const { config, db, random, secrets } = environment;
  const { tenant } = context;
  const url = checkUrl(environment, input.url);
  if (!url.ok) return url;
  return runCommand(
    environment,
    context,
    { operation: 'create_endpoint', input },
    {
      work: async (tx, accepted) => {
        if ((await countEndpoints(tx, tenant)) >= config.endpointsMax) {
          return err('too_many_endpoints', `there may be at most ${config.endpointsMax} webhook endpoints`);
        }
        const id = objectId('we', accepted);
        const endpoint: EndpointRecord = {
          id,
          tenant,
          createdAt: accepted.at,
          version: 1,
          url: url.value,
          description: input.description ?? null,
          metadata: input.metadata ?? {},
          apiVersion: input.apiVersion ?? null,
          enabledEvents: input.enabledEvents,
          status: 'enabled',
          disabledReason: null,
          secret: secrets.seal(newSecret(random), secretPlace(id)),
          previousSecret: null,
          previousUntil: null,
          failingSince: null,
        };
        await insertEndpoint(tx, endpoint);
        await audit(tx, endpoint, accepted.at, { actor: context.actor, action: 'webhook_endpoint.created' });
        return ok(withSecret(environment, endpoint));
      },
      repeat: async (accepted) => {
        const id = objectId('we', accepted);
        const made = await findEndpoint(db, tenant, id);
        // It was deleted since.
        if (!made) return err('not_found', `No such webhook_endpoint: '${id}'`);
        return ok(withSecret(environment, made));
      },
    },
  );
}

/** An endpoint with the text of its secret, for the answers that made one. */
export function withSecret(
  { secrets }: Pick<WebhooksEnvironment, 'secrets'>,
  endpoint: EndpointRecord,
): WebhookEndpointWithSecret {
  const secret = secrets.open(endpoint.secret, secretPlace(endpoint.id));
  return { ...showEndpoint(endpoint), secret: secret.reveal() };
}

/** Tells the audit log of a change of an endpoint: where events go is who may read them. */
export async function audit(
  tx: Queryable,
  endpoint: EndpointRecord,
  at: number,
  entry: Pick<AuditEntry, 'actor' | 'action' | 'detail'>,
): Promise<void> {
  const payload: AuditEntry = { reason: endpoint.url, subject: endpoint.id, ...entry };
  await appendEvent(tx, 'webhooks', {
    ...{ type: AUDIT_EVENT, aggregateId: endpoint.id, tenant: endpoint.tenant, at },
    payload,
  });
}
