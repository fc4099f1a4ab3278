import { ok, type Result, SECOND } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { WebhookEndpoint, WebhookEndpointWithSecret, webhooksContract } from '../contract/index.ts';
import { newSecret, secretPlace } from '../delivery/sign.ts';
import {
  type EndpointRecord,
  findEndpoint,
  lockEndpoint,
  saveEndpoint,
  showEndpoint,
} from '../store/endpoints.ts';
import { checkUrl } from './check-url.ts';
import { audit, withSecret } from './create-endpoint.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { found, runCommand } from './run-command.ts';

type Operations = (typeof webhooksContract)['operations'];
type Changed<T, Code extends string = never> = Promise<
  Result<T, Code | 'not_found' | 'idempotency_mismatch'>
>;

/** Changes an endpoint. A field that is not given stays; null takes it away. */
export async function updateEndpoint(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: InputOf<Operations['updateEndpoint']>,
): Changed<WebhookEndpoint, 'url_not_allowed' | 'metadata_too_many_keys'> {
  const url = input.url === undefined ? undefined : checkUrl(environment, input.url);
  if (url && !url.ok) return url;
  const change = (endpoint: EndpointRecord): Result<EndpointRecord, 'metadata_too_many_keys'> => {
    const metadata = patchMetadata(endpoint.metadata, input.metadata);
    if (!metadata.ok) return metadata;
    return ok({
      ...endpoint,
      metadata: metadata.value,
      url: url?.value ?? endpoint.url,
      enabledEvents: input.enabledEvents ?? endpoint.enabledEvents,
      description: input.description === undefined ? endpoint.description : input.description,
      // Nothing has been sent to a new address yet.
      ...(url && url.value !== endpoint.url && { failingSince: null }),
      ...(input.disabled !== undefined && statusOf(endpoint, input.disabled)),
    });
  };
  const changed = await changeEndpoint(environment, context, { operation: 'update_endpoint', input }, change);
  return changed.ok ? ok(showEndpoint(changed.value)) : changed;
}

/** Deletes an endpoint; what has not reached it is given up. */
export async function deleteEndpoint(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: { readonly id: string },
): Changed<{ readonly id: string }> {
  const { id } = input;
  const deleted = await runCommand<{ readonly id: string }, 'not_found'>(
    environment,
    context,
    { operation: 'delete_endpoint', input },
    {
      work: async (tx, { at }) => {
        const endpoint = await lockEndpoint(tx, context.tenant, id);
        if (!endpoint) return found<never>('webhook_endpoint', undefined, id);
        const version = endpoint.version + 1;
        await saveEndpoint(tx, { ...endpoint, version, status: 'deleted', disabledReason: null });
        await audit(tx, endpoint, at, { actor: context.actor, action: 'webhook_endpoint.deleted' });
        return ok({ id });
      },
      repeat: async () => ok({ id }),
    },
  );
  environment.dispatcher.changed(id);
  return deleted;
}

/** Gives an endpoint a new secret; the one before goes on signing beside it for the grace period. */
export async function rotateSecret(
  environment: WebhooksEnvironment,
  context: CallContext,
  input: { readonly id: string; readonly graceSeconds: number },
): Changed<WebhookEndpointWithSecret> {
  const { clock, random, secrets } = environment;
  const { graceSeconds } = input;
  const change = (endpoint: EndpointRecord): Result<EndpointRecord> =>
    ok({
      ...endpoint,
      secret: secrets.seal(newSecret(random), secretPlace(endpoint.id)),
      previousSecret: graceSeconds === 0 ? null : endpoint.secret,
      previousUntil: graceSeconds === 0 ? null : clock.now() + graceSeconds * SECOND,
    });
  const request = { operation: 'rotate_secret', input };
  const rotated = await changeEndpoint(environment, context, request, change, { graceSeconds });
  return rotated.ok ? ok(withSecret(environment, rotated.value)) : rotated;
}

async function changeEndpoint<Code extends string>(
  environment: WebhooksEnvironment,
  context: CallContext,
  request: { readonly operation: string; readonly input: { readonly id: string } },
  change: (endpoint: EndpointRecord) => Result<EndpointRecord, Code>,
  detail: Readonly<Record<string, number>> = {},
): Changed<EndpointRecord, Code> {
  const { tenant, actor } = context;
  const { id } = request.input;
  const changed = await runCommand<EndpointRecord, Code | 'not_found'>(environment, context, request, {
    work: async (tx, { at }) => {
      const endpoint = await lockEndpoint(tx, tenant, id);
      if (!endpoint) return found<never>('webhook_endpoint', undefined, id);
      const wanted = change(endpoint);
      if (!wanted.ok) return wanted;
      const next = { ...wanted.value, version: endpoint.version + 1 };
      await saveEndpoint(tx, next);
      await audit(tx, next, at, { actor, action: `webhook_endpoint.${request.operation}`, detail });
      return ok(next);
    },
    repeat: async () => found('webhook_endpoint', await findEndpoint(environment.db, tenant, id), id),
  });
  environment.dispatcher.changed(id);
  return changed;
}

/** Enabled anew, an endpoint has as long as any other until it counts as failing for days on end. */
function statusOf(endpoint: EndpointRecord, disabled: boolean): Partial<EndpointRecord> {
  if (!disabled) return { status: 'enabled', disabledReason: null, failingSince: null };
  return { status: 'disabled', disabledReason: endpoint.disabledReason ?? 'owner' };
}
