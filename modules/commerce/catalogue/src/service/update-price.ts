import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { catalogueContract, Price } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findPrice, lockPrice, takeLookupKey, updatePriceRow } from '../store/prices.ts';
import { taken } from './create-price.ts';
import { type CatalogueDeps, commands } from './deps.ts';
import { unitPrices } from './new-objects.ts';

type Asked = InputOf<(typeof catalogueContract)['operations']['updatePrice']>;
type Code = 'not_found' | 'lookup_key_taken' | 'price_is_fixed' | 'metadata_too_many_keys';

/** Changes what is said of a price. */
export function updatePrice(
  { db, clock }: CatalogueDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Price, Code | 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { id } = input;
  const claim = commands.claimFor(context, 'update_price', input, clock.now());
  return commands.once<Price, Code>(db, claim, {
    work: async (tx) => {
      const before = await lockPrice(tx, tenant, id);
      if (!before) return missing(id);
      const after = changed(before, input);
      if (!after.ok) return after;
      const price = after.value;
      if (input.transferLookupKey && typeof input.lookupKey === 'string') {
        const loser = await takeLookupKey(tx, price);
        if (loser) await tell(tx, 'price.updated', loser, claim, { ...loser, lookupKey: price.lookupKey });
      }
      if ((await updatePriceRow(tx, price)) === 'lookup_key_taken') return taken(input.lookupKey);
      await tell(tx, 'price.updated', price, claim, before);
      return ok(price);
    },
    repeat: async () => {
      const found = await findPrice(db, tenant, id);
      return found ? ok(found) : missing(id);
    },
  });
}

function changed(before: Price, input: Asked): Result<Price, 'price_is_fixed' | 'metadata_too_many_keys'> {
  const { active, nickname, lookupKey, taxBehavior } = input;
  if (
    taxBehavior !== undefined &&
    taxBehavior !== before.taxBehavior &&
    before.taxBehavior !== 'unspecified'
  ) {
    const message = `the tax behaviour of price ${before.id} is ${before.taxBehavior} for good`;
    return err('price_is_fixed', message, { field: 'taxBehavior' });
  }
  const options = unitPrices(input.currencyOptions ?? {});
  for (const [code, option] of Object.entries(options)) {
    const there = code === before.currency ? before : before.currencyOptions[code];
    if (there && there.unitAmountDecimal !== option.unitAmountDecimal) {
      const message = `price ${before.id} has an amount in ${code} already, and amounts never change`;
      return err('price_is_fixed', message, { field: `currencyOptions.${code}` });
    }
  }
  const metadata = patchMetadata(before.metadata, input.metadata);
  if (!metadata.ok) return metadata;
  return ok({
    ...before,
    ...(active !== undefined && { active }),
    ...(nickname !== undefined && { nickname }),
    ...(lookupKey !== undefined && { lookupKey }),
    ...(taxBehavior !== undefined && { taxBehavior }),
    currencyOptions: { ...before.currencyOptions, ...options },
    metadata: metadata.value,
  });
}

function missing(id: string) {
  return err('not_found', `No such price: '${id}'`, { field: 'id' });
}
