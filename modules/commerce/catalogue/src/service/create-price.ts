import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { catalogueContract, Price } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findPrice, insertPrice, takeLookupKey } from '../store/prices.ts';
import { checkMerchants, type MerchantCode } from './check-merchant.ts';
import { type CatalogueDeps, commands } from './deps.ts';
import { newPrice, priceId } from './new-objects.ts';
import { type SubjectCode, subjectOf } from './price-subject.ts';

type Asked = InputOf<(typeof catalogueContract)['operations']['createPrice']>;
type Code = MerchantCode | SubjectCode | 'lookup_key_taken';

/** Makes a price, and with `productData` its product. */
export function createPrice(
  deps: CatalogueDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Price, Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'create_price', input, clock.now());
  const merchant = { merchant: input.productData?.merchant, field: 'productData.merchant' };
  return commands.once<Price, Code>(db, claim, {
    check: () => checkMerchants(deps, context, [merchant]),
    work: async (tx) => {
      const product = await subjectOf(tx, tenant, input, claim);
      if (!product.ok) return product;
      const price = newPrice(product.value, input, claim);
      if (input.transferLookupKey && price.lookupKey !== null) {
        const loser = await takeLookupKey(tx, price);
        if (loser) await tell(tx, 'price.updated', loser, claim, { ...loser, lookupKey: price.lookupKey });
      }
      if ((await insertPrice(tx, price)) === 'lookup_key_taken') return taken(input.lookupKey);
      await tell(tx, 'price.created', price, claim);
      return ok(price);
    },
    repeat: async (accepted) => {
      const price = await findPrice(db, tenant, priceId(accepted));
      assert(price, 'an accepted price is there');
      return ok(price);
    },
  });
}

/** Another price has the key, and nobody asked to take it. */
export function taken(key: string | null | undefined) {
  const message = `another price has the lookup key ${JSON.stringify(key)}`;
  return err('lookup_key_taken', message, { field: 'lookupKey' });
}
