import type { PartyAccount } from '@tpmall/accounts/contract';
import { err, ok, type Result } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { Card } from '@tpmall/vault/contract';
import type { PaymentsDeps } from './deps.ts';

/** Something that had to be read could not be: nothing was begun. */
export type Unreached = 'unavailable';

/** The card of a payment method of this tenant; never a card number. */
export async function findCard(
  deps: PaymentsDeps,
  context: OutgoingContext,
  id: string,
): Promise<Result<Card, 'payment_method_not_found' | Unreached>> {
  const key = `${context.tenant} ${id}`;
  const kept = deps.cards.find(key);
  if (kept) return ok(kept);
  const answer = await deps.ports.vault.findCard(context, { id });
  if (!answer.ok) {
    return answer.error.code === 'not_found'
      ? err('payment_method_not_found', `there is no payment method ${id}`, { field: 'paymentMethod' })
      : err('unavailable', `payment method ${id} cannot be read now: ${answer.error.message}`);
  }
  deps.cards.keep(key, answer.value);
  return ok(answer.value);
}

/** Accounts of this tenant by id; those that do not exist are left out. */
export async function findParties(
  deps: PaymentsDeps,
  context: OutgoingContext,
  ids: readonly string[],
): Promise<Result<ReadonlyMap<string, PartyAccount>, Unreached>> {
  const found = new Map<string, PartyAccount>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const kept = deps.parties.find(`${context.tenant} ${id}`);
    if (kept) found.set(id, kept);
    else missing.push(id);
  }
  if (missing.length === 0) return ok(found);
  const answer = await deps.ports.accounts.findAccounts(context, { ids: missing });
  if (!answer.ok) return err('unavailable', `accounts cannot be read now: ${answer.error.message}`);
  for (const account of answer.value) {
    found.set(account.id, account);
    deps.parties.keep(`${context.tenant} ${account.id}`, account);
  }
  return ok(found);
}
