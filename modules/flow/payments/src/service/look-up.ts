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
  return kept ? ok(kept) : readCard(deps, context, id);
}

/** As {@link findCard}, as the vault knows it now: another process may just have saved it. */
export async function readCard(
  deps: PaymentsDeps,
  context: OutgoingContext,
  id: string,
): Promise<Result<Card, 'payment_method_not_found' | Unreached>> {
  const answer = await deps.ports.vault.findCard(context, { id });
  if (!answer.ok) {
    return answer.error.code === 'not_found'
      ? err('payment_method_not_found', `No such payment_method: '${id}'`, { field: 'paymentMethod' })
      : err('unavailable', `payment method ${id} cannot be read now: ${answer.error.message}`);
  }
  deps.cards.keep(`${context.tenant} ${id}`, answer.value);
  return ok(answer.value);
}

/**
 * The card of a payment method that may be used for this customer: not one that was detached, nor one that is
 * saved for somebody else, or for somebody where nobody is named.
 */
export async function findUsableCard(
  deps: PaymentsDeps,
  context: OutgoingContext,
  id: string,
  customer: string | null,
): Promise<Result<Card, 'payment_method_not_found' | 'payment_method_not_usable' | Unreached>> {
  const card = await findCard(deps, context, id);
  if (!card.ok) return card;
  const { standing, customer: owner } = card.value;
  if (standing === 'usable' && (owner === null || owner === customer)) return card;
  const field = 'paymentMethod';
  if (standing !== 'usable') {
    return err('payment_method_not_usable', `payment method ${id} was detached and may not be used again`, {
      field,
    });
  }
  const message =
    customer === null
      ? `payment method ${id} belongs to a customer, who must be named with it`
      : `payment method ${id} does not belong to customer ${customer}`;
  return err('payment_method_not_usable', message, { field });
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

/** Whether a sale may be said to be an account's: any of this tenant's. */
export async function checkBehalf(
  deps: PaymentsDeps,
  context: OutgoingContext,
  id: string | undefined,
): Promise<Result<undefined, 'destination_not_found' | Unreached>> {
  if (id === undefined) return ok(undefined);
  const found = await findParties(deps, context, [id]);
  if (!found.ok) return found;
  if (found.value.has(id)) return ok(undefined);
  return err('destination_not_found', `No such account: '${id}'`, { field: 'onBehalfOf' });
}
