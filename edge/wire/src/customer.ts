import type { Customer } from '@tpmall/payments/contract';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import { email, metadata, metadataPatch, text, unsettable, unsupported } from './parameters.ts';
import { secondsToWire, type WireView } from './view.ts';

/** The longest phone number, with its separators. */
const PHONE_LENGTH = 20;

const fields = {
  description: unsettable(text(1000)).optional(),
  email: unsettable(email()).optional(),
  name: unsettable(text(1000)).optional(),
  phone: unsettable(text(PHONE_LENGTH)).optional(),
  ...expandParameter,
  ...unsupported(
    'address',
    'balance',
    'business_name',
    'cash_balance',
    'individual_name',
    'invoice_prefix',
    'invoice_settings',
    'next_invoice_sequence',
    'payment_method',
    'preferred_locales',
    'shipping',
    'source',
    'tax',
    'tax_exempt',
    'tax_id_data',
    'test_clock',
    'validate',
  ),
};

/** `POST /v1/customers` */
export const createCustomerParameters = z.strictObject({ ...fields, metadata: metadata().optional() });

/** `POST /v1/customers/:id` */
export const updateCustomerParameters = z.strictObject({
  ...fields,
  metadata: metadataPatch().optional(),
  ...unsupported('default_source'),
});

/** `GET /v1/customers` */
export const listCustomersParameters = z.strictObject({
  ...pageParameters,
  email: text(320).optional(),
  ...unsupported('test_clock'),
});

/** A customer as clients of the payments API know it. */
export function customerToWire(customer: Customer, view: WireView) {
  return {
    id: customer.id,
    object: 'customer' as const,
    address: null,
    balance: 0,
    created: secondsToWire(customer.createdAt),
    currency: null,
    default_source: null,
    delinquent: false,
    description: customer.description,
    discount: null,
    email: customer.email,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: view.livemode,
    metadata: { ...customer.metadata },
    name: customer.name,
    phone: customer.phone,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none' as const,
    test_clock: null,
  };
}

/** See {@link customerToWire}. */
export type WireCustomer = ReturnType<typeof customerToWire>;
