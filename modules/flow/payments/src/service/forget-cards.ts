import { SECOND } from '@tpmall/kernel';
import type { TellingSubscription } from '@tpmall/platform/module';
import { callContext, systemBehalf } from './calls.ts';
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
