import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { DeclineCode, MessageRecord, Verification } from '../contract/index.ts';
import { logMessages, messagesParameter } from './messages.ts';

/** What an issuer decided about a card that is to be saved. */
export type DecidedVerification = Exclude<Verification, { state: 'unsupported' }>;

/** A verification as it is stored, with its answer. */
export interface StoredVerification {
  readonly id: string;
  readonly tenant: string;
  readonly commandId: string;
  readonly connector: string;
  readonly paymentMethod: string;
  readonly merchant: string;
  readonly authenticationId: string | null;
  readonly trace: { readonly stan: number; readonly transmittedAt: Micros };
  readonly outcome: DecidedVerification;
  readonly messages: readonly MessageRecord[];
  readonly at: Micros;
}

const draw = sql('acquiring.draw-trace-number', `SELECT nextval('acquiring.stan')::integer AS stan`);

/** The next trace number, for a message that no row is written for before it leaves. */
export async function drawTraceNumber(db: Queryable): Promise<number> {
  const { rows } = await db.run<{ stan: number }>(draw);
  const [row] = rows;
  if (!row) throw new Error('a sequence gives a number');
  return row.stan;
}

const insert = sql(
  'acquiring.insert-verification',
  `WITH ${logMessages('$14')}
   INSERT INTO acquiring.verification (id, tenant, command_id, connector, payment_method, merchant,
     authentication_id, stan, transmitted_at, state, network_code, decline_code, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
   ON CONFLICT (tenant, command_id) DO NOTHING
   RETURNING id`,
);

/** Stores an answer with its messages; false where the command has one already. */
export async function insertVerification(db: Queryable, row: StoredVerification): Promise<boolean> {
  const { outcome } = row;
  const { count } = await db.run(insert, [
    row.id,
    row.tenant,
    row.commandId,
    row.connector,
    row.paymentMethod,
    row.merchant,
    row.authenticationId,
    row.trace.stan,
    instant(row.trace.transmittedAt),
    outcome.state,
    outcome.networkCode,
    outcome.state === 'declined' ? outcome.declineCode : null,
    instant(row.at),
    messagesParameter(row.id, row.messages),
  ]);
  return count > 0;
}

const byCommand = sql(
  'acquiring.verification-by-command',
  `SELECT state, network_code, decline_code FROM acquiring.verification
   WHERE tenant = $1 AND command_id = $2`,
);

/** What was answered to the verification that a command asked for. */
export async function findVerification(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<DecidedVerification | undefined> {
  const { rows } = await db.run<{
    state: 'verified' | 'declined';
    network_code: string;
    decline_code: DeclineCode | null;
  }>(byCommand, [tenant, commandId]);
  const [row] = rows;
  if (!row) return undefined;
  const { state, network_code: networkCode, decline_code: declineCode } = row;
  if (state === 'verified') return { state, networkCode };
  return { state, networkCode, declineCode: declineCode ?? 'generic_decline' };
}
