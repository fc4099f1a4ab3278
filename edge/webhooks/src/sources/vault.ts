import type { Card, VaultEvents } from '@tpmall/vault/contract';
import { paymentMethodToWire } from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';
import { mapped } from './read-amounts.ts';

/**
 * A saved card. The outbox has neither its billing details nor its metadata, which lie sealed; one read of
 * the payment method gives them.
 */
const card = mapped<Card>({}, paymentMethodToWire);

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
};
