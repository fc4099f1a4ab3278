import type { PostalAddress, Shipping } from '@tpmall/payments/contract';
import { z } from 'zod';
import { parameter, text, unsettable } from './parameters.ts';

/** Two letters of ISO 3166-1, in either case. */
const country = parameter(
  { type: 'string', pattern: '^[A-Za-z]{2}$' },
  (value): { value: string } | { code: 'parameter_invalid_string'; message: string } =>
    typeof value === 'string' && /^[A-Za-z]{2}$/.test(value)
      ? { value: value.toUpperCase() }
      : { code: 'parameter_invalid_string', message: 'must be the two letters of a country (ISO 3166-1)' },
);

/** A postal address; every part may be left out. */
const address = z.strictObject({
  city: unsettable(text(500)).optional(),
  country: unsettable(country).optional(),
  line1: unsettable(text(500)).optional(),
  line2: unsettable(text(500)).optional(),
  postal_code: unsettable(text(40)).optional(),
  state: unsettable(text(500)).optional(),
});

/** To whom goods are sent. */
const recipient = z.strictObject({ address, name: text(1000), phone: unsettable(text(40)).optional() });
const shipping = recipient.extend({
  carrier: unsettable(text(500)).optional(),
  tracking_number: unsettable(text(500)).optional(),
});

/** `address` and `shipping` of an object, taken away by an empty string. */
export const addressParameter = { address: unsettable(address).optional() };
/** See {@link addressParameter}. */
export const shippingParameter = { shipping: unsettable(shipping).optional() };

/** `shipping` of what is agreed to before anything is on its way. */
export const recipientParameter = { shipping: recipient.optional() };

/** An address in the words of the modules. */
export function addressFromWire(given: z.infer<typeof address>): PostalAddress {
  const { city, country, line1, line2, postal_code: postalCode, state } = given;
  return {
    city: city ?? null,
    country: country ?? null,
    line1: line1 ?? null,
    line2: line2 ?? null,
    postalCode: postalCode ?? null,
    state: state ?? null,
  };
}

/** A shipping in the words of the modules. */
export function shippingFromWire(given: z.infer<typeof shipping>): Shipping {
  const { name, phone, carrier, tracking_number: trackingNumber } = given;
  return {
    name,
    phone: phone ?? null,
    address: addressFromWire(given.address),
    carrier: carrier ?? null,
    trackingNumber: trackingNumber ?? null,
  };
}

/** An address on the wire. */
export function addressToWire({ postalCode, ...address }: PostalAddress) {
  return { ...address, postal_code: postalCode };
}

/** A shipping on the wire. */
export function shippingToWire(shipping: Shipping) {
  const { address, name, phone, carrier, trackingNumber } = shipping;
  return {
    address: addressToWire(address),
    carrier,
    name,
    phone,
    tracking_number: trackingNumber,
  };
}
