import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Card } from '@tpmall/vault/contract';
import type { paymentsContract } from '../contract/index.ts';
import { findCustomerRecord } from '../store/customers.ts';
import { readContext } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';

type Attach = (typeof paymentsContract)['operations']['attachPaymentMethod'];
/** What saving a card can be refused with; `unknown`: the vault's answer was lost, repeat the command. */
export type AttachCode =
  | 'not_found'
  | 'customer_not_found'
  | 'payment_method_not_usable'
  | 'idempotency_mismatch'
  | 'unavailable'
  | 'unknown';

/** Saves a card for a customer of this tenant, in the vault, where saved cards live. */
export async function attachPaymentMethod(
  deps: PaymentsDeps,
  context: CallContext,
  { id, customer, allowRedisplay }: InputOf<Attach>,
): Promise<Result<Card, AttachCode>> {
  const owner = await findCustomerRecord(deps.db, context.tenant, customer);
  if (!owner || owner.deleted) {
    return err('customer_not_found', `No such customer: '${customer}'`, { field: 'customer' });
  }
  const answer = await deps.ports.vault.attachCard(readContext(context), {
    ...{ id, customer },
    ...(allowRedisplay !== undefined && { allowRedisplay }),
  });
  if (answer.ok) {
    keep(deps, answer.value);
    return answer;
  }
  const { code, message } = answer.error;
  switch (code) {
    case 'attached_elsewhere':
    case 'detached':
      return err('payment_method_not_usable', message, { field: 'id' });
    case 'not_found':
      return err('not_found', `No such payment_method: '${id}'`, { field: 'id' });
    case 'idempotency_mismatch':
    case 'unknown':
      return err(code, message);
    default:
      return err('unavailable', message);
  }
}

/** Takes a saved card away from its customer, for good. */
export async function detachPaymentMethod(
  deps: PaymentsDeps,
  context: CallContext,
  { id }: { readonly id: string },
): Promise<
  Result<
    Card,
    | 'not_found'
    | 'payment_method_not_attached'
    | Exclude<AttachCode, 'customer_not_found' | 'payment_method_not_usable'>
  >
> {
  const answer = await deps.ports.vault.detachCard(readContext(context), { id });
  if (answer.ok) {
    keep(deps, answer.value);
    return ok(answer.value);
  }
  const { code, message } = answer.error;
  switch (code) {
    case 'not_attached':
      return err('payment_method_not_attached', message, { field: 'id' });
    case 'not_found':
      return err('not_found', `No such payment_method: '${id}'`, { field: 'id' });
    case 'idempotency_mismatch':
    case 'unknown':
      return err(code, message);
    default:
      return err('unavailable', message);
  }
}

/** What was remembered of the card is out of date. */
function keep(deps: PaymentsDeps, card: Card): void {
  deps.cards.keep(`${card.tenant} ${card.id}`, card);
}
