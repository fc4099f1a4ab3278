import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { countStock, readStock } from '../store/stock.ts';
import { commands, type MallDeps } from './deps.ts';

type Code = 'not_found' | 'out_of_stock';
/** A variant, and how many pieces of it nobody has ordered. */
type Counted = { readonly variant: string; readonly available: number };

/** Counts pieces of a variant in or out. */
export function changeStock(
  { db, clock }: MallDeps,
  context: CallContext,
  input: { readonly variant: string; readonly by: number },
): Promise<Result<Counted, Code | 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { variant, by } = input;
  const claim = commands.claimFor(context, 'change_stock', input, clock.now());
  const missing = () => err('not_found', `there is no variant ${variant}`, { field: 'variant' });
  return commands.once<Counted, Code>(db, claim, {
    work: async (tx) => {
      const available = await countStock(tx, tenant, { variant, quantity: by });
      if (available !== undefined) return ok({ variant, available });
      const there = await readStock(tx, tenant, variant);
      if (there === undefined) return missing();
      const message = `only ${there} pieces of ${variant} are not ordered`;
      return err('out_of_stock', message, { field: 'by', detail: { available: there } });
    },
    repeat: async () => {
      const available = await readStock(db, tenant, variant);
      return available === undefined ? missing() : ok({ variant, available });
    },
  });
}
