import type { Micros } from '@tpmall/kernel';
import type { ConnectorStatus } from './connector.ts';

/** How a connector is doing, as the process that was asked sees it. */
export interface ConnectorHealth extends ConnectorStatus {
  readonly name: string;
  readonly protocol: string;
  /**
   * Whether new payments go there. `open`: too many got no answer, none goes for a while; `half_open`: a few
   * may try. Captures, reversals and refunds go there all the same, as their authorisation did.
   */
  readonly circuit: { readonly state: 'closed' | 'open' | 'half_open'; readonly since: Micros };
  /**
   * Authorisations of late; percentiles are of the answered ones, in milliseconds, null where there are none.
   */
  readonly recent: {
    readonly windowMs: number;
    readonly asked: number;
    readonly answered: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
  };
}
