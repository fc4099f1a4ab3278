import type { Card } from './card.ts';

/**
 * Events of this module's outbox that clients learn of; the payload is the card as it was right after the
 * change, without name, billing details and metadata: they lie sealed, and a table of events would not. Who
 * is told them asks `findCard`.
 */
export interface VaultEvents {
  'payment_method.attached': Card;
  'payment_method.detached': Card;
  'payment_method.updated': Card;
}
