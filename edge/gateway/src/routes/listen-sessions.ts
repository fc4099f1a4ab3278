import type { RequestFilter } from '@tpmall/webhooks/contract';
import { type LogFilters, listenSessionParameters, WIRE_VERSION } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { named, type Shaped, whole } from '../openapi/answer-shape.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { webhookMeanings } from './webhook-errors.ts';

/** How long the official command-line client keeps one socket: longer than a session, which ends it. */
const RECONNECT_SECONDS = 7_200;

const sessionShape = named(
  'ListenSession',
  z.object({
    websocket_id: z.string(),
    websocket_url: z.string(),
    websocket_authorized_feature: z.enum(['webhooks', 'request_logs']),
    secret: z.string(),
    reconnect_delay: whole,
    default_version: z.string(),
    latest_version: z.string(),
    display_connect_filter_warning: z.boolean(),
  }),
);

/** The sessions in which a command-line client listens to events, or follows the log of requests. */
export function listenSessionRoutes({ ports: { webhooks } }: GatewayEnvironment): Route[] {
  return [
    route({
      tag: 'Events',
      errors: 'payments',
      access: 'secret',
      method: 'POST',
      path: '/v1/stripecli/sessions',
      operationId: 'openListenSession',
      shape: sessionShape,
      summary: 'Let a command-line client listen to events, or to the log of requests, through a socket',
      parameters: listenSessionParameters,
      // The session's id opens the socket, so it is not kept for repetition.
      isReplayed: false,
      examples: [
        { title: 'Listen', parameters: { device_name: 'desk', websocket_features: ['webhooks'] } },
        {
          title: 'Follow the log of requests',
          parameters: {
            websocket_features: ['request_logs'],
            filters: '{"filter_status_code_type":["400"]}',
          },
        },
      ],
      handle: async ({ context }, { websocket_features: features, filters, ...client }) => {
        const isLog = features.includes('request_logs');
        const opened = await webhooks.openListenSession(context, {
          // Two that forward to different servers are not one another's.
          device: JSON.stringify([client.device_name ?? '', client.forward_to_url ?? '']),
          events: features.includes('webhooks'),
          ...(isLog && { requests: requestFilterOf(filters ?? {}) }),
        });
        if (!opened.ok) return refusal(webhookMeanings.openListenSession, opened.error);
        const { websocketUrl, websocketId, secret } = opened.value;
        return answer({
          websocket_id: websocketId,
          websocket_url: websocketUrl,
          websocket_authorized_feature: isLog ? 'request_logs' : 'webhooks',
          secret,
          reconnect_delay: RECONNECT_SECONDS,
          default_version: WIRE_VERSION,
          latest_version: WIRE_VERSION,
          display_connect_filter_warning: false,
        } satisfies Shaped<typeof sessionShape>);
      },
    }),
  ];
}

function requestFilterOf(filters: LogFilters): RequestFilter {
  return {
    accounts: filters.filter_account,
    sources: filters.filter_source?.map((source) => source.toLowerCase()),
    methods: filters.filter_http_method,
    paths: filters.filter_request_path,
    ips: filters.filter_ip_address,
    statuses: filters.filter_status_code,
    statusClasses: filters.filter_status_code_type,
    outcomes: filters.filter_request_status?.map((word) => (word === 'FAILED' ? 'failed' : 'succeeded')),
  };
}
