import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { tell } from '../store/events.ts';
import { deleteProductRow, lockProduct } from '../store/products.ts';
import { type CatalogueDeps, commands } from './deps.ts';

type Code = 'not_found' | 'product_has_prices';

/** Deletes a product that never had a price. Its id is not given to another. */
export function deleteProduct(
  { db, clock }: CatalogueDeps,
  context: CallContext,
  { id }: { readonly id: string },
): Promise<Result<{ readonly id: string }, Code | 'idempotency_mismatch'>> {
  const claim = commands.claimFor(context, 'delete_product', { id }, clock.now());
  return commands.once<{ readonly id: string }, Code>(db, claim, {
    work: async (tx) => {
      // Locked before its prices are looked for: whoever adds one holds the row, so none can slip in between.
      const product = await lockProduct(tx, context.tenant, id, 'change');
      if (!product) return err('not_found', `No such product: '${id}'`, { field: 'id' });
      if (!(await deleteProductRow(tx, product, claim.at))) {
        const message = `product ${id} has prices; make it inactive instead`;
        return err('product_has_prices', message, { field: 'id' });
      }
      await tell(tx, 'product.deleted', product, claim);
      return ok({ id });
    },
    repeat: async () => ok({ id }),
  });
}
