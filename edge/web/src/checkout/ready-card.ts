import type { SessionCard } from '@tpmall/checkout/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Visit } from '../frame/visit.ts';
import type { ReadyCard } from './card-views.ts';
import { brandName } from './receipt-view.ts';
import type { SavedCard } from './saving-view.ts';

/** The saved cards that an order offers to whoever looks at it; none where they cannot be read now. */
export async function readCards(
  { ports, log }: WebEnvironment,
  visit: Visit,
  id: string,
): Promise<readonly SessionCard[]> {
  const listed = await ports.checkout.listSessionCards(visit.context(), { id });
  if (listed.ok) return listed.value;
  log.warn({ code: listed.error.code }, 'saved cards cannot be shown');
  return [];
}

/** A card that was saved, as its owner knows it; null where it cannot be read now. */
export async function savedCard(
  { ports }: WebEnvironment,
  visit: Visit,
  tenant: string,
  id: string,
): Promise<SavedCard | null> {
  const found = await ports.vault.findCard(visit.context({ tenant }), { id });
  if (!found.ok) return null;
  const { brand, last4, expMonth, expYear } = found.value;
  const expires = `${String(expMonth).padStart(2, '0')} / ${String(expYear % 100).padStart(2, '0')}`;
  return { brand: brandName(brand), last4, expires };
}

/** The card with which a shopper without a script comes back from its form, or which a form has just sent. */
export async function readyCard(
  { ports }: WebEnvironment,
  visit: Visit,
  tenant: string,
): Promise<ReadyCard | null> {
  const id = visit.query['payment_method'] ?? visit.form['payment_method'];
  if (id === undefined || !/^pm_\w{1,60}$/.test(id)) return null;
  const found = await ports.vault.findCard(visit.context({ tenant }), { id });
  if (!found.ok || found.value.customer !== null) return null;
  return { id, brand: brandName(found.value.brand), last4: found.value.last4 };
}
