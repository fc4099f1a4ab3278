import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { catalogueContract, Product } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { insertPrice } from '../store/prices.ts';
import { findProduct, insertProduct } from '../store/products.ts';
import { checkMerchants, type MerchantCode } from './check-merchant.ts';
import { type CatalogueDeps, commands } from './deps.ts';
import { newPrice, productId, productOf } from './new-objects.ts';

type Asked = InputOf<(typeof catalogueContract)['operations']['createProduct']>;

/** Makes a product, and with it its default price. */
export function createProduct(
  deps: CatalogueDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Product, MerchantCode | 'product_exists' | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'create_product', input, clock.now());
  const { defaultPrice, ...asked } = input;
  return commands.once<Product, MerchantCode | 'product_exists'>(db, claim, {
    check: () => checkMerchants(deps, context, [{ merchant: asked.merchant, field: 'merchant' }]),
    work: async (tx) => {
      const bare = productOf(tenant, asked, claim);
      const price = defaultPrice && newPrice(bare, defaultPrice, claim);
      const product = price ? { ...bare, defaultPrice: price.id } : bare;
      if (!(await insertProduct(tx, product))) {
        return err('product_exists', `there is a product ${product.id} already`, { field: 'id' });
      }
      await tell(tx, 'product.created', product, claim);
      if (price) {
        const stored = await insertPrice(tx, price);
        assert(stored === 'stored', 'a default price has no lookup key');
        await tell(tx, 'price.created', price, claim);
      }
      return ok(product);
    },
    repeat: async (accepted) => {
      const id = asked.id ?? productId(accepted);
      const found = await findProduct(db, tenant, id);
      // It was deleted since: the repetition still learns what it made.
      return ok(found ?? productOf(tenant, asked, accepted));
    },
  });
}
