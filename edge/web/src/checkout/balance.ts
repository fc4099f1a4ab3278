import type { WebEnvironment } from '../environment.ts';
import type { Visit } from '../frame/visit.ts';
import type { BalanceOffer } from './methods.ts';
import type { PaidSession } from './order.ts';

/** What whoever has signed in may pay an order with, of the balance in its currency. */
export async function readBalance(
  { ports, log }: WebEnvironment,
  visit: Visit,
  { tenant, currency }: Pick<PaidSession, 'tenant' | 'currency'>,
): Promise<BalanceOffer> {
  const person = visit.visitor?.signedIn?.person;
  if (!person) return { kind: 'signed_out' };
  const context = visit.context({ tenant });
  const found = await ports.wallet.findWallet(context, { person: person.id });
  if (!found.ok && found.error.code === 'not_found') return { kind: 'balance', available: 0n };
  if (found.ok && found.value.status === 'frozen') return { kind: 'frozen' };
  const read = found.ok ? await ports.wallet.readBalances(context, { wallet: found.value.id }) : found;
  if (!read.ok) {
    log.warn({ code: read.error.code }, 'a balance cannot be shown');
    return { kind: 'unreadable' };
  }
  const balance = read.value.find((one) => one.currency === currency);
  return { kind: 'balance', available: balance?.available ?? 0n };
}
