import type { Micros } from '@tpmall/kernel';
import {
  createListing,
  createRecordTable,
  instant,
  type Queryable,
  type StoredRow,
  sql,
} from '@tpmall/platform/db';
import type { Session } from '../contract/index.ts';
import { toCollects, toIntentData, toLines, toPayer } from './rows.ts';

/** A session with what only this module knows of it. */
export interface SessionRecord extends Session {
  /** The payment method that whoever pays has asked to keep. */
  readonly keptCard: string | null;
  /** The command that made it. */
  readonly commandId: string;
  /** When the first attempt to pay began; null: nobody has tried. */
  readonly begunAt: Micros | null;
  /** Whether it holds a place of its link. */
  readonly holdsPlace: boolean;
  /** When its end is looked at; null once it has ended. */
  readonly dueAt: Micros | null;
}

const sessions = createRecordTable<SessionRecord>({
  table: 'checkout.session',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    commandId: 'text',
    mode: 'text',
    isMallOrder: 'boolean',
    status: 'text',
    paymentStatus: 'text',
    currency: 'text',
    amountTotal: 'numeric',
    lines: { type: 'jsonb', read: toLines },
    customer: 'text',
    person: 'text',
    savedCards: 'jsonb',
    keptCard: 'text',
    customerEmail: 'text',
    customerCreation: 'text',
    collects: { type: 'jsonb', read: toCollects },
    payer: { type: 'jsonb', read: toPayer },
    clientReferenceId: 'text',
    successUrl: 'text',
    cancelUrl: 'text',
    submitType: 'text',
    locale: 'text',
    metadata: 'jsonb',
    paymentIntent: 'text',
    setupIntent: 'text',
    intentData: { type: 'jsonb', read: toIntentData },
    paymentLink: 'text',
    expiresAt: 'timestamptz',
    begunAt: 'timestamptz',
    holdsPlace: 'boolean',
    dueAt: 'timestamptz',
  },
  changing: [
    'status',
    'paymentStatus',
    'amountTotal',
    'lines',
    'customer',
    'payer',
    'metadata',
    'paymentIntent',
    'begunAt',
    'keptCard',
    'holdsPlace',
    'dueAt',
  ],
});

/** The session as others see it. */
export function toSession(record: SessionRecord): Session {
  const {
    keptCard: _keptCard,
    commandId: _commandId,
    begunAt: _begunAt,
    holdsPlace: _holdsPlace,
    dueAt: _dueAt,
    ...session
  } = record;
  return session;
}

const insert = sql('checkout.insert-session', sessions.insert);
const update = sql('checkout.update-session', sessions.update);
// A shopper has no tenant: the id is the right to see the session.
const byId = sql(
  'checkout.find-session',
  `SELECT ${sessions.names} FROM checkout.session WHERE id = $1 AND ($2 = '' OR tenant = $2)`,
);
const lock = sql('checkout.lock-session', `${byId.text} FOR UPDATE`);
const byCommand = sql(
  'checkout.find-session-by-command',
  `SELECT ${sessions.names} FROM checkout.session WHERE command_id = $1`,
);
const lockByIntent = sql(
  'checkout.lock-session-by-intent',
  `SELECT ${sessions.names} FROM checkout.session
WHERE payment_intent = $1 OR setup_intent = $1 FOR UPDATE`,
);
const amongIntents = sql(
  'checkout.intents-of-sessions',
  `SELECT payment_intent AS intent FROM checkout.session WHERE payment_intent = ANY ($1)
UNION ALL SELECT setup_intent FROM checkout.session WHERE setup_intent = ANY ($1)`,
);
// Looked at again only after a pause, so that one whose payment is undecided stands before no other.
const takeDue = sql(
  'checkout.take-due-sessions',
  `UPDATE checkout.session SET due_at = $2 WHERE id IN (
  SELECT id FROM checkout.session WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING ${sessions.names}`,
);

/** Stores a new session. */
export async function insertSession(tx: Queryable, session: SessionRecord): Promise<void> {
  await tx.run(insert, [sessions.rows([session])]);
}

/** Stores a session that this transaction has locked, as it is now. */
export async function updateSessionRow(tx: Queryable, session: SessionRecord): Promise<void> {
  await tx.run(update, [sessions.row(session)]);
}

/** A session of this tenant, or for a shopper (no tenant) of anybody. */
export function findSession(db: Queryable, tenant: string, id: string): Promise<SessionRecord | undefined> {
  return sessions.first(db, byId, [id, tenant]);
}

/** The same, which nobody else changes until this transaction ends. */
export function lockSession(tx: Queryable, tenant: string, id: string): Promise<SessionRecord | undefined> {
  return sessions.first(tx, lock, [id, tenant]);
}

/** Those of some payment and setup intents that belong to sessions, whoever's they are. */
export async function intentsOfSessions(
  db: Queryable,
  intents: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.run<{ intent: string }>(amongIntents, [intents]);
  return new Set(rows.map(({ intent }) => intent));
}

/** The session that a command made. */
export function findSessionByCommand(db: Queryable, commandId: string): Promise<SessionRecord | undefined> {
  return sessions.first(db, byCommand, [commandId]);
}

/** The session of a payment or setup intent, locked. */
export function lockSessionByIntent(tx: Queryable, intent: string): Promise<SessionRecord | undefined> {
  return sessions.first(tx, lockByIntent, [intent]);
}

/** Sessions whose time is over, which are looked at again at `again` unless they have ended by then. */
export function takeDueSessions(
  db: Queryable,
  now: Micros,
  again: Micros,
  limit: number,
): Promise<SessionRecord[]> {
  return sessions.all(db, takeDue, [instant(now), instant(again), limit]);
}

const byIds = sql(
  'checkout.find-sessions',
  `SELECT ${sessions.names} FROM checkout.session WHERE id = ANY ($1::text[]) AND tenant = $2`,
);

/** Sessions of this tenant, in any order; those that are not there are left out. */
export function findSessions(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<SessionRecord[]> {
  return sessions.all(db, byIds, [ids, tenant]);
}

/** A page of sessions, newest first. */
export const listSessions = createListing({
  module: 'checkout',
  table: 'session',
  object: 'checkout.session',
  select: sessions.names,
  read: (row: StoredRow) => toSession(sessions.read(row)),
  filters: {
    customer: 'customer = ?',
    email: "coalesce(payer->>'email', customer_email) = ?",
    paymentIntent: 'payment_intent = ?',
    paymentLink: 'payment_link = ?',
    status: 'status = ?',
  },
});
