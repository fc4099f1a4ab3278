import type { Micros } from '@tpmall/kernel';
import {
  type Column,
  columnAssignments,
  columnDefinitions,
  columnNames,
  createListing,
  instant,
  type Queryable,
  rowParameter,
  sql,
} from '@tpmall/platform/db';
import type { PaymentLink } from '../contract/index.ts';
import { type IntentDataRow, type LineRow, toIntentData, toLines } from './rows.ts';

const CHANGING: readonly Column[] = [
  ['active', 'boolean'],
  ['after_completion', 'jsonb'],
  ['allow_promotion_codes', 'boolean'],
  ['customer_creation', 'text'],
  ['inactive_message', 'text'],
  ['submit_type', 'text'],
  ['metadata', 'jsonb'],
  ['completed_sessions_limit', 'integer'],
  ['completed_sessions', 'integer'],
  ['places_taken', 'integer'],
];
const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['currency', 'text'],
  ['lines', 'jsonb'],
  ['intent_data', 'jsonb'],
  ...CHANGING,
];

/** A link with what only this module knows of it. */
export interface LinkRecord extends PaymentLink {
  /** Sessions that are being paid, or have been. */
  readonly placesTaken: number;
}

interface LinkRow extends Pick<PaymentLink, 'id' | 'tenant' | 'active' | 'currency' | 'metadata'> {
  readonly created_at: Micros;
  readonly lines: readonly LineRow[];
  readonly after_completion: PaymentLink['afterCompletion'];
  readonly allow_promotion_codes: boolean;
  readonly customer_creation: PaymentLink['customerCreation'];
  readonly inactive_message: string | null;
  readonly submit_type: PaymentLink['submitType'];
  readonly intent_data: IntentDataRow;
  readonly completed_sessions_limit: number | null;
  readonly completed_sessions: number;
  readonly places_taken: number;
}

function toRecord(row: LinkRow): LinkRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    active: row.active,
    currency: row.currency,
    lines: toLines(row.lines),
    afterCompletion: row.after_completion,
    allowPromotionCodes: row.allow_promotion_codes,
    customerCreation: row.customer_creation,
    inactiveMessage: row.inactive_message,
    submitType: row.submit_type,
    intentData: toIntentData(row.intent_data),
    metadata: row.metadata,
    completedSessionsLimit: row.completed_sessions_limit,
    completedSessions: row.completed_sessions,
    createdAt: row.created_at,
    placesTaken: row.places_taken,
  };
}

function fromRecord(link: LinkRecord): string {
  return rowParameter({
    ...link,
    created_at: instant(link.createdAt),
    after_completion: link.afterCompletion,
    allow_promotion_codes: link.allowPromotionCodes,
    customer_creation: link.customerCreation,
    inactive_message: link.inactiveMessage,
    submit_type: link.submitType,
    intent_data: link.intentData,
    completed_sessions_limit: link.completedSessionsLimit,
    completed_sessions: link.completedSessions,
    places_taken: link.placesTaken,
  });
}

/** The link as others see it. */
export function toLink({ placesTaken: _placesTaken, ...link }: LinkRecord): PaymentLink {
  return link;
}

const insert = sql(
  'checkout.insert-link',
  `INSERT INTO checkout.link (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)})`,
);
const update = sql(
  'checkout.update-link',
  `UPDATE checkout.link AS link SET ${columnAssignments(CHANGING, 't')}
FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)}) WHERE link.id = t.id`,
);
// A shopper has no tenant: the id is the right to see the link.
const byId = sql(
  'checkout.find-link',
  `SELECT ${columnNames(COLUMNS)} FROM checkout.link WHERE id = $1 AND ($2 = '' OR tenant = $2)`,
);
const lock = sql('checkout.lock-link', `${byId.text} FOR UPDATE`);

/** Stores a new link. */
export async function insertLink(tx: Queryable, link: LinkRecord): Promise<void> {
  await tx.run(insert, [fromRecord(link)]);
}

/** Stores a link that {@link lockLink} has locked, as it is now. */
export async function updateLinkRow(tx: Queryable, link: LinkRecord): Promise<void> {
  await tx.run(update, [fromRecord(link)]);
}

/** A link of this tenant, or for a shopper (no tenant) of anybody. */
export async function findLink(db: Queryable, tenant: string, id: string): Promise<LinkRecord | undefined> {
  const { rows } = await db.run<LinkRow>(byId, [id, tenant]);
  return rows[0] && toRecord(rows[0]);
}

/** The same, which nobody else changes until this transaction ends. Lock a session before its link. */
export async function lockLink(tx: Queryable, tenant: string, id: string): Promise<LinkRecord | undefined> {
  const { rows } = await tx.run<LinkRow>(lock, [id, tenant]);
  return rows[0] && toRecord(rows[0]);
}

/** A page of links, newest first. */
export const listLinks = createListing({
  module: 'checkout',
  table: 'link',
  select: columnNames(COLUMNS),
  read: (row: LinkRow) => toLink(toRecord(row)),
  filters: { active: 'active = ?' },
});
