import type { identityContract, Principal } from '@tpmall/identity/contract';
import type { Result } from '@tpmall/kernel';
import type { Port } from '@tpmall/platform/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readCard } from '../card/typed-card.ts';
import type { Card } from '../contract/index.ts';
import type { VaultEnvironment } from '../service/environment.ts';
import { tokeniseCard } from '../service/tokenise-card.ts';
import { type ApiError, sendError } from './api-errors.ts';
import type { CardReader } from './card-json.ts';
import type { CardRequest, ReadBody } from './card-request.ts';
import type { CardTestingGuard } from './card-testing.ts';
import { authenticate, keyOfHeader } from './credentials.ts';
import { outsideContext } from './request-context.ts';

/** Longest idempotency key, as in the convention. */
const MAX_IDEMPOTENCY_KEY = 255;

/** What the vault's pages and endpoints stand on. */
export interface VaultHttp {
  readonly environment: VaultEnvironment;
  readonly identity: Port<typeof identityContract>;
  readonly docsUrl: string;
  readonly apiUrl: string | undefined;
  readonly guard: CardTestingGuard;
}

/** The command that a card came in by, and for whom. */
export interface CardCommand {
  readonly tenant: string;
  readonly commandId: string;
  /** Who is answered, which decides what of the card is shown. */
  readonly reader: CardReader;
}

/** An endpoint that takes card data in. */
export interface CardEndpoint<Request extends CardRequest> {
  readonly path: string;
  /** What a restricted key must be permitted to write. */
  readonly resource: string;
  /** In front of idempotency keys: the same key at two endpoints is two commands. */
  readonly prefix: string;
  read(body: unknown): ReadBody<Request>;
  /** What is answered once the card is in custody. */
  answer(card: Card, request: Request, command: CardCommand): Promise<Result<object, 'command_reused'>>;
}

/**
 * Serves an endpoint for card data, for holders of a secret or publishable key, or of a restricted one that
 * may write what it makes. Form-encoded with brackets, or JSON.
 */
export function serveCardEndpoint<Request extends CardRequest>(
  app: FastifyInstance,
  http: VaultHttp,
  endpoint: CardEndpoint<Request>,
): void {
  const { environment, docsUrl, guard } = http;
  app.post(endpoint.path, async (request, reply) => {
    reply.header('request-id', request.id).header('cache-control', 'no-store');
    const version = request.headers['stripe-version'];
    if (typeof version === 'string') reply.header('stripe-version', version);
    const refuse = (error: ApiError): FastifyReply => sendError(reply, docsUrl, error);

    const read = endpoint.read(request.body ?? {});
    const outside = outsideContext(request, environment);
    const admitted = await admit(http, request, outside, endpoint.resource);
    if ('error' in admitted) return refuse(admitted.error);
    if ('error' in read) return refuse(read.error);
    const { principal } = admitted;
    const typed = readCard(read.request.card, environment.clock.now());
    if (!typed.ok) {
      guard.refused(principal, request.ip);
      const { code, message, field } = typed.error;
      return refuse({ code, message, param: field });
    }
    const key = request.headers['idempotency-key'] ?? request.headers['tpmall-idempotency-key'];
    if (key !== undefined && String(key).length > MAX_IDEMPOTENCY_KEY) {
      const message = `An idempotency key has at most ${MAX_IDEMPOTENCY_KEY} characters.`;
      return refuse({ code: 'parameter_invalid', message, param: 'Idempotency-Key' });
    }
    const commandId = key === undefined ? outside.commandId : commandOf(endpoint, principal, String(key));
    const { tenant, kind, keyId } = principal;
    const vaulted = await tokeniseCard(environment, {
      ...{ tenant, commandId },
      actor: `key:${keyId}`,
      reason: 'api',
      card: typed.value,
      details: read.request.details,
      allowRedisplay: read.request.allowRedisplay,
    });
    const command = { tenant, commandId, reader: kind === 'publishable' ? 'browser' : 'server' } as const;
    const answer = vaulted.ok ? await endpoint.answer(vaulted.value.card, read.request, command) : vaulted;
    if (!answer.ok) {
      const message = 'This idempotency key was used before, with other parameters.';
      return refuse({ code: 'idempotency_mismatch', message });
    }
    if (vaulted.ok && vaulted.value.replayed) reply.header('idempotent-replayed', 'true');
    return reply.send(answer.value);
  });
}

/** Who sends a card, if they may and are not too fast. */
async function admit(
  { identity, guard }: VaultHttp,
  request: FastifyRequest,
  context: ReturnType<typeof outsideContext>,
  resource: string,
): Promise<{ readonly principal: Principal } | { readonly error: ApiError }> {
  const key = keyOfHeader(request.headers.authorization) ?? keyOfBody(request.body);
  const principal = await authenticate(identity, context, key, ['secret', 'publishable', 'restricted']);
  if (!principal.ok) {
    const code = principal.error.code === 'unavailable' ? 'unavailable' : 'invalid_api_key';
    return { error: { code, message: principal.error.message } };
  }
  if (!mayWrite(principal.value, resource)) {
    const what = resource.replace('_', ' ');
    const message = `This restricted key may not write ${what}. Give it that permission, or use another key.`;
    return { error: { code: 'permission_denied', message } };
  }
  const retryAfterSeconds = guard.waitFor(principal.value, request.ip);
  if (retryAfterSeconds === 0) return { principal: principal.value };
  const message = 'Too many cards were sent with this key or from this address. Wait, then try again.';
  return { error: { code: 'rate_limit', message, retryAfterSeconds } };
}

/**
 * The command that an idempotency key stands for. Those of browsers are apart from the platform's own:
 * whoever sees a publishable key could else use up, for ever, the keys that its server is about to send.
 */
function commandOf({ prefix }: { readonly prefix: string }, { kind }: Principal, key: string): string {
  return `${kind === 'publishable' ? `${prefix}.browser` : prefix}:${key}`;
}

/** A restricted key stores cards only where its permissions name them, as at the API. */
function mayWrite({ kind, permissions }: Principal, resource: string): boolean {
  return kind !== 'restricted' || permissions?.[resource] === 'write';
}

/**
 * The `key` field, even of a body that is otherwise refused: who sends it comes before what is wrong with it.
 */
function keyOfBody(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('key' in body)) return undefined;
  return typeof body.key === 'string' ? body.key : undefined;
}
