import { type Cursor, createListing, type Queryable } from '@tpmall/platform/db';
import type { Page, SetupIntent } from '../contract/index.ts';
import { toSetupIntent } from '../service/setup-records.ts';
import { names } from './columns.ts';
import { SETUP_COLUMNS, type SetupRow, toSetupRecord } from './setup-rows.ts';

const setups = createListing({
  module: 'payments',
  table: 'setup_intent',
  select: names(SETUP_COLUMNS),
  filters: { customer: 'customer = ?', paymentMethod: 'payment_method = ?' },
});

/** A page of setup intents, newest first. */
export async function listSetups(
  db: Queryable,
  tenant: string,
  input: Cursor & { readonly customer?: string | undefined; readonly paymentMethod?: string | undefined },
): Promise<Page<SetupIntent>> {
  const { rows, hasMore } = await setups<SetupRow>(db, tenant, input, input);
  return { items: rows.map((row) => toSetupIntent(toSetupRecord(row))), hasMore };
}
