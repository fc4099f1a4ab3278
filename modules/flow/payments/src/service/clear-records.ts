import type { AcquiringEvents } from '@tpmall/acquiring/contract';
import type { TellingSubscription } from '@tpmall/platform/module';
import { findIntentOf } from '../store/find-cleared.ts';
import { confirmationOf } from './authorise-payment.ts';
import { systemBehalf } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';
import { postToLedger } from './post-to-ledger.ts';
import { clearingPosting } from './postings.ts';

/**
 * Moves in the ledger what acquirers have cleared. The ids of the transfers derive from the record, so that
 * an event that is delivered again moves nothing more; one that cannot be posted is delivered again for ever.
 */
export function clearingSubscription(deps: PaymentsDeps): TellingSubscription {
  return {
    from: 'acquiring',
    types: ['clearing.record_matched'],
    cursor: 'clearing',
    async perform(event) {
      const { recordId, connector, type, commandId, amount, fee, currency } =
        event.payload as AcquiringEvents['clearing.record_matched'];
      const { tenant, at } = event;
      const intent = await findIntentOf(deps.db, tenant, type, confirmationOf(commandId));
      if (intent === undefined) throw new Error(`clearing record ${recordId} is about no payment`);
      const id = `clearing.${recordId}`;
      const posting = clearingPosting({
        ...{ id, at, tenant, connector, type, intent, currency },
        amount: BigInt(amount),
        fee: BigInt(fee),
      });
      if (await postToLedger(deps, systemBehalf(tenant), id, posting)) return;
      throw new Error(`it is not known whether clearing record ${recordId} was posted`);
    },
  };
}
