import { type Customer, TAX_EXEMPT } from '@tpmall/payments/contract';
import { z } from 'zod';
import { addressParameter, addressToWire, shippingParameter, shippingToWire } from './address.ts';
import { expandParameter, pageParameters } from './list.ts';
import {
  email,
  list,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { secondsToWire, type WireView } from './view.ts';

/** The longest phone number, with its separators. */
const PHONE_LENGTH = 20;

/** Languages that a customer is written to in, at most. */
const LOCALES_MAX = 20;

const fields = {
  ...addressParameter,
  ...shippingParameter,
  preferred_locales: list(text(35), LOCALES_MAX).optional(),
  invoice_settings: z
    .strictObject({
      default_payment_method: unsettable(objectId()).optional(),
      ...unsupported('custom_fields', 'footer', 'rendering_options'),
    })
    .optional(),
  description: unsettable(text(1000)).optional(),
  email: unsettable(email()).optional(),
  name: unsettable(text(1000)).optional(),
  phone: unsettable(text(PHONE_LENGTH)).optional(),
  /** Empty: `none`, as nothing was said. */
  tax_exempt: unsettable(oneOf(...TAX_EXEMPT)).optional(),
  ...expandParameter,
  ...unsupported(
    'balance',
    'business_name',
    'cash_balance',
    'individual_name',
    'invoice_prefix',
    'next_invoice_sequence',
    'tax',
    'tax_id_data',
    'test_clock',
    'validate',
    'coupon',
    'promotion_code',
  ),
};

/** `POST /v1/customers` */
export const createCustomerParameters = z.strictObject({
  ...fields,
  metadata: metadata().optional(),
  payment_method: objectId().optional(),
  /** A token, whose card is saved and preferred. */
  source: objectId().optional(),
});

/** `POST /v1/customers/:id` */
export const updateCustomerParameters = z.strictObject({
  ...fields,
  metadata: metadataPatch().optional(),
  /** The same preference as `invoice_settings[default_payment_method]`, by its older name. */
  default_source: objectId().optional(),
  /** A token, whose card is saved, preferred, and takes the place of the one preferred so far. */
  source: objectId().optional(),
});

/** `GET /v1/customers` */
export const listCustomersParameters = z.strictObject({
  ...pageParameters,
  email: text(320).optional(),
  ...unsupported('test_clock'),
});

/** `DELETE /v1/customers/:id` */
export const deleteCustomerParameters = z.strictObject({});

/** What is left of a customer that was deleted. */
export function deletedCustomerToWire(customer: Pick<Customer, 'id'>) {
  return { id: customer.id, object: 'customer' as const, deleted: true as const };
}

/**
 * A customer as clients of the payments API know it. There are no invoices here: their fields stay as new.
 */
export function customerToWire(customer: Customer, view: WireView) {
  return {
    id: customer.id,
    object: 'customer' as const,
    address: customer.address && addressToWire(customer.address),
    balance: 0,
    created: secondsToWire(customer.createdAt),
    currency: null,
    // One preference by two names: cards are sources and payment methods alike.
    default_source: customer.defaultPaymentMethod,
    delinquent: false,
    description: customer.description,
    discount: null,
    email: customer.email,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: customer.defaultPaymentMethod,
      footer: null,
      rendering_options: null,
    },
    livemode: view.livemode,
    metadata: { ...customer.metadata },
    name: customer.name,
    next_invoice_sequence: 1,
    phone: customer.phone,
    preferred_locales: [...customer.preferredLocales],
    shipping: customer.shipping && shippingToWire(customer.shipping),
    // Events of before it was kept have none.
    tax_exempt: customer.taxExempt ?? 'none',
    test_clock: null,
  };
}

/** See {@link customerToWire}. */
export type WireCustomer = ReturnType<typeof customerToWire>;
