import { MILLISECOND, SECOND } from '@tpmall/kernel';
import { readCause } from '@tpmall/platform/events';
import type { TellingSubscription } from '@tpmall/platform/module';
import type { Card } from '@tpmall/vault/contract';
import { callContext, systemBehalf } from './calls.ts';
import { dropPreference } from './change-customers.ts';
import type { PaymentsDeps } from './deps.ts';

/** Cards taken away at a time; a customer rarely has more. */
const BATCH = 100;

/** Takes the saved cards of a deleted customer away: nobody may pay with them, and nobody may keep them. */
export function forgottenCardsSubscription(deps: PaymentsDeps): TellingSubscription {
  return {
    from: 'payments',
    types: ['customer.deleted'],
    cursor: 'cards-of-deleted-customers',
    gather: SECOND,
    async perform(event) {
      const customer = event.aggregateId;
      const behalf = systemBehalf(event.tenant);
      const { vault } = deps.ports;
      for (;;) {
        const read = callContext(deps, behalf, `${customer}.list-cards`);
        const listed = await vault.listCards(read, { customer, limit: BATCH });
        if (!listed.ok) throw new Error(`the cards of ${customer} cannot be read: ${listed.error.code}`);
        for (const { id } of listed.value.items) {
          const answer = await vault.detachCard(callContext(deps, behalf, `${id}.forget`), { id });
          if (answer.ok) deps.cards.keep(`${event.tenant} ${id}`, answer.value);
          else if (answer.error.code !== 'not_attached') {
            throw new Error(`card ${id} of a deleted customer stays: ${answer.error.code}`);
          }
        }
        if (!listed.value.hasMore) return;
      }
    },
  };
}

/** Lets nobody prefer a card that was taken away, whoever took it. */
export function preferredCardsSubscription(deps: PaymentsDeps): TellingSubscription {
  return {
    from: 'vault',
    types: ['payment_method.detached'],
    cursor: 'preferred-cards',
    gather: 250 * MILLISECOND,
    async perform(event) {
      const before: Partial<Card> | undefined = readCause(event.payload).cause.before;
      // Events of before this was told of them say nobody.
      const customer = before?.customer ?? null;
      if (customer === null) return;
      const card = event.aggregateId;
      const context = callContext(deps, systemBehalf(event.tenant), `${card}.preferred`);
      const dropped = await dropPreference(deps, context, { id: customer, card });
      if (!dropped.ok) throw new Error(`${customer} still prefers ${card}: ${dropped.error.code}`);
    },
  };
}
