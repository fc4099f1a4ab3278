import { z } from 'zod';

const shortText = z.string().min(1).max(500);
/** A postal address as it is given; a part that is not given is null. */
export const postalAddressSchema = z.strictObject({
  city: shortText.nullable(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  line1: shortText.nullable(),
  line2: shortText.nullable(),
  postalCode: z.string().min(1).max(40).nullable(),
  state: shortText.nullable(),
});
/** To whom goods are sent, as it is given. */
export const shippingSchema = z.strictObject({
  name: z.string().min(1).max(1000),
  phone: z.string().min(1).max(40).nullable(),
  address: postalAddressSchema,
  carrier: shortText.nullable(),
  trackingNumber: shortText.nullable(),
});
