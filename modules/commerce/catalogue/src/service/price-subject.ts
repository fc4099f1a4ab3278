import { err, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import type { Queryable } from '@tpmall/platform/db';
import type { NewProduct, Product } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { insertProduct, lockProduct } from '../store/products.ts';
import { productOf } from './new-objects.ts';

/** What a new price is for: a product that is there, or one to be made. */
export interface Subject {
  readonly product?: string | undefined;
  readonly productData?: NewProduct | undefined;
}

/** What naming it can be refused with. */
export type SubjectCode = 'invalid_input' | 'product_not_found' | 'product_exists';

/** The product of a new price, made now where that is asked; nobody deletes it until the transaction ends. */
export async function subjectOf(
  tx: Queryable,
  tenant: string,
  { product: id, productData: asked }: Subject,
  command: Claim,
  part = '',
): Promise<Result<Product, SubjectCode>> {
  if ((id === undefined) === (asked === undefined)) {
    return err('invalid_input', 'a price is of one product: give product or product_data', {
      field: 'product',
    });
  }
  if (id !== undefined) {
    const found = await lockProduct(tx, tenant, id, 'use');
    return found ? ok(found) : err('product_not_found', `No such product: '${id}'`, { field: 'product' });
  }
  if (!asked) throw new Error('one of both is there');
  const made = productOf(tenant, asked, command, part);
  if (!(await insertProduct(tx, made))) {
    const message = `there is a product ${made.id} already`;
    return err('product_exists', message, { field: 'productData.id' });
  }
  await tell(tx, 'product.created', made, command);
  return ok(made);
}
