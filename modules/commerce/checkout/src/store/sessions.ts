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
import type { Session } from '../contract/index.ts';
import { type IntentDataRow, type LineRow, toIntentData, toLines } from './rows.ts';

/** A session with what only this module knows of it. */
export interface SessionRecord extends Session {
  /** The command that made it. */
  readonly commandId: string;
  /** When the first attempt to pay began; null: nobody has tried. */
  readonly begunAt: Micros | null;
  /** Whether it holds a place of its link. */
  readonly holdsPlace: boolean;
  /** When its end is looked at; null once it has ended. */
  readonly dueAt: Micros | null;
}

const CHANGING: readonly Column[] = [
  ['status', 'text'],
  ['payment_status', 'text'],
  ['customer', 'text'],
  ['payer', 'jsonb'],
  ['metadata', 'jsonb'],
  ['payment_intent', 'text'],
  ['begun_at', 'timestamptz'],
  ['holds_place', 'boolean'],
  ['due_at', 'timestamptz'],
];
const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['command_id', 'text'],
  ['mode', 'text'],
  ['currency', 'text'],
  ['amount_total', 'numeric'],
  ['lines', 'jsonb'],
  ['customer_email', 'text'],
  ['customer_creation', 'text'],
  ['client_reference_id', 'text'],
  ['success_url', 'text'],
  ['cancel_url', 'text'],
  ['submit_type', 'text'],
  ['locale', 'text'],
  ['intent_data', 'jsonb'],
  ['payment_link', 'text'],
  ['expires_at', 'timestamptz'],
  ...CHANGING,
];

interface SessionRow
  extends Pick<
    Session,
    'id' | 'tenant' | 'mode' | 'status' | 'currency' | 'customer' | 'payer' | 'locale' | 'metadata'
  > {
  readonly created_at: Micros;
  readonly command_id: string;
  readonly payment_status: Session['paymentStatus'];
  readonly amount_total: bigint;
  readonly lines: readonly LineRow[];
  readonly customer_email: string | null;
  readonly customer_creation: Session['customerCreation'];
  readonly client_reference_id: string | null;
  readonly success_url: string | null;
  readonly cancel_url: string | null;
  readonly submit_type: Session['submitType'];
  readonly payment_intent: string | null;
  readonly intent_data: IntentDataRow;
  readonly payment_link: string | null;
  readonly expires_at: Micros;
  readonly begun_at: Micros | null;
  readonly holds_place: boolean;
  readonly due_at: Micros | null;
}

function toRecord(row: SessionRow): SessionRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    mode: row.mode,
    status: row.status,
    paymentStatus: row.payment_status,
    currency: row.currency,
    amountTotal: row.amount_total,
    lines: toLines(row.lines),
    customer: row.customer,
    customerEmail: row.customer_email,
    customerCreation: row.customer_creation,
    payer: row.payer,
    clientReferenceId: row.client_reference_id,
    successUrl: row.success_url,
    cancelUrl: row.cancel_url,
    submitType: row.submit_type,
    locale: row.locale,
    metadata: row.metadata,
    paymentIntent: row.payment_intent,
    intentData: toIntentData(row.intent_data),
    paymentLink: row.payment_link,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    commandId: row.command_id,
    begunAt: row.begun_at,
    holdsPlace: row.holds_place,
    dueAt: row.due_at,
  };
}

function fromRecord(session: SessionRecord): string {
  const at = (instantOrNull: Micros | null) => (instantOrNull === null ? null : instant(instantOrNull));
  return rowParameter({
    ...session,
    created_at: instant(session.createdAt),
    command_id: session.commandId,
    payment_status: session.paymentStatus,
    amount_total: session.amountTotal,
    customer_email: session.customerEmail,
    customer_creation: session.customerCreation,
    client_reference_id: session.clientReferenceId,
    success_url: session.successUrl,
    cancel_url: session.cancelUrl,
    submit_type: session.submitType,
    payment_intent: session.paymentIntent,
    intent_data: session.intentData,
    payment_link: session.paymentLink,
    expires_at: instant(session.expiresAt),
    begun_at: at(session.begunAt),
    holds_place: session.holdsPlace,
    due_at: at(session.dueAt),
  });
}

/** The session as others see it. */
export function toSession(record: SessionRecord): Session {
  const {
    commandId: _commandId,
    begunAt: _begunAt,
    holdsPlace: _holdsPlace,
    dueAt: _dueAt,
    ...session
  } = record;
  return session;
}

const insert = sql(
  'checkout.insert-session',
  `INSERT INTO checkout.session (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)})`,
);
const update = sql(
  'checkout.update-session',
  `UPDATE checkout.session AS session SET ${columnAssignments(CHANGING, 't')}
FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)}) WHERE session.id = t.id`,
);
// A shopper has no tenant: the id is the right to see the session.
const byId = sql(
  'checkout.find-session',
  `SELECT ${columnNames(COLUMNS)} FROM checkout.session WHERE id = $1 AND ($2 = '' OR tenant = $2)`,
);
const lock = sql('checkout.lock-session', `${byId.text} FOR UPDATE`);
const byCommand = sql(
  'checkout.find-session-by-command',
  `SELECT ${columnNames(COLUMNS)} FROM checkout.session WHERE command_id = $1`,
);
const lockByIntent = sql(
  'checkout.lock-session-by-intent',
  `SELECT ${columnNames(COLUMNS)} FROM checkout.session WHERE payment_intent = $1 FOR UPDATE`,
);
const amongIntents = sql(
  'checkout.intents-of-sessions',
  'SELECT payment_intent FROM checkout.session WHERE payment_intent = ANY ($1)',
);
// Looked at again only after a pause, so that one whose payment is undecided stands before no other.
const takeDue = sql(
  'checkout.take-due-sessions',
  `UPDATE checkout.session SET due_at = $2 WHERE id IN (
  SELECT id FROM checkout.session WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING ${columnNames(COLUMNS)}`,
);

/** Stores a new session. */
export async function insertSession(tx: Queryable, session: SessionRecord): Promise<void> {
  await tx.run(insert, [fromRecord(session)]);
}

/** Stores a session that this transaction has locked, as it is now. */
export async function updateSessionRow(tx: Queryable, session: SessionRecord): Promise<void> {
  await tx.run(update, [fromRecord(session)]);
}

/** A session of this tenant, or for a shopper (no tenant) of anybody. */
export async function findSession(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<SessionRecord | undefined> {
  return first(await db.run<SessionRow>(byId, [id, tenant]));
}

/** The same, which nobody else changes until this transaction ends. */
export async function lockSession(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<SessionRecord | undefined> {
  return first(await tx.run<SessionRow>(lock, [id, tenant]));
}

/** Those of some payment intents that belong to sessions, whoever's they are. */
export async function intentsOfSessions(
  db: Queryable,
  intents: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.run<{ payment_intent: string }>(amongIntents, [intents]);
  return new Set(rows.map(({ payment_intent }) => payment_intent));
}

/** The session that a command made. */
export async function findSessionByCommand(
  db: Queryable,
  commandId: string,
): Promise<SessionRecord | undefined> {
  return first(await db.run<SessionRow>(byCommand, [commandId]));
}

/** The session of a payment intent, locked. */
export async function lockSessionByIntent(tx: Queryable, intent: string): Promise<SessionRecord | undefined> {
  return first(await tx.run<SessionRow>(lockByIntent, [intent]));
}

/** Sessions whose time is over, which are looked at again at `again` unless they have ended by then. */
export async function takeDueSessions(
  db: Queryable,
  now: Micros,
  again: Micros,
  limit: number,
): Promise<SessionRecord[]> {
  const { rows } = await db.run<SessionRow>(takeDue, [instant(now), instant(again), limit]);
  return rows.map(toRecord);
}

function first({ rows }: { readonly rows: readonly SessionRow[] }): SessionRecord | undefined {
  return rows[0] && toRecord(rows[0]);
}

/** A page of sessions, newest first. */
export const listSessions = createListing({
  module: 'checkout',
  table: 'session',
  select: columnNames(COLUMNS),
  read: (row: SessionRow) => toSession(toRecord(row)),
  filters: {
    customer: 'customer = ?',
    email: "coalesce(payer->>'email', customer_email) = ?",
    paymentIntent: 'payment_intent = ?',
    paymentLink: 'payment_link = ?',
    status: 'status = ?',
  },
});
