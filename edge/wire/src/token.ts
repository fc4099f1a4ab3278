import type { CardToken } from '@tpmall/vault/contract';
import { z } from 'zod';
import { addressToWire, recipientParameter } from './address.ts';
import { cardSourceToWire } from './card-source.ts';
import { expandParameter } from './list.ts';
import { objectId, oneOf, shopperAddress, unsupported } from './parameters.ts';
import { methodPartsToWire, paymentMethodData } from './payment-method.ts';
import { secondsToWire, type WireView } from './view.ts';

/** `POST /v1/tokens`, of a test card. */
export const createTokenParameters = z.strictObject({
  card: objectId(),
  ...expandParameter,
  ...unsupported('account', 'bank_account', 'customer', 'cvc_update', 'person', 'pii'),
});

/** `POST /v1/test_helpers/confirmation_tokens` */
export const createConfirmationTokenParameters = z.strictObject({
  payment_method: objectId().optional(),
  payment_method_data: paymentMethodData.optional(),
  return_url: shopperAddress().optional(),
  setup_future_usage: oneOf('off_session', 'on_session').optional(),
  ...recipientParameter,
  ...expandParameter,
  ...unsupported('payment_method_options'),
});

/** A token as clients of the payments API know it. The address of whoever made it is not kept. */
export function tokenToWire(token: CardToken, view: WireView) {
  return {
    id: token.id,
    object: 'token' as const,
    card: cardSourceToWire(token.card),
    client_ip: null,
    created: secondsToWire(token.createdAt),
    livemode: view.livemode,
    type: 'card',
    used: token.used,
  };
}

/** A confirmation token as clients of the payments API know it. */
export function confirmationTokenToWire(token: CardToken, view: WireView) {
  const { terms, usedFor } = token;
  const shipping = terms?.shipping ?? null;
  return {
    id: token.id,
    object: 'confirmation_token' as const,
    created: secondsToWire(token.createdAt),
    expires_at: secondsToWire(token.expiresAt),
    livemode: view.livemode,
    mandate_data: null,
    metadata: null,
    payment_intent: usedFor?.startsWith('pi_') ? usedFor : null,
    payment_method_options: null,
    payment_method_preview: methodPartsToWire(token.card),
    return_url: terms?.returnUrl ?? null,
    setup_future_usage: terms?.setupFutureUsage ?? null,
    setup_intent: usedFor?.startsWith('seti_') ? usedFor : null,
    shipping: shipping && {
      address: addressToWire(shipping.address),
      name: shipping.name,
      phone: shipping.phone,
    },
    use_stripe_sdk: false,
  };
}

/** See {@link tokenToWire}. */
export type WireToken = ReturnType<typeof tokenToWire>;
/** See {@link confirmationTokenToWire}. */
export type WireConfirmationToken = ReturnType<typeof confirmationTokenToWire>;
