import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of webhooks. */
export const webhookErrors = {
  webhook_url_not_allowed: {
    id: 'TPM_WEBHOOKS_URL_NOT_ALLOWED',
    type: invalid,
    status: 400,
    explanation:
      'Events are not sent there: the address holds a user name, is not public, or not https in live mode.',
    remedy: 'Use a public https address; an operator can allow a network of their own.',
  },
  webhook_endpoint_limit_reached: {
    id: 'TPM_WEBHOOKS_ENDPOINT_LIMIT_REACHED',
    type: invalid,
    status: 400,
    explanation: `The platform has as many webhook endpoints as one may have. ${nothingChanged}`,
    remedy: 'Delete endpoints that are no longer used, or let one take more types of events.',
  },
  webhook_endpoint_disabled: {
    id: 'TPM_WEBHOOKS_ENDPOINT_DISABLED',
    type: invalid,
    status: 400,
    explanation: 'The webhook endpoint is disabled, so nothing is sent to it.',
    remedy: 'Enable it with `disabled=false`, and send again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
