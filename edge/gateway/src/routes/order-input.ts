import type { AskedIntentData, AskedLine, checkoutContract } from '@tpmall/checkout/contract';
import { ok, type Result } from '@tpmall/kernel';
import type { InputOf } from '@tpmall/platform/contract';
import {
  type createLinkParameters,
  type createSessionParameters,
  type ErrorOccurrence,
  inlineProductFromWire,
  type ParameterCode,
  priceTermsFromWire,
  shippingFromWire,
} from '@tpmall/wire';
import type { z } from 'zod';
import { requestedDescriptor, requestedSplit } from './payment-intent-input.ts';

type Lines = NonNullable<z.infer<typeof createSessionParameters>['line_items']>;
type SessionData = NonNullable<z.infer<typeof createSessionParameters>['payment_intent_data']>;
type LinkData = NonNullable<z.infer<typeof createLinkParameters>['payment_intent_data']>;
type SplitData = Pick<SessionData, 'transfer_data' | 'application_fee_amount' | 'on_behalf_of'>;
type Split = NonNullable<
  InputOf<(typeof checkoutContract)['operations']['createSession']>['intentData']
>['split'];

/** The most pieces of a line whose shopper may choose, where the client does not say. */
const MOST_PIECES = 99;

/** The lines of an order in the words of checkout; or the parameter at fault. */
export function requestedLines(lines: Lines): Result<AskedLine[], ParameterCode> {
  const asked: AskedLine[] = [];
  for (const [index, line] of lines.entries()) {
    const { adjustable_quantity: adjustable, price, price_data: described, quantity } = line;
    const terms = described && priceTermsFromWire(described, `line_items[${index}][price_data]`);
    if (terms && !terms.ok) return terms;
    asked.push({
      quantity,
      ...(price !== undefined && { price }),
      ...(adjustable?.enabled && {
        adjustableQuantity: {
          minimum: adjustable.minimum ?? 0,
          maximum: adjustable.maximum ?? Math.max(MOST_PIECES, quantity),
        },
      }),
      ...(terms && {
        priceData: {
          ...terms.value,
          ...(described?.product !== undefined && { product: described.product }),
          ...(described?.product_data && { productData: inlineProductFromWire(described.product_data) }),
        },
      }),
    });
  }
  return ok(asked);
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorOccurrence };

/** What the payment intent is opened with, in the words of checkout; or the parameter at fault. */
export function requestedIntentData(
  data: SessionData | LinkData | undefined,
  splitData: SplitData,
  at: string,
): Read<AskedIntentData | undefined> {
  const split = requestedSplit({ split: undefined, ...splitData });
  if (!split.ok) return { ok: false, error: within(at, split.error) };
  const { on_behalf_of: onBehalfOf } = splitData;
  const legs: { split?: Split; onBehalfOf?: string } = {
    ...(split.value.length > 0 && { split: split.value }),
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  };
  if (data === undefined) return { ok: true, value: Object.keys(legs).length > 0 ? legs : undefined };
  const descriptor = requestedDescriptor(data);
  if (!descriptor.ok) return { ok: false, error: within('payment_intent_data', descriptor.error) };
  const { statementDescriptor, statementDescriptorSuffix } = descriptor.value;
  const { capture_method, description, metadata, setup_future_usage, transfer_group } = data;
  const shipping = 'shipping' in data && data.shipping ? shippingFromWire(data.shipping) : undefined;
  return {
    ok: true,
    value: {
      ...(capture_method !== undefined && {
        captureMethod: capture_method === 'manual' ? ('manual' as const) : ('automatic' as const),
      }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...('receipt_email' in data &&
        data.receipt_email !== undefined && { receiptEmail: data.receipt_email }),
      ...(typeof statementDescriptor === 'string' && { statementDescriptor }),
      ...(statementDescriptorSuffix !== undefined && { statementDescriptorSuffix }),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
      ...(setup_future_usage !== undefined && { setupFutureUsage: setup_future_usage }),
      ...(shipping !== undefined && { shipping }),
      ...legs,
    },
  };
}

/** An error about a parameter as one about the same parameter within another. */
function within(outer: string, error: ErrorOccurrence): ErrorOccurrence {
  if (outer === '' || error.param === undefined) return error;
  const [head = '', ...rest] = error.param.split('[');
  return { ...error, param: [`${outer}[${head}]`, ...rest].join('[') };
}
