import { ok } from '@tpmall/kernel';
import type { FastifyInstance } from 'fastify';
import type { ConfirmationTerms } from '../contract/index.ts';
import { makeToken } from '../service/make-token.ts';
import { type CardCommand, serveCardEndpoint, type VaultHttp } from './card-endpoint.ts';
import { confirmationTokenJson, paymentMethodJson, tokenJson } from './card-json.ts';
import { readConfirmationRequest, readPaymentMethodRequest, readTokenRequest } from './card-request.ts';

/**
 * `POST /v1/payment_methods`, `/v1/tokens` and `/v1/confirmation_tokens` with card data: a card to keep, one
 * to use once, and one to use once with what its shopper agrees to besides.
 */
export function cardEndpoints(app: FastifyInstance, http: VaultHttp): void {
  const { environment } = http;
  /** The token is a command of its own beside the card's, derived from the same request. */
  const tokenOf = (card: string, terms: ConfirmationTerms | null, { tenant, commandId }: CardCommand) =>
    makeToken(environment, { tenant, commandId, card, terms });

  serveCardEndpoint(app, http, {
    ...{ path: '/v1/payment_methods', resource: 'payment_methods', prefix: 'api' },
    read: readPaymentMethodRequest,
    answer: async (card, _request, { reader }) => ok(paymentMethodJson(card, reader)),
  });
  serveCardEndpoint(app, http, {
    ...{ path: '/v1/tokens', resource: 'tokens', prefix: 'api-token' },
    read: readTokenRequest,
    async answer(card, _request, command) {
      const made = await tokenOf(card.id, null, command);
      return made.ok ? ok(tokenJson(made.value, command.reader)) : made;
    },
  });
  serveCardEndpoint(app, http, {
    ...{ path: '/v1/confirmation_tokens', resource: 'confirmation_tokens', prefix: 'api-confirmation-token' },
    read: readConfirmationRequest,
    async answer(card, { terms }, command) {
      const made = await tokenOf(card.id, terms, command);
      return made.ok ? ok(confirmationTokenJson(made.value, command.reader)) : made;
    },
  });
}
