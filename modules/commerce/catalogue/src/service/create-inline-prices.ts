import { assert, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { catalogueContract, PricedProduct } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findPricedProducts, insertPrice } from '../store/prices.ts';
import { checkMerchants, type MerchantCode } from './check-merchant.ts';
import { type CatalogueDeps, commands } from './deps.ts';
import { newPrice, priceId } from './new-objects.ts';
import { type SubjectCode, subjectOf } from './price-subject.ts';

type Asked = InputOf<(typeof catalogueContract)['operations']['createInlinePrices']>;
type Code = MerchantCode | SubjectCode;

/** Makes the prices of one checkout's lines, all or none. */
export function createInlinePrices(
  deps: CatalogueDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<readonly PricedProduct[], Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'create_inline_prices', input, clock.now());
  const merchants = input.prices.map(({ productData }, index) => ({
    merchant: productData?.merchant,
    field: `prices[${index}].productData.merchant`,
  }));
  return commands.once<readonly PricedProduct[], Code>(db, claim, {
    check: () => checkMerchants(deps, context, merchants),
    work: async (tx) => {
      const made: PricedProduct[] = [];
      for (const [index, asked] of input.prices.entries()) {
        const { productData } = asked;
        const subject = productData ? { productData: { ...productData, active: false } } : asked;
        const product = await subjectOf(tx, tenant, subject, claim, `/${index}`);
        if (!product.ok) {
          const { error } = product;
          return { ok: false, error: { ...error, field: `prices[${index}].${error.field}` } };
        }
        const price = newPrice(product.value, { ...asked, active: false }, claim, `/${index}`);
        const stored = await insertPrice(tx, price);
        assert(stored === 'stored', 'a price of one checkout has no lookup key');
        await tell(tx, 'price.created', price, claim);
        made.push({ price, product: product.value });
      }
      return ok(made);
    },
    repeat: async (accepted) => {
      const ids = input.prices.map((_, index) => priceId(accepted, `/${index}`));
      const found = await findPricedProducts(db, tenant, ids);
      assert(found.length === ids.length, 'accepted prices are there');
      return ok(found);
    },
  });
}
