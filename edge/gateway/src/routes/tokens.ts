import type { CardToken } from '@tpmall/vault/contract';
import {
  confirmationTokenToWire,
  createConfirmationTokenParameters,
  createTokenParameters,
  expandParameter,
  shippingFromWire,
  tokenToWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { createCardInput, vaultMeanings } from './card-input.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { samples } from './samples.ts';

const shared = { errors: 'payments', access: 'secret' } as const;

type Show = (call: Call, token: CardToken, expand: readonly string[] | undefined) => Promise<Answer>;

/**
 * Tokens and confirmation tokens: cards to be used once. The vault's origin makes them of card data; here
 * they are read, and made of test cards.
 */
export function tokenRoutes(environment: GatewayEnvironment, { present }: Present): Route[] {
  const { view } = environment;
  const showToken: Show = (call, token, expand) => present(call, tokenToWire(token, view), 'token', expand);
  const showConfirmation: Show = (call, token, expand) =>
    present(call, confirmationTokenToWire(token, view), 'confirmation_token', expand);
  return [
    testTokenRoute(environment, showToken),
    readingRoute(environment, showToken, {
      ...{ tag: 'Tokens', path: '/v1/tokens/:id', operationId: 'retrieveToken', what: 'token' },
      sample: { name: 'Token', value: samples.token },
      isKind: ({ terms }) => terms === null,
    }),
    readingRoute(environment, showConfirmation, {
      ...{ tag: 'Confirmation tokens', path: '/v1/confirmation_tokens/:id', what: 'confirmation token' },
      operationId: 'retrieveConfirmationToken',
      sample: { name: 'ConfirmationToken', value: samples.confirmationToken },
      isKind: ({ terms }) => terms !== null,
    }),
    // Whoever takes real cards has no use for one that nobody typed.
    ...(view.livemode ? [] : [testConfirmationRoute(environment, showConfirmation)]),
  ];
}

function testTokenRoute({ ports }: GatewayEnvironment, show: Show): Route {
  return route({
    ...shared,
    tag: 'Tokens',
    method: 'POST',
    path: '/v1/tokens',
    operationId: 'createToken',
    summary:
      'Make a token of a test card; the vault’s origin makes them of numbers, on its page /cards/new too',
    parameters: createTokenParameters,
    sample: { name: 'Token', value: samples.token },
    examples: [{ title: 'Of a test card', parameters: { card: 'pm_card_visa' } }],
    handle: async (call, { card: name, expand }) => {
      const problem = checkExpand(call, expand, 'token');
      if (problem) return problem;
      const made = await ports.vault.createTestToken(call.context, { name });
      if (!made.ok) return refusal(vaultMeanings.createTestToken, made.error, () => 'card');
      return show(call, made.value, expand);
    },
  });
}

function readingRoute(
  { ports }: GatewayEnvironment,
  show: Show,
  read: Pick<Route, 'tag' | 'path' | 'operationId' | 'sample'> & {
    readonly what: string;
    readonly isKind: (token: CardToken) => boolean;
  },
): Route {
  const { what, isKind, ...described } = read;
  return route({
    ...shared,
    ...described,
    method: 'GET',
    summary: `Read a ${what}`,
    parameters: z.strictObject(expandParameter),
    examples: [{ title: 'One of them', path: { id: `{${what.replace(' ', '_')}}` }, parameters: {} }],
    handle: async (call, { expand }) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, what);
      const found = await ports.vault.findToken(call.context, { id });
      if (!found.ok) return refusal(vaultMeanings.findToken, found.error);
      return isKind(found.value) ? show(call, found.value, expand) : missing(call, what);
    },
  });
}

function testConfirmationRoute(environment: GatewayEnvironment, show: Show): Route {
  const { ports } = environment;
  const cards = createCardInput(environment);
  return route({
    ...shared,
    tag: 'Test helpers',
    method: 'POST',
    path: '/v1/test_helpers/confirmation_tokens',
    operationId: 'createTestConfirmationToken',
    summary: 'Make a confirmation token as a shopper’s page would, in a sandbox',
    parameters: createConfirmationTokenParameters,
    sample: { name: 'ConfirmationToken', value: samples.confirmationToken },
    examples: [
      {
        title: 'Of a test card',
        parameters: { payment_method: 'pm_card_visa', return_url: 'https://shop.example/done' },
      },
    ],
    handle: async (call, parameters) => {
      const { return_url, setup_future_usage, shipping, expand } = parameters;
      const problem = checkExpand(call, expand, 'confirmation_token');
      if (problem) return problem;
      return cards.withCard(call, parameters, { isKept: true }, async ({ paymentMethod: card }) => {
        if (typeof card !== 'string') return refuse('parameter_missing', { param: 'payment_method' });
        const recipient = shipping && shippingFromWire(shipping);
        const made = await ports.vault.createConfirmationToken(call.context, {
          card,
          terms: {
            returnUrl: return_url ?? null,
            setupFutureUsage: setup_future_usage ?? null,
            shipping: recipient
              ? { name: recipient.name, phone: recipient.phone, address: recipient.address }
              : null,
          },
        });
        if (!made.ok)
          return refusal(vaultMeanings.createConfirmationToken, made.error, () => 'payment_method');
        return show(call, made.value, expand);
      });
    },
  });
}
