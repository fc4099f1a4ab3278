import type { LineItem } from '@tpmall/checkout/contract';
import { z } from 'zod';
import { pageParameters } from './list.ts';
import { flag, integer, list, objectId, unsupported } from './parameters.ts';
import { inlinePriceParameters, priceToWire } from './price.ts';
import { amountToWire, type WireView } from './view.ts';

/** Lines of one order. */
const MAX_LINES = 100;
/** Pieces of one line. */
const MAX_QUANTITY = 999_999;

/** The lines of an order. */
export const lineItemsParameter = list(
  z.strictObject({
    adjustable_quantity: z
      .strictObject({
        enabled: flag(),
        maximum: integer(1, MAX_QUANTITY).optional(),
        minimum: integer(0, MAX_QUANTITY).optional(),
      })
      .optional(),
    price: objectId().optional(),
    price_data: inlinePriceParameters.optional(),
    quantity: integer(1, MAX_QUANTITY),
    ...unsupported('dynamic_tax_rates', 'metadata', 'tax_rates'),
  }),
  MAX_LINES,
);

const { created: _created, ...linePage } = pageParameters;

/** `GET …/line_items` */
export const listLineItemsParameters = z.strictObject(linePage);

/** A line of an order as clients of the payments API know it. */
export function lineItemToWire(line: LineItem, view: WireView) {
  const { adjustableQuantity: bounds } = line;
  return {
    id: line.id,
    object: 'item' as const,
    adjustable_quantity: bounds && { enabled: true, ...bounds },
    amount_discount: 0,
    amount_subtotal: amountToWire(line.amount),
    amount_tax: 0,
    amount_total: amountToWire(line.amount),
    currency: line.currency,
    description: line.description,
    metadata: {},
    price: priceToWire(line.price, view),
    quantity: line.quantity,
  };
}

/** See {@link lineItemToWire}. */
export type WireLineItem = ReturnType<typeof lineItemToWire>;
