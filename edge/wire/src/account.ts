import type { PartyAccount } from '@tpmall/accounts/contract';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import {
  amount,
  currency,
  email,
  flagThatIs,
  integer,
  oneOf,
  parameter,
  text,
  unsupported,
} from './parameters.ts';
import { amountToWire, secondsToWire } from './view.ts';

const country = parameter({ type: 'string', pattern: '^[A-Za-z]{2}$' }, (value) =>
  typeof value === 'string' && /^[A-Za-z]{2}$/.test(value)
    ? { value: value.toUpperCase() }
    : { code: 'parameter_invalid_enum', message: 'must be an ISO 3166 two-letter code' },
);

const descriptor = parameter({ type: 'string', minLength: 5, maxLength: 22 }, (value) =>
  typeof value === 'string' && /^[\x20-\x7e]{5,22}$/.test(value) && /[A-Za-z]/.test(value)
    ? { value }
    : {
        code: 'parameter_invalid_string',
        message: 'must be 5 to 22 printable ASCII characters with a letter',
      },
);

const requested = z.strictObject({
  requested: flagThatIs(true, 'merchants have this capability').optional(),
});

/** `POST /v1/accounts`: a merchant of this platform. `fee_plan` is this system's extension. */
export const createAccountParameters = z.strictObject({
  business_profile: z.strictObject({
    name: text(100),
    ...unsupported('mcc', 'product_description', 'support_email', 'support_phone', 'support_url', 'url'),
  }),
  capabilities: z
    .strictObject({ card_payments: requested.optional(), transfers: requested.optional() })
    .optional(),
  country,
  default_currency: currency(),
  email: email().optional(),
  fee_plan: z
    .strictObject({ basis_points: integer(0, 10_000).optional(), fixed: amount(0n).optional() })
    .optional(),
  settings: z
    .strictObject({
      payments: z.strictObject({ statement_descriptor: descriptor.optional() }).optional(),
      ...unsupported('branding', 'card_payments', 'payouts'),
    })
    .optional(),
  type: oneOf('custom', 'express', 'standard').optional(),
  ...expandParameter,
  ...unsupported(
    'account_token',
    'business_type',
    'company',
    'controller',
    'documents',
    'external_account',
    'groups',
    'individual',
    'metadata',
    'tos_acceptance',
  ),
});

/** `GET /v1/accounts` */
export const listAccountsParameters = z.strictObject(pageParameters);

/** A merchant as clients of the payments API know it. */
export function accountToWire(account: PartyAccount) {
  const { cardPayments, transfers } = account.capabilities;
  return {
    id: account.id,
    object: 'account' as const,
    business_profile: {
      mcc: null,
      minority_owned_business_designation: null,
      name: account.name,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    business_type: null,
    capabilities: {
      card_payments: cardPayments ? ('active' as const) : ('inactive' as const),
      transfers: transfers ? ('active' as const) : ('inactive' as const),
    },
    charges_enabled: cardPayments,
    country: account.country,
    created: secondsToWire(account.createdAt),
    default_currency: account.defaultCurrency,
    details_submitted: true,
    email: account.email,
    fee_plan: {
      basis_points: account.feePlan.basisPoints,
      fixed: amountToWire(account.feePlan.fixed),
    },
    metadata: {},
    payouts_enabled: false,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        statement_descriptor_prefix: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: account.name, timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: account.statementDescriptor,
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
    },
    type: 'custom' as const,
  };
}

/** See {@link accountToWire}. */
export type WireAccount = ReturnType<typeof accountToWire>;
