import type { PaymentIntent, SetupIntent } from '@tpmall/payments/contract';
import type { Card } from '@tpmall/vault/contract';
import {
  paymentIntentToWire,
  setupIntentToWire,
  type WirePaymentIntent,
  type WireSetupIntent,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import type { Call } from '../pipeline/route.ts';
import { mayReadCards } from './charge-view.ts';

/**
 * Puts intents on the wire, with the card of their last error as the vault has it now, for those who may read
 * payment methods. A list costs one read, and one without errors none. A card that was erased, or cannot be
 * read now, is left out: what came of a payment must not wait for it.
 */
export function createIntentView({ ports, view }: Pick<GatewayEnvironment, 'ports' | 'view'>) {
  const cardsOf = async (
    call: Call,
    intents: readonly Pick<PaymentIntent | SetupIntent, 'lastError'>[],
  ): Promise<ReadonlyMap<string | null | undefined, Card>> => {
    const ids = new Set(intents.flatMap(({ lastError }) => lastError?.paymentMethod ?? []));
    if (ids.size === 0 || !mayReadCards(call)) return new Map();
    const found = await ports.vault.findCards(call.context, { ids: [...ids] });
    return new Map(found.ok ? found.value.map((card) => [card.id, card]) : []);
  };

  const viewIntents = async (call: Call, intents: readonly PaymentIntent[]): Promise<WirePaymentIntent[]> => {
    const cards = await cardsOf(call, intents);
    return intents.map((intent) =>
      paymentIntentToWire(intent, view, cards.get(intent.lastError?.paymentMethod)),
    );
  };

  const viewSetups = async (call: Call, setups: readonly SetupIntent[]): Promise<WireSetupIntent[]> => {
    const cards = await cardsOf(call, setups);
    return setups.map((setup) => setupIntentToWire(setup, view, cards.get(setup.lastError?.paymentMethod)));
  };

  return { viewIntents, viewSetups };
}
