import type { OutgoingContext, Port } from '@tpmall/platform/contract';
import type { Card, vaultContract } from '@tpmall/vault/contract';

/**
 * Cards of one tenant as the vault shows them now, by their ids; those that it does not know are left out.
 *
 * @throws Error where it cannot be asked: whoever tells of them tries again
 */
export async function readCards(
  vault: Port<typeof vaultContract>,
  context: OutgoingContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Card>> {
  if (ids.length === 0) return new Map();
  const found = await vault.findCards(context, { ids: [...new Set(ids)] });
  if (!found.ok) throw new Error(`the vault cannot be asked about cards: ${found.error.code}`);
  return new Map(found.value.map((card) => [card.id, card]));
}
