import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { WatchedConnector } from '../health/watched-connector.ts';
import type { RoutedPayment } from '../routing/payment.ts';
import { onward, type Room } from './room.ts';

/** The connectors that a payment may go to, the preferred first. */
export type Route = readonly [WatchedConnector, ...WatchedConnector[]];

/**
 * The route of a new payment by the rules. The vault is asked about the card only where a rule wants to know
 * and the caller does not say.
 */
export async function findRoute(
  room: Room,
  context: CallContext,
  payment: {
    readonly paymentMethod: string;
    readonly amount: bigint;
    readonly currency: string;
    readonly merchant: string;
    /** What the caller knows of the card; the vault is asked where it is absent. */
    readonly card?: RoutedPayment['card'] | undefined;
  },
): Promise<Route> {
  const { amount, currency, merchant, paymentMethod } = payment;
  const card = room.router.asksForCard
    ? (payment.card ?? (await findCard(room, context, paymentMethod)))
    : null;
  const names = room.router.route({
    command: `${context.tenant} ${context.commandId}`,
    ...{ amount, currency, merchant, card },
  });
  const [preferred, ...others] = names.flatMap((name) => room.connectors.find(name) ?? []);
  assert(preferred, 'the configuration has the connectors that its rules name');
  return [preferred, ...others];
}

/**
 * A route with the connector first whose acquirer was named to the issuer when the cardholder was
 * authenticated: a draw by volume, or a rule that was changed since, may prefer another.
 */
export function namedFirst(route: Route, name: string | null): Route {
  const named = route.find((each) => each.name === name);
  return named ? [named, ...route.filter((each) => each !== named)] : route;
}

/** Those of a route whose messages can carry an amount. */
export function carriersOf(route: Route, amount: bigint): Result<Route, 'amount_too_large'> {
  const [preferred, ...others] = route.filter(({ maxAmount }) => amount <= maxAmount);
  if (preferred) return ok([preferred, ...others]);
  const max = route.reduce((most, { maxAmount }) => (maxAmount > most ? maxAmount : most), 0n);
  return err('amount_too_large', 'the acquirer takes no larger amount', {
    field: 'amount',
    detail: { max: max.toString() },
  });
}

/** What the vault cannot say fits no rule. It will not open the card either, so nothing goes a wrong way. */
async function findCard(room: Room, context: CallContext, id: string): Promise<RoutedPayment['card']> {
  const found = await room.vault.findCard(onward(context, 'route'), { id });
  if (!found.ok) return null;
  const { brand, bin, country } = found.value;
  return { brand, bin, country };
}
