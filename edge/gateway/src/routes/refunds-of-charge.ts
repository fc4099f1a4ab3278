import type { Refund } from '@tpmall/payments/contract';
import type { Page } from '@tpmall/platform/contract';
import { listToWire, refundToWire } from '@tpmall/wire';

/** A page of a charge's refunds, as it stands in the charge where that is asked for. */
export function refundsOfCharge(charge: string, { items, hasMore }: Page<Refund>) {
  return listToWire(`/v1/charges/${charge}/refunds`, items.map(refundToWire), hasMore);
}
