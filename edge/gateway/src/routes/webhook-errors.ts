import type { CodeOf } from '@tpmall/platform/contract';
import type { webhooksContract } from '@tpmall/webhooks/contract';
import { cursorMeanings, type Meanings } from '../pipeline/answer.ts';

type Operations = (typeof webhooksContract)['operations'];
type Codes<Name extends keyof Operations> = CodeOf<Operations[Name]>;

const notFound = { not_found: { code: 'resource_missing', param: 'id' } } as const;
const mismatch = { idempotency_mismatch: 'idempotency_mismatch' } as const;
const url = { url_not_allowed: { code: 'webhook_url_not_allowed', param: 'url' } } as const;
const endpoint = {
  endpoint_not_found: { code: 'resource_missing', param: 'webhook_endpoint', status: 400 },
  endpoint_disabled: { code: 'webhook_endpoint_disabled', param: 'webhook_endpoint' },
} as const;

/** The meaning of every refusal of the webhooks module, by operation. */
export const webhookMeanings = {
  createEndpoint: {
    ...url,
    ...mismatch,
    not_found: 'resource_missing',
    too_many_endpoints: 'webhook_endpoint_limit_reached',
  },
  updateEndpoint: {
    ...notFound,
    ...url,
    ...mismatch,
    metadata_too_many_keys: { code: 'parameter_invalid_object', param: 'metadata' },
  },
  deleteEndpoint: { ...notFound, ...mismatch },
  rotateSecret: { ...notFound, ...mismatch },
  sendTest: { ...notFound, ...endpoint, ...mismatch },
  findEndpoint: notFound,
  listEndpoints: cursorMeanings,
  findEvent: notFound,
  listEvents: cursorMeanings,
  listDeliveries: cursorMeanings,
  findDelivery: notFound,
  resend: { ...notFound, ...endpoint, ...mismatch },
  replay: {
    ...endpoint,
    ...mismatch,
    endpoint_not_found: { code: 'resource_missing', param: 'id' },
  },
  listSetAside: {},
  retrySetAside: mismatch,
  eventsOfObjects: {},
  openListenSession: {},
  noticeRequests: {},
} as const satisfies { readonly [Name in keyof Operations]: Meanings<Codes<Name>> };
