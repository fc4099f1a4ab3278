import type { PartyAccount } from '@tpmall/accounts/contract';
import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { AskedLeg, IntentData, LineItem } from '../contract/index.ts';
import type { CheckoutDeps } from './deps.ts';

/** What dividing an order can be refused with. */
export type SplitCode =
  | 'destination_not_found'
  | 'destination_not_capable'
  | 'split_exceeds_amount'
  | 'split_conflict'
  | 'unavailable';

/**
 * Who gets an order: as the caller says, or else each merchant the lines of its products. What belongs to no
 * merchant is the platform's own sale. Commissions are the fee plans' where nobody says otherwise.
 */
export function splitOrder(lines: readonly LineItem[], asked: IntentData['split']): readonly AskedLeg[] {
  if (asked.length > 0) return asked;
  const parts = new Map<string, bigint>();
  for (const { merchant, amount } of lines) {
    if (merchant !== null && amount > 0n) parts.set(merchant, (parts.get(merchant) ?? 0n) + amount);
  }
  return [...parts].map(([destination, amount]) => ({ destination, amount }));
}

/** Checks who gets an order before a shopper is sent to it. */
export async function checkSplit(
  { ports }: CheckoutDeps,
  { caller: _caller, ...context }: CallContext,
  order: { readonly lines: readonly LineItem[]; readonly total: bigint },
  { split: asked, onBehalfOf }: Pick<IntentData, 'split' | 'onBehalfOf'>,
): Promise<Result<void, SplitCode>> {
  const [said] = asked;
  if (said && order.lines.some(({ merchant }) => merchant !== null)) {
    const message = 'the products belong to merchants, who get what is theirs: leave transfer_data out';
    return err('split_conflict', message, { field: 'intentData.split[0].destination' });
  }
  const parts = checkParts(order.total, asked);
  if (parts) return parts;
  const ids = splitOrder(order.lines, asked).map(({ destination }) => destination);
  const wanted = onBehalfOf === null ? ids : [...ids, onBehalfOf];
  if (wanted.length === 0) return ok(undefined);
  const found = await ports.accounts.findAccounts(context, { ids: wanted });
  if (!found.ok) return err('unavailable', `accounts cannot be read now: ${found.error.message}`);
  const byId = new Map(found.value.map((account) => [account.id, account]));
  for (const id of ids) {
    const problem = problemWith(id, byId.get(id), said !== undefined);
    if (problem) return problem;
  }
  if (onBehalfOf === null || byId.has(onBehalfOf)) return ok(undefined);
  return err('destination_not_found', `No such account: '${onBehalfOf}'`, {
    field: 'intentData.onBehalfOf',
  });
}

/** Refuses a part or a fee, as the caller said it, that is more than the order comes to. */
export function checkParts(total: bigint, [said]: IntentData['split']) {
  if (!said) return undefined;
  const { amount, applicationFee } = said;
  if ((amount ?? 0n) <= total && (applicationFee ?? 0n) <= (amount ?? total)) return undefined;
  const message = 'the merchant’s part or the fee is more than the order';
  const field = `intentData.split[0].${amount === undefined ? 'applicationFee' : 'amount'}`;
  return err('split_exceeds_amount', message, { field });
}

function problemWith(id: string, account: PartyAccount | undefined, isSaid: boolean) {
  const field = isSaid ? 'intentData.split[0].destination' : 'lines';
  if (account?.kind !== 'merchant') {
    return err('destination_not_found', `No such merchant: '${id}'`, { field });
  }
  if (account.capabilities.transfers) return undefined;
  return err('destination_not_capable', `merchant ${id} cannot take transfers`, { field });
}
