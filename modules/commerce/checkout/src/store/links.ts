import { createListing, createRecordTable, type Queryable, type StoredRow, sql } from '@tpmall/platform/db';
import type { PaymentLink } from '../contract/index.ts';
import { toCollects, toIntentData, toLines } from './rows.ts';

/** A link with what only this module knows of it. */
export interface LinkRecord extends PaymentLink {
  /** Sessions that are being paid, or have been. */
  readonly placesTaken: number;
}

const links = createRecordTable<LinkRecord>({
  table: 'checkout.link',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    active: 'boolean',
    currency: 'text',
    lines: { type: 'jsonb', read: toLines },
    afterCompletion: 'jsonb',
    allowPromotionCodes: 'boolean',
    customerCreation: 'text',
    collects: { type: 'jsonb', read: toCollects },
    inactiveMessage: 'text',
    submitType: 'text',
    intentData: { type: 'jsonb', read: toIntentData },
    metadata: 'jsonb',
    completedSessionsLimit: 'integer',
    completedSessions: 'integer',
    placesTaken: 'integer',
  },
  changing: [
    'active',
    'afterCompletion',
    'allowPromotionCodes',
    'customerCreation',
    'collects',
    'inactiveMessage',
    'submitType',
    'metadata',
    'completedSessionsLimit',
    'completedSessions',
    'placesTaken',
  ],
});

/** The link as others see it. */
export function toLink({ placesTaken: _placesTaken, ...link }: LinkRecord): PaymentLink {
  return link;
}

const insert = sql('checkout.insert-link', links.insert);
const update = sql('checkout.update-link', links.update);
// A shopper has no tenant: the id is the right to see the link.
const byId = sql(
  'checkout.find-link',
  `SELECT ${links.names} FROM checkout.link WHERE id = $1 AND ($2 = '' OR tenant = $2)`,
);
const lock = sql('checkout.lock-link', `${byId.text} FOR UPDATE`);

/** Stores a new link. */
export async function insertLink(tx: Queryable, link: LinkRecord): Promise<void> {
  await tx.run(insert, [links.rows([link])]);
}

/** Stores a link that {@link lockLink} has locked, as it is now. */
export async function updateLinkRow(tx: Queryable, link: LinkRecord): Promise<void> {
  await tx.run(update, [links.row(link)]);
}

/** A link of this tenant, or for a shopper (no tenant) of anybody. */
export function findLink(db: Queryable, tenant: string, id: string): Promise<LinkRecord | undefined> {
  return links.first(db, byId, [id, tenant]);
}

/** The same, which nobody else changes until this transaction ends. Lock a session before its link. */
export function lockLink(tx: Queryable, tenant: string, id: string): Promise<LinkRecord | undefined> {
  return links.first(tx, lock, [id, tenant]);
}

const byIds = sql(
  'checkout.find-links',
  `SELECT ${links.names} FROM checkout.link WHERE id = ANY ($1::text[]) AND tenant = $2`,
);

/** Links of this tenant, in any order; those that are not there are left out. */
export function findLinks(db: Queryable, tenant: string, ids: readonly string[]): Promise<LinkRecord[]> {
  return links.all(db, byIds, [ids, tenant]);
}

/** A page of links, newest first. */
export const listLinks = createListing({
  module: 'checkout',
  table: 'link',
  object: 'payment_link',
  select: links.names,
  read: (row: StoredRow) => toLink(links.read(row)),
  filters: { active: 'active = ?' },
});
