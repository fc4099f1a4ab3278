import type { Micros } from '@tpmall/kernel';
import type { Page } from '@tpmall/platform/contract';
import { type Database, instant, type Statement } from '@tpmall/platform/db';
import type { SequencedEntry } from '../contract/index.ts';
import { COLUMNS, type EntryRow, toEntry } from './log.ts';

/** What is looked for; what is not given does not narrow. */
export interface Wanted {
  readonly limit: number;
  /** A position: older entries alone. */
  readonly before?: bigint | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  /** The action, or its beginning: `clearing_resolution.`. */
  readonly action?: string | undefined;
  readonly module?: string | undefined;
  /** From, inclusive, and to, exclusive. */
  readonly from?: Micros | undefined;
  readonly to?: Micros | undefined;
}

/** Conditions by name, `?` for the value. */
const CONDITIONS = {
  before: 'position < ?',
  actor: 'actor = ?',
  subject: 'subject = ?',
  action: 'action LIKE ?',
  module: 'module = ?',
  from: 'at >= ?',
  to: 'at < ?',
} as const satisfies Record<string, string>;
type Filter = keyof typeof CONDITIONS;
const FILTERS = Object.keys(CONDITIONS) as Filter[];

/** Entries of the log, the newest first. */
export async function searchEntries(db: Database, wanted: Wanted): Promise<Page<SequencedEntry>> {
  const used = FILTERS.filter((name) => wanted[name] !== undefined);
  const values = used.map((name) => valueOf(name, wanted));
  const { rows } = await db.run<EntryRow>(statementOf(used), [wanted.limit + 1, ...values]);
  const items = rows.slice(0, wanted.limit).map((row) => {
    const { hash: _hash, seq: _seq, ...entry } = toEntry(row);
    return entry;
  });
  return { items, hasMore: rows.length > wanted.limit };
}

function valueOf(name: Filter, wanted: Wanted): unknown {
  const { action, from, to } = wanted;
  if (name === 'action') return `${(action ?? '').replaceAll(/[\\%_]/g, '\\$&')}%`;
  if (name === 'from') return instant(from ?? 0);
  return name === 'to' ? instant(to ?? 0) : wanted[name];
}

/** Each combination is a statement of its own, so that each has a plan of its own; all are constants. */
function statementOf(used: readonly Filter[]): Statement {
  const conditions = used.map((name, place) => CONDITIONS[name].replace('?', `$${place + 2}`));
  const narrowed = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return {
    name: ['audit.search', ...used].join('-'),
    text: `SELECT ${COLUMNS} FROM audit.entry${narrowed} ORDER BY position DESC LIMIT $1`,
  };
}
