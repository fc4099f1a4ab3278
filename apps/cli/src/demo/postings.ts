import { hash128 } from '@tpmall/kernel';
import { findAccountCode, findTransferCode } from '@tpmall/ledger/contract';
import type { DemoClient, LedgerAccount, LedgerTransfer } from './client.ts';
import type { Posting } from './t-accounts.ts';

/** Transfers of one payment, oldest first. Payments mark theirs with a hash of the intent's id. */
export async function transfersOf(client: DemoClient, intent: string): Promise<LedgerTransfer[]> {
  const filter = { user_data_128: hash128('payment', intent).toString() };
  return (await client.operator<{ transfers: LedgerTransfer[] }>('/v1/ledger/transfers/query', filter))
    .transfers;
}

/** Names for accounts: the chart's name, and whose it is where it is a merchant's. */
export async function nameAccounts(
  client: DemoClient,
  transfers: readonly LedgerTransfer[],
  merchants: readonly { readonly id: string; readonly name: string }[],
): Promise<Map<string, string>> {
  const ids = [...new Set(transfers.flatMap((one) => [one.debit_account_id, one.credit_account_id]))];
  const accounts: LedgerAccount[] = ids.length === 0 ? [] : await client.accounts(ids);
  const owners = new Map(merchants.map(({ id, name }) => [hash128('party', id).toString(), name]));
  return new Map(
    accounts.map((account) => {
      const kind = findAccountCode(account.code)?.name.replaceAll('_', ' ') ?? `account ${account.code}`;
      const owner = owners.get(account.user_data_128);
      return [account.id, owner === undefined ? kind : `${kind}: ${owner}`];
    }),
  );
}

/**
 * What the transfers posted, side by side. A pending transfer has posted nothing yet, and one that voids
 * another takes nothing but the hold away.
 */
export function postingsOf(
  transfers: readonly LedgerTransfer[],
  names: ReadonlyMap<string, string>,
): Posting[] {
  return transfers
    .filter(({ flags }) => !flags.includes('pending') && !flags.includes('void_pending_transfer'))
    .flatMap((transfer) => {
      const what = findTransferCode(transfer.code)?.name.replaceAll('_', ' ') ?? `code ${transfer.code}`;
      const common = { amount: BigInt(transfer.amount), what };
      return [
        {
          ...common,
          account: names.get(transfer.debit_account_id) ?? transfer.debit_account_id,
          side: 'debit' as const,
        },
        {
          ...common,
          account: names.get(transfer.credit_account_id) ?? transfer.credit_account_id,
          side: 'credit' as const,
        },
      ];
    });
}
