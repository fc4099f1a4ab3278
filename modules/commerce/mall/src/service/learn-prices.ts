import type { CatalogueEvents } from '@tpmall/catalogue/contract';
import type { LearningSubscription } from '@tpmall/platform/module';
import { dropGoodsOf, dropPriced } from '../store/goods.ts';

/**
 * What this module learns from the catalogue: what was made inactive there is sold no more here. What was
 * made active again is listed again by `putGoods`.
 */
export function catalogueSubscription(): LearningSubscription {
  return {
    from: 'catalogue',
    types: ['price.updated', 'product.updated'],
    cursor: 'inactive',
    async handle({ type, payload }, tx) {
      const { id, tenant, active } = payload as CatalogueEvents['price.updated' | 'product.updated'];
      if (active) return;
      if (type === 'price.updated') await dropPriced(tx, tenant, id);
      else await dropGoodsOf(tx, tenant, id);
    },
  };
}
