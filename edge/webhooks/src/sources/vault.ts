import type { Card, VaultEvents } from '@tpmall/vault/contract';
import { cardSourceToWire, lostSourceToWire, paymentMethodToWire } from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';
import { mapped } from './read-amounts.ts';
import { readCards } from './read-cards.ts';

/** A saved card. */
const card = mapped<Card>({}, paymentMethodToWire);

/** A saved card is a source of its customer as well: whoever knows it by that name is told by it. */
const source = (payload: object) => cardSourceToWire(payload as Card);
const lost = (payload: object, _view: unknown, before: object | undefined) =>
  lostSourceToWire(payload as Card, before);

const clientEvents = toldBy<VaultEvents>({
  'payment_method.attached': card,
  'payment_method.detached': card,
  'payment_method.updated': card,
});

/** What the vault tells clients. */
export const vaultSource: EventSource = {
  from: 'vault',
  types: clientEvents.types,
  cursor: 'client-events.vault',
  toWire: clientEvents.toWire,
  aliases: {
    'payment_method.attached': [{ type: 'customer.source.created', toWire: source }],
    'payment_method.detached': [{ type: 'customer.source.deleted', toWire: lost }],
    'payment_method.updated': [{ type: 'customer.source.updated', toWire: source }],
  },
  // The outbox has neither billing details nor metadata, which lie sealed: the vault opens them for those who
  // may read them, as they are now.
  async complete(vault, context, payloads) {
    const cards = await readCards(
      vault,
      context,
      payloads.map((payload) => (payload as Card).id),
    );
    return payloads.map((payload) => {
      const card = cards.get((payload as Card).id);
      if (!card) return payload;
      const { name, billing, metadata } = card;
      return { ...payload, name, ...(billing && { billing }), ...(metadata && { metadata }) };
    });
  },
};
