import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Entry } from '../contract/index.ts';

const COLUMNS = 'id, text, recorded_at';

// The entry and what is told of it are one statement, so neither is ever there without the other.
const insert = sql(
  '__name__.insert-entry',
  `WITH made AS (
     INSERT INTO __name__.entry (id, tenant, command_id, text, recorded_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant, command_id) DO NOTHING RETURNING *
   ), told AS (
     INSERT INTO __name__.outbox (type, aggregate_id, tenant, at, payload)
     SELECT '__name__.entry_recorded', id, tenant, recorded_at, jsonb_build_object('id', id) FROM made
   )
   SELECT ${COLUMNS} FROM made`,
);
const byCommand = sql(
  '__name__.entry-by-command',
  `SELECT ${COLUMNS} FROM __name__.entry WHERE tenant = $1 AND command_id = $2`,
);
const byId = sql('__name__.entry-by-id', `SELECT ${COLUMNS} FROM __name__.entry WHERE tenant = $1 AND id = $2`);

interface EntryRow {
  id: string;
  text: string;
  recorded_at: number;
}

/** Stores an entry and tells of it. Answers undefined where the command has been stored before. */
export async function insertEntry(
  on: Queryable,
  tenant: string,
  commandId: string,
  entry: Entry,
): Promise<Entry | undefined> {
  const values = [entry.id, tenant, commandId, entry.text, instant(entry.recordedAt)];
  return firstEntry((await on.run<EntryRow>(insert, values)).rows);
}

/** The entry that a command made. */
export async function findEntryByCommand(
  on: Queryable,
  tenant: string,
  commandId: string,
): Promise<Entry | undefined> {
  return firstEntry((await on.run<EntryRow>(byCommand, [tenant, commandId])).rows);
}

/** An entry by its id. */
export async function findEntryById(on: Queryable, tenant: string, id: string): Promise<Entry | undefined> {
  return firstEntry((await on.run<EntryRow>(byId, [tenant, id])).rows);
}

function firstEntry([row]: readonly EntryRow[]): Entry | undefined {
  return row && { id: row.id, text: row.text, recordedAt: row.recorded_at };
}
