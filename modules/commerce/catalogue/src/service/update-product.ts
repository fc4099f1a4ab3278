import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { catalogueContract, Product } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findPrice } from '../store/prices.ts';
import { findProduct, lockProduct, updateProductRow } from '../store/products.ts';
import { checkMerchants, type MerchantCode } from './check-merchant.ts';
import { type CatalogueDeps, commands } from './deps.ts';

type Asked = InputOf<(typeof catalogueContract)['operations']['updateProduct']>;
type Code = MerchantCode | 'not_found' | 'price_not_found' | 'metadata_too_many_keys';

/** Changes a product. */
export function updateProduct(
  deps: CatalogueDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Product, Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'update_product', input, clock.now());
  return commands.once<Product, Code>(db, claim, {
    check: () => checkMerchants(deps, context, [{ merchant: input.merchant, field: 'merchant' }]),
    work: async (tx) => {
      const before = await lockProduct(tx, tenant, input.id, 'change');
      if (!before) return missing(input.id);
      const after = await changed(tx, before, input, claim.at);
      if (!after.ok) return after;
      await updateProductRow(tx, after.value);
      await tell(tx, 'product.updated', after.value, claim, before);
      return after;
    },
    repeat: async () => {
      const found = await findProduct(db, tenant, input.id);
      return found ? ok(found) : missing(input.id);
    },
  });
}

async function changed(
  tx: Queryable,
  before: Product,
  { id: _id, metadata: patch, images, marketingFeatures, ...given }: Asked,
  at: number,
): Promise<Result<Product, Code>> {
  if (typeof given.defaultPrice === 'string') {
    const price = await findPrice(tx, before.tenant, given.defaultPrice);
    if (price?.product !== before.id) {
      const message = `product ${before.id} has no price ${given.defaultPrice}`;
      return err('price_not_found', message, { field: 'defaultPrice' });
    }
  }
  const metadata = patchMetadata(before.metadata, patch);
  if (!metadata.ok) return metadata;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return ok({
    ...before,
    ...set,
    ...(images !== undefined && { images: images ?? [] }),
    ...(marketingFeatures !== undefined && { marketingFeatures: marketingFeatures ?? [] }),
    metadata: metadata.value,
    updatedAt: at,
  });
}

function missing(id: string) {
  return err('not_found', `No such product: '${id}'`, { field: 'id' });
}
