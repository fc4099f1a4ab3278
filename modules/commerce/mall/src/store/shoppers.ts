import { type Queryable, sql } from '@tpmall/platform/db';

/** A person who buys here: the customer they are, or what that customer is to be made with. */
export interface ShopperRow {
  /** The order that first wanted the customer, or the deleted customer whose place the next one takes. */
  readonly first_order: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly customer: string | null;
}

/** What a person's customer is made with. */
export interface NewShopper {
  readonly tenant: string;
  readonly person: string;
  readonly order: string;
  readonly email: string;
  readonly name: string;
}

const find = sql(
  'mall.find-shopper',
  'SELECT first_order, email, name, customer FROM mall.shopper WHERE tenant = $1 AND person = $2',
);
// Whoever is first decides; everybody who comes at once reads what that one has written.
const claim = sql(
  'mall.claim-shopper',
  `INSERT INTO mall.shopper (tenant, person, first_order, email, name) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant, person) DO NOTHING`,
);
const settle = sql(
  'mall.settle-shopper',
  `UPDATE mall.shopper SET customer = $3, email = NULL, name = NULL
WHERE tenant = $1 AND person = $2 AND customer IS NULL`,
);
// The customer that is gone stands for the order: asking by that order again would find the same one.
const replace = sql(
  'mall.replace-customer',
  `UPDATE mall.shopper SET first_order = $3, email = $4, name = $5, customer = NULL
WHERE tenant = $1 AND person = $2 AND customer = $3`,
);

/** The row of a person, made now where there is none. */
export async function shopperRow(db: Queryable, shopper: NewShopper): Promise<ShopperRow> {
  const { tenant, person, order, email, name } = shopper;
  for (;;) {
    const { rows } = await db.run<ShopperRow>(find, [tenant, person]);
    if (rows[0]) return rows[0];
    await db.run(claim, [tenant, person, order, email, name]);
  }
}

/** The customer is there; the first one who says so is believed. */
export async function settleShopper(
  db: Queryable,
  tenant: string,
  person: string,
  customer: string,
): Promise<void> {
  await db.run(settle, [tenant, person, customer]);
}

/** A person whose customer is not there any more: another one is to be made in its place. */
export async function replaceCustomer(
  db: Queryable,
  { tenant, person, email, name }: Omit<NewShopper, 'order'>,
  gone: string,
): Promise<void> {
  await db.run(replace, [tenant, person, gone, email, name]);
}
