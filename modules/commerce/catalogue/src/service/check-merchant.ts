import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { CatalogueDeps } from './deps.ts';

/** What naming a merchant can be refused with. */
export type MerchantCode = 'merchant_not_found' | 'unavailable';

/** Whether everybody who is named is a merchant of this platform. */
export async function checkMerchants(
  { ports }: CatalogueDeps,
  { caller: _caller, ...context }: CallContext,
  named: readonly { readonly merchant: string | null | undefined; readonly field: string }[],
): Promise<Result<void, MerchantCode>> {
  const ids = [...new Set(named.flatMap(({ merchant }) => (merchant ? [merchant] : [])))];
  if (ids.length === 0) return ok(undefined);
  const found = await ports.accounts.findAccounts(context, { ids });
  if (!found.ok) return err('unavailable', `accounts cannot be read now: ${found.error.message}`);
  const merchants = new Set(found.value.filter(({ kind }) => kind === 'merchant').map(({ id }) => id));
  const unknown = named.find(({ merchant }) => merchant && !merchants.has(merchant));
  if (!unknown) return ok(undefined);
  return err('merchant_not_found', `No such merchant: '${unknown.merchant}'`, { field: unknown.field });
}
