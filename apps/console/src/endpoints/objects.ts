/** Of the API, where endpoints are. */
export const ENDPOINTS_PATH = '/v1/webhook_endpoints';

/** Where events are posted. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly enabled_events: readonly string[];
  readonly status: 'enabled' | 'disabled';
  /** Who has disabled it: its owner, or the house because nothing got through. */
  readonly disabled_reason: 'owner' | 'failing' | null;
  readonly created: number;
  /** Only in the answer that made it. */
  readonly secret?: string;
}
