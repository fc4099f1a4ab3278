import {
  command,
  idsInput,
  metadataSchema as metadata,
  metadataPatchSchema as metadataPatch,
  type Page,
  pageCodes,
  pageInput,
  query,
} from '@tpmall/platform/contract';
import { type SearchPage, searchInput } from '@tpmall/platform/search';
import { z } from 'zod';
import { postalAddressSchema as postalAddress, shippingSchema as shipping } from './postal-address.ts';
import { type Customer, TAX_EXEMPT } from './types.ts';

const id = z.string().min(1).max(64);
const text = z.string().min(1).max(1000);
const page = pageInput(id);

const customerFields = {
  name: text.nullable().optional(),
  email: z.email().max(320).nullable().optional(),
  phone: z.string().max(20).nullable().optional(),
  description: text.nullable().optional(),
  address: postalAddress.nullable().optional(),
  shipping: shipping.nullable().optional(),
  taxExempt: z.enum(TAX_EXEMPT).optional(),
  preferredLocales: z.array(z.string().min(1).max(35)).max(20).optional(),
  defaultPaymentMethod: id.nullable().optional(),
};

/** Operations on customers. */
export const customerOperations = {
  /** Makes a customer, with a card saved for them where one is named. */
  createCustomer: command<Customer>()({
    input: z.strictObject({
      ...customerFields,
      /** May be preferred as well, by being named as `defaultPaymentMethod` too. */
      paymentMethod: id.optional(),
      metadata: metadata.optional(),
    }),
    codes: ['payment_method_not_found', 'payment_method_not_usable', 'idempotency_mismatch'],
    callers: ['gateway', 'mall', 'checkout'],
  }),
  updateCustomer: command<Customer>()({
    input: z.strictObject({ id, ...customerFields, metadata: metadataPatch.optional() }),
    codes: [
      'not_found',
      'payment_method_not_found',
      'payment_method_not_usable',
      'metadata_too_many_keys',
      'idempotency_mismatch',
    ],
    callers: ['gateway', 'mall'],
  }),
  /** Forgets a customer's data for good; what refers to it keeps its id. */
  deleteCustomer: command<Customer>()({
    input: z.strictObject({ id }),
    codes: ['not_found', 'idempotency_mismatch'],
    callers: ['gateway', 'mall'],
  }),
  /** A customer; one that was deleted says so and nothing else. */
  findCustomer: query<Customer>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers: ['gateway', 'mall', 'checkout', 'wallet'],
  }),
  /** As `findCustomer`, many at once. */
  findCustomers: query<readonly Customer[]>()({
    input: z.strictObject(idsInput(id)),
    callers: ['gateway'],
  }),
  listCustomers: query<Page<Customer>>()({
    input: z.strictObject({ ...page, email: z.string().max(320).optional() }),
    codes: pageCodes,
    callers: ['gateway', 'mall'],
  }),
  /** As `searchIntents`, by created and by name, email and phone or parts of them. */
  searchCustomers: query<SearchPage<Customer>>()({ input: searchInput, callers: ['gateway'] }),
};
