import { err, ok } from '@tpmall/kernel';
import type { OutgoingContext, Port } from '@tpmall/platform/contract';
import type { Card, vaultContract } from '@tpmall/vault/contract';

/** A vault that keeps whom cards are saved for; every payment method that begins with `pm_` is a card. */
export interface TestVault {
  readonly port: Port<typeof vaultContract>;
  /** The customer of each saved card. */
  readonly saved: ReadonlyMap<string, string>;
}

/** Makes a vault of one tenant. A payment method's name is what the acquirer goes by. */
export function createTestVault(tenant: string): TestVault {
  const saved = new Map<string, string>();
  const detached = new Set<string>();
  const redisplay = new Map<string, Card['allowRedisplay']>();
  const isCard = (id: string): boolean => id.startsWith('pm_') && id !== 'pm_gone';
  const cardOf = (id: string): Card => ({
    id,
    tenant,
    token: '9000000000000000000',
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: id.includes('expired') ? 2021 : 2034,
    fingerprint: `fp_${id}`,
    country: 'DE',
    funding: 'credit',
    bin: '424242',
    name: null,
    createdAt: 0,
    customer: saved.get(id) ?? null,
    standing: detached.has(id) ? 'detached' : 'usable',
    allowRedisplay: redisplay.get(id) ?? 'unspecified',
  });
  const port: Partial<Port<typeof vaultContract>> = {
    findCard: async (context: OutgoingContext, { id }) =>
      isCard(id) && context.tenant === tenant ? ok(cardOf(id)) : err('not_found', 'no card'),
    attachCard: async (_context, { id, customer, allowRedisplay }) => {
      if (!isCard(id)) return err('not_found', 'no card');
      if (detached.has(id)) return err('detached', 'detached');
      const owner = saved.get(id);
      if (owner !== undefined && owner !== customer) return err('attached_elsewhere', 'of somebody else');
      if (owner === undefined && allowRedisplay !== undefined) redisplay.set(id, allowRedisplay);
      saved.set(id, customer);
      return ok(cardOf(id));
    },
    detachCard: async (_context, { id }) => {
      if (!saved.delete(id)) return err('not_attached', 'of nobody');
      detached.add(id);
      return ok(cardOf(id));
    },
    listCards: async (_context, { customer, limit }) => {
      const ids = [...saved].filter(([, owner]) => owner === customer).map(([id]) => id);
      return ok({ items: ids.slice(0, limit).map(cardOf), hasMore: ids.length > limit });
    },
  };
  return { port: port as Port<typeof vaultContract>, saved };
}
