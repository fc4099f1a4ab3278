import type { Clock } from '@tpmall/kernel';
import { createRateLimit, networkOf } from '@tpmall/platform/http';
import type { Counter } from '@tpmall/platform/telemetry';
import type { GatewayConfig } from '../config.ts';
import type { Rendered } from './render.ts';
import type { Call, Route } from './route.ts';

/**
 * Slows down who tries out cards: a thief with a list of numbers has most of them declined. Each decline
 * takes a token, of the browser's address where a publishable key is used, of the key otherwise; who has none
 * left must wait before the next card is tried.
 */
export interface CardTestingGuard {
  /** Seconds to wait before a card may be tried; 0: now. */
  wait(route: Route, call: Call): number;
  /** Learns how a try went. */
  learn(route: Route, call: Call, rendered: Pick<Rendered, 'status' | 'headers'>): void;
}

const DECLINED = 402;

/** A guard with the limits of the configuration. `refused` counts the tries that had to wait. */
export function createCardTestingGuard(
  clock: Clock,
  { perKey, perBrowser }: GatewayConfig['cardTesting'],
  refused: Counter,
): CardTestingGuard {
  const keys = createRateLimit(clock, perKey);
  const browsers = createRateLimit(clock, perBrowser);
  const bucketOf = ({ principal, ip }: Call) =>
    principal?.kind === 'publishable'
      ? { limit: browsers, name: `${principal.tenant} ${networkOf(ip)}` }
      : { limit: keys, name: principal?.keyId ?? ip };
  return {
    wait(route, call) {
      if (!route.triesCards) return 0;
      const { limit, name } = bucketOf(call);
      const seconds = limit.wait(name);
      if (seconds > 0) refused.add({ by: call.principal?.kind ?? 'nobody' });
      return seconds;
    },
    learn(route, call, { status, headers }) {
      // An answer that is told again says how an earlier try went.
      const isRepeated = headers['idempotent-replayed'] !== undefined;
      if (!route.triesCards || status !== DECLINED || isRepeated) return;
      const { limit, name } = bucketOf(call);
      // Tries that were let in together may cost more than is left.
      limit.charge(name, 1);
    },
  };
}
