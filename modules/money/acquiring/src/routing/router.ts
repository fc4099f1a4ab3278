import type { z } from 'zod';
import type { RoutedPayment } from './payment.ts';
import { applies, type Rule, type routing } from './rules.ts';
import { goByCost } from './strategies/by-cost.ts';
import { goByVolume } from './strategies/by-volume.ts';
import { goInOrder } from './strategies/in-order.ts';

/** Finds the way of a new payment. */
export interface Router {
  /** Whether any rule or price asks for the card's brand, number range or country. */
  readonly asksForCard: boolean;
  /** Names of connectors, the preferred first; never empty. */
  route(payment: RoutedPayment): readonly string[];
}

/** Makes the router of a configuration; `names` are all connectors in their order. */
export function createRouter({ rules, prices }: z.output<typeof routing>, names: readonly string[]): Router {
  const ofCard = ({ when }: Rule): boolean =>
    when.brands !== undefined || when.bins !== undefined || when.countries !== undefined;
  const pricesAsk = prices.some(({ brands }) => brands !== undefined);
  return {
    asksForCard: rules.some((each) => ofCard(each) || (each.to.strategy === 'cost' && pricesAsk)),
    route(payment) {
      const to = rules.find((each) => applies(each, payment))?.to;
      switch (to?.strategy) {
        case undefined:
          return names;
        case 'order':
          return goInOrder(to);
        case 'volume':
          return goByVolume(to, payment);
        case 'cost':
          return goByCost(to, payment, prices);
      }
    },
  };
}

/** The connectors that a rule or price names. */
export function namedIn({ to }: Rule): readonly string[] {
  return to.strategy === 'volume' ? to.shares.map(({ connector }) => connector) : to.connectors;
}
