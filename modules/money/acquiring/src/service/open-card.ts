import { Redacted } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { MessageCard } from '../contract/index.ts';
import { onward, type Room } from './room.ts';

/** A card in clear for one message, or why there is none. Nothing has been changed where there is none. */
export type OpenedCard =
  | { readonly state: 'open'; readonly card: MessageCard; readonly last4: string }
  | { readonly state: 'not_found' }
  | { readonly state: 'unavailable'; readonly reason: string };

/** Gets the card behind a payment method from the vault, wrapped at once. */
export async function openCard(
  { vault }: Room,
  context: CallContext,
  paymentMethod: string,
  purpose: 'authorisation' | 'authentication' | 'refund',
): Promise<OpenedCard> {
  const opened = await vault.detokenise(onward(context, purpose), { id: paymentMethod, purpose });
  if (!opened.ok) {
    if (opened.error.code === 'not_found') return { state: 'not_found' };
    return { state: 'unavailable', reason: opened.error.message };
  }
  const { pan, expiry, cvv } = opened.value;
  return {
    state: 'open',
    last4: pan.slice(-4),
    card: {
      pan: new Redacted(pan),
      expiry: new Redacted(expiry),
      cvv: cvv === null ? null : new Redacted(cvv),
    },
  };
}
