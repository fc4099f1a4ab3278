import { z } from 'zod';
import { second } from './event.ts';
import { oneOf, parameter, text, unsettable } from './parameters.ts';

/** Characters of what a browser calls itself. */
const USER_AGENT_LENGTH = 1000;

const internetAddress = parameter({ type: 'string', maxLength: 45 }, (value) =>
  z.union([z.ipv4(), z.ipv6()]).safeParse(value).success && typeof value === 'string'
    ? { value }
    : { code: 'parameter_invalid_string', message: 'must be an IPv4 or IPv6 address' },
);

/** How a shopper has agreed to payments that will be made without them; recorded with the confirmation. */
export const mandateData = unsettable(
  z.strictObject({
    customer_acceptance: z.strictObject({
      accepted_at: second.optional(),
      offline: unsettable(z.strictObject({})).optional(),
      online: unsettable(
        z.strictObject({
          ip_address: internetAddress.optional(),
          user_agent: text(USER_AGENT_LENGTH).optional(),
        }),
      ).optional(),
      type: oneOf('offline', 'online'),
    }),
  }),
);
