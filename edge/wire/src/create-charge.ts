import { z } from 'zod';
import { expandParameter } from './list.ts';
import {
  amount,
  currency,
  email,
  flag,
  metadata,
  objectId,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { descriptorParameters } from './payment-intent-parameters.ts';
import { splitParameters } from './split.ts';

/**
 * `POST /v1/charges`: pays at once with a token, a payment method, or the card that the customer prefers.
 * Whoever wants the shopper to be authenticated opens a payment intent.
 */
export const createChargeParameters = z.strictObject({
  amount: amount(1n),
  currency: currency(),
  source: objectId().optional(),
  capture: flag().optional(),
  customer: objectId().optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadata().optional(),
  on_behalf_of: objectId().optional(),
  receipt_email: unsettable(email()).optional(),
  ...descriptorParameters,
  ...splitParameters,
  ...expandParameter,
  ...unsupported('application_fee', 'destination', 'radar_options', 'shipping'),
});
