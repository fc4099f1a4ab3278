import type { identityContract, Principal } from '@tpmall/identity/contract';
import type { Port } from '@tpmall/platform/contract';
import type { FastifyInstance } from 'fastify';
import { readCard } from '../card/typed-card.ts';
import type { VaultEnvironment } from '../service/environment.ts';
import { tokeniseCard } from '../service/tokenise-card.ts';
import { sendError } from './api-errors.ts';
import type { CardTestingGuard } from './card-testing.ts';
import { authenticate, keyOfHeader } from './credentials.ts';
import { paymentMethodJson } from './payment-method-json.ts';
import { readPaymentMethodRequest } from './payment-method-request.ts';
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

/**
 * `POST /v1/payment_methods` with card data, for holders of a secret or publishable key, or of a restricted
 * one that may write payment methods. Form-encoded with
 * brackets, or JSON.
 */
export function paymentMethodRoutes(app: FastifyInstance, http: VaultHttp): void {
  const { environment, identity, docsUrl, guard } = http;
  app.post('/v1/payment_methods', async (request, reply) => {
    reply.header('request-id', request.id).header('cache-control', 'no-store');
    const version = request.headers['stripe-version'];
    if (typeof version === 'string') reply.header('stripe-version', version);

    const read = readPaymentMethodRequest(request.body ?? {});
    const key = keyOfHeader(request.headers.authorization) ?? keyOfBody(request.body);
    const outside = outsideContext(request, environment);
    const principal = await authenticate(identity, outside, key, ['secret', 'publishable', 'restricted']);
    if (!principal.ok) {
      const code = principal.error.code === 'unavailable' ? 'unavailable' : 'invalid_api_key';
      return sendError(reply, docsUrl, { code, message: principal.error.message });
    }
    if (!mayStoreCards(principal.value)) {
      const message =
        'This restricted key may not write payment methods. Give it that permission, or use another key.';
      return sendError(reply, docsUrl, { code: 'permission_denied', message });
    }
    const retryAfterSeconds = guard.waitFor(principal.value, request.ip);
    if (retryAfterSeconds > 0) {
      const message = 'Too many cards were sent with this key or from this address. Wait, then try again.';
      return sendError(reply, docsUrl, { code: 'rate_limit', message, retryAfterSeconds });
    }
    if ('error' in read) return sendError(reply, docsUrl, read.error);
    const card = readCard(read.request.card, environment.clock.now());
    if (!card.ok) {
      guard.refused(principal.value, request.ip);
      const { code, message, field } = card.error;
      return sendError(reply, docsUrl, { code, message, param: field });
    }
    const idempotencyKey = request.headers['idempotency-key'] ?? request.headers['tpmall-idempotency-key'];
    if (idempotencyKey !== undefined && String(idempotencyKey).length > MAX_IDEMPOTENCY_KEY) {
      const message = `An idempotency key has at most ${MAX_IDEMPOTENCY_KEY} characters.`;
      return sendError(reply, docsUrl, { code: 'parameter_invalid', message, param: 'Idempotency-Key' });
    }
    const vaulted = await tokeniseCard(environment, {
      tenant: principal.value.tenant,
      actor: `key:${principal.value.keyId}`,
      commandId: idempotencyKey === undefined ? outside.commandId : `api:${String(idempotencyKey)}`,
      reason: 'api',
      card: card.value,
      details: read.request.details,
      allowRedisplay: read.request.allowRedisplay,
    });
    if (!vaulted.ok) {
      const message = 'This idempotency key was used before, with other parameters.';
      return sendError(reply, docsUrl, { code: 'idempotency_mismatch', message });
    }
    if (vaulted.value.replayed) reply.header('idempotent-replayed', 'true');
    return reply.send(paymentMethodJson(vaulted.value.card));
  });
}

/** A restricted key stores cards only where its permissions name them, as at the API. */
function mayStoreCards({ kind, permissions }: Principal): boolean {
  return kind !== 'restricted' || permissions?.['payment_methods'] === 'write';
}

/**
 * The `key` field, even of a body that is otherwise refused: who sends it comes before what is wrong with it.
 */
function keyOfBody(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('key' in body)) return undefined;
  return typeof body.key === 'string' ? body.key : undefined;
}
