import { assert, type Clock, type IdSource, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { ListEntry } from '../contract/index.ts';
import { removeEntry, storeEntry } from '../store/lists.ts';
import { listValue } from './rules/list-rules.ts';

/** What changing a list needs. */
export interface ListDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** An entry as it is asked for. */
export type ListChange = Pick<ListEntry, 'list' | 'kind' | 'value' | 'reason'>;

/** Puts an entry on a list; one that is there already is answered as it is. */
export async function addToList(
  { db, clock, ids }: ListDeps,
  context: CallContext,
  change: ListChange,
): Promise<Result<ListEntry>> {
  const value = listValue(change.kind, change.value);
  const entry: ListEntry = { ...change, value, id: ids.next('rle'), createdAt: clock.now() };
  const audit = auditEntry(context, 'risk_list.added', change, value);
  // An entry removed between the insert that met it and its reading back is gone: put it there again.
  const stored =
    (await storeEntry(db, context.tenant, entry, audit)) ??
    (await storeEntry(db, context.tenant, entry, audit));
  assert(stored, 'an entry is on its list after it was put there');
  return ok(stored);
}

/** Takes an entry off a list. `removed` is false where it was not there. */
export async function removeFromList(
  { db, clock }: ListDeps,
  context: CallContext,
  change: ListChange,
): Promise<Result<{ readonly removed: boolean }>> {
  const value = listValue(change.kind, change.value);
  const audit = auditEntry(context, 'risk_list.removed', change, value);
  const removed = await removeEntry(db, clock.now(), context.tenant, { ...change, value }, audit);
  return ok({ removed });
}

function auditEntry(context: CallContext, action: string, change: ListChange, value: string) {
  return {
    actor: context.actor,
    action,
    subject: `${change.list}:${change.kind}:${value}`,
    reason: change.reason,
  };
}
