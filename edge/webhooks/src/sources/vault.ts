import type { VaultEvents } from '@tpmall/vault/contract';
import { paymentMethodToWire } from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';

const told = toldBy<VaultEvents>({
  'payment_method.attached': paymentMethodToWire,
  'payment_method.detached': paymentMethodToWire,
  'payment_method.updated': paymentMethodToWire,
});

/** What the vault tells clients. */
export const vaultSource: EventSource = {
  from: 'vault',
  types: told.types,
  cursor: 'client-events.vault',
  toWire: told.toWire,
};
