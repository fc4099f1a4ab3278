import type { Clock } from '@tpmall/kernel';
import { createRateLimit, networkOf } from '@tpmall/platform/http';
import type { Counter } from '@tpmall/platform/telemetry';
import type { GatewayConfig } from '../config.ts';
import type { Rendered } from './render.ts';
import type { Call, Route } from './route.ts';

/**
 * Slows down who tries out cards: a thief with a list of numbers has most of them declined. Each try takes a
 * token, of the browser's address where a publishable key is used, of the key otherwise, and all but those
 * that are declined give it back. Who has none left must wait before the next card is tried, so of tries that
 * are sent together no more are let in than could be declined.
 */
export interface CardTestingGuard {
  /** Lets a card be tried now, which is 0, or says after how many seconds. */
  admit(route: Route, call: Call): number;
  /** Learns how a try went that was let in. */
  learn(call: Call, rendered: Pick<Rendered, 'status' | 'headers'>): void;
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
  const underWay = new WeakSet<Call>();
  return {
    admit(route, call) {
      if (!route.triesCards) return 0;
      const { limit, name } = bucketOf(call);
      const seconds = limit.take(name);
      if (seconds > 0) refused.add({ by: call.principal?.kind ?? 'nobody' });
      else underWay.add(call);
      return seconds;
    },
    learn(call, { status, headers }) {
      if (!underWay.delete(call)) return;
      // An answer that is told again says how an earlier try went.
      const isRepeated = headers['idempotent-replayed'] !== undefined;
      if (status === DECLINED && !isRepeated) return;
      const { limit, name } = bucketOf(call);
      limit.giveBack(name);
    },
  };
}
