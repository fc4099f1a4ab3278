import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { NewShop, Shop } from '../contract/index.ts';
import { findShops, putShopRows } from '../store/shops.ts';
import { commands, type MallDeps } from './deps.ts';

/** Opens shops, or changes what is said of them. Of two entries of one merchant the later counts. */
export function putShops(
  { db, clock }: MallDeps,
  context: CallContext,
  input: { readonly shops: readonly NewShop[] },
): Promise<Result<readonly Shop[], 'idempotency_mismatch'>> {
  const { tenant } = context;
  const claim = commands.claimFor(context, 'put_shops', input, clock.now());
  const shops = [...new Map(input.shops.map((shop) => [shop.merchant, { ...shop, tenant }])).values()];
  return commands.once<readonly Shop[], never>(db, claim, {
    work: async (tx) => {
      await putShopRows(tx, shops);
      return ok(shops);
    },
    repeat: async () => {
      const found = await findShops(
        db,
        tenant,
        shops.map(({ merchant }) => merchant),
      );
      return ok([...found.values()]);
    },
  });
}
