import { ok, type Result, SECOND } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { AUDIT_EVENT, type AuditEntry, appendEvent, type StoredEvent } from '@tpmall/platform/events';
import type { RetriedEvents } from '../contract/index.ts';
import type { EventSource } from '../sources/event-source.ts';
import { sources } from '../sources/sources.ts';
import { forgetSetAside, type Kept, readSetAside } from '../store/set-aside.ts';
import { type NewClientEvent, storeEvents } from '../store/store-events.ts';
import { eventId, toClientEvents } from './client-events.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { runCommand } from './run-command.ts';

/** Events of one statement, and statements of one run. */
const BATCH = 100;
const BATCHES_MAX = 50;
/** How long the vault may take to begin with an answer. */
const COMPLETE_WITHIN = 10 * SECOND;
/**
 * A trace context for work that no request has caused (W3C: all zero is invalid, so that nobody follows it).
 */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/**
 * As {@link retrySetAside}, for a person: the audit log has who asked before anything is told, once for a
 * command however often it is repeated.
 */
export async function askToRetry(
  environment: WebhooksEnvironment,
  context: CallContext,
): Promise<Result<RetriedEvents, 'idempotency_mismatch'>> {
  const { actor, tenant } = context;
  const asked = await runCommand<null, never>(
    environment,
    context,
    { operation: 'retry-set-aside', input: {} },
    {
      work: async (tx, { at }) => {
        const payload: AuditEntry = {
          ...{ actor, action: 'set_aside_events.retried', subject: tenant },
          reason: 'clients had not been told of them',
        };
        await appendEvent(tx, 'webhooks', { type: AUDIT_EVENT, aggregateId: tenant, tenant, at, payload });
        return ok(null);
      },
      repeat: async () => ok(null),
    },
  );
  return asked.ok ? ok(await retrySetAside(environment, tenant)) : asked;
}

/**
 * Tells clients what was set aside, where it can be read by now; what cannot stays. An event has one id, so
 * whoever retries at the same time tells nothing twice, and a repetition finds nothing left to do.
 *
 * @param tenant whose events; all tenants' where it is empty
 */
export async function retrySetAside(
  environment: WebhooksEnvironment,
  tenant: string,
): Promise<RetriedEvents> {
  const { db, clock, listeners } = environment;
  let [told, left, after] = [0, 0, ''];
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const kept = await readSetAside(db, tenant, after, BATCH);
    const read: { readonly id: string; readonly events: readonly NewClientEvent[] }[] = [];
    for (const one of kept) {
      const events = await readAgain(environment, one);
      if (events) read.push({ id: one.id, events });
    }
    const events = read.flatMap((one) => one.events);
    if (events.length > 0) {
      await db.transaction(async (tx) => {
        await storeEvents(tx, events, clock.now());
        await forgetSetAside(
          tx,
          read.map(({ id }) => id),
        );
      });
      environment.dispatcher.nudge();
      listeners.tell(events);
    }
    told += read.length;
    left += kept.length - read.length;
    after = kept.at(-1)?.id ?? after;
    if (kept.length < BATCH) break;
  }
  return { told, left };
}

async function readAgain(
  environment: WebhooksEnvironment,
  { event }: Kept,
): Promise<readonly NewClientEvent[] | undefined> {
  const source = sources.find(({ from }) => from === event.from);
  if (!source?.types.includes(event.type)) return undefined;
  const { told, unreadable } = toClientEvents(
    environment,
    source,
    await completed(environment, source, [event]),
  );
  return unreadable.length === 0 ? told : undefined;
}

/** Events in their order, with what their outbox leaves out; see {@link EventSource.complete}. */
export async function completed(
  { clock, vault }: Pick<WebhooksEnvironment, 'clock' | 'vault'>,
  source: EventSource,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const { complete, from } = source;
  if (!complete) return events;
  const all = [...events];
  for (const tenant of new Set(events.map((event) => event.tenant))) {
    const own = [...events.entries()].filter(([, event]) => event.tenant === tenant);
    const [first] = own;
    if (!first) continue;
    const context = {
      actor: 'system',
      tenant,
      commandId: eventId(from, first[1]),
      deadlineAt: clock.now() + COMPLETE_WITHIN,
      traceparent: NO_TRACE,
    };
    const payloads = await complete(
      vault,
      context,
      own.map(([, event]) => event.payload),
    );
    for (const [at, [index, event]] of own.entries()) {
      const payload = payloads[at];
      if (payload && payload !== event.payload) all[index] = { ...event, payload };
    }
  }
  return all;
}
