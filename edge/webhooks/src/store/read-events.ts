import { base32, MILLISECOND, type Micros, ok, type Result } from '@tpmall/kernel';
import { type ApiRequest, cursorNotFound, type Page, type PageCode } from '@tpmall/platform/contract';
import { type Cursor, type Queryable, type Statement, sql } from '@tpmall/platform/db';
import type { ClientEvent } from '../contract/index.ts';

/** The last instant that an id can begin with. */
const LAST_INSTANT: Micros = 2 ** 47 * MILLISECOND;

interface EventRow {
  id: string;
  tenant: string;
  type: string;
  created_at: Micros;
  api_version: string;
  livemode: boolean;
  data: string;
  request: ApiRequest | null;
  pending: bigint;
}

/**
 * The endpoints of an event's tenant that have not got it; deleted ones as well, as long as they are there.
 */
const undelivered = (what: string, state: string): string => `SELECT ${what}
  FROM webhooks.endpoint AS p JOIN webhooks.delivery AS d
    ON d.endpoint = p.id AND d.event = e.id AND d.state <> 'delivered' ${state}
  WHERE p.tenant = e.tenant`;

const COLUMNS = `e.id, e.tenant, e.type, e.created_at, e.api_version, e.livemode, e.data, e.request,
  (${undelivered('count(*)', `AND d.state = 'pending'`)}) AS pending`;

const byId = sql(
  'webhooks.find-event',
  `SELECT ${COLUMNS} FROM webhooks.event AS e WHERE e.id = $1 AND e.tenant = $2`,
);

/** An event of this tenant. */
export async function findEvent(db: Queryable, tenant: string, id: string): Promise<ClientEvent | undefined> {
  const { rows } = await db.run<EventRow>(byId, [id, tenant]);
  return rows[0] && toEvent(rows[0]);
}

/** Which events are wanted. */
export interface EventFilter extends Cursor {
  readonly types?: readonly string[] | undefined;
  readonly deliverySuccess?: boolean | undefined;
}

type Order = 'ASC' | 'DESC';

/**
 * Ids between which a page lies; they begin with their events' milliseconds, so a second is a range.
 */
const BETWEEN = 'e.id >= $3::text AND e.id < $4::text';

/** The cursor's event is one of the tenant's: a range of ids alone would begin at any text. */
const CURSOR_IS_THERE = `($6::text IS NULL
  OR EXISTS (SELECT FROM webhooks.event AS x WHERE x.id = $6 AND x.tenant = $1))`;

/** Where only what got through is wanted, or only what did not. */
const successes = {
  any: '',
  yes: `AND NOT EXISTS (${undelivered('', '')})`,
  no: `AND EXISTS (${undelivered('', '')})`,
} as const;

/**
 * Each way reads an index in the order of the page and stops: that of the tenant, that of each type, or that
 * of what some endpoint has not got.
 */
const ways = {
  all: (order: Order, success: string) => `SELECT ${COLUMNS} FROM webhooks.event AS e
WHERE e.tenant = $1 AND ${BETWEEN} AND $5::text[] IS NULL AND ${CURSOR_IS_THERE} ${success}
ORDER BY e.id ${order} LIMIT $2`,
  types: (order: Order, success: string) => `SELECT found.* FROM unnest($5::text[]) AS wanted (type)
CROSS JOIN LATERAL (
  SELECT ${COLUMNS} FROM webhooks.event AS e
  WHERE e.tenant = $1 AND e.type = wanted.type AND ${BETWEEN} ${success}
  ORDER BY e.id ${order} LIMIT $2) AS found
WHERE ${CURSOR_IS_THERE} ORDER BY found.id ${order} LIMIT $2`,
  failed: (order: Order) => `SELECT ${COLUMNS} FROM (
  SELECT DISTINCT found.event FROM webhooks.endpoint AS p CROSS JOIN LATERAL (
    SELECT x.event FROM webhooks.delivery AS x WHERE x.endpoint = p.id AND x.state <> 'delivered'
      AND x.event >= $3::text AND x.event < $4::text ORDER BY x.event ${order} LIMIT $2) AS found
  WHERE p.tenant = $1 AND $5::text[] IS NULL) AS candidate
JOIN webhooks.event AS e ON e.id = candidate.event
WHERE e.tenant = $1 AND ${CURSOR_IS_THERE} ORDER BY e.id ${order} LIMIT $2`,
} as const;

function listing(way: keyof typeof ways, success: keyof typeof successes, order: Order): Statement {
  const name = `webhooks.list-events-${way}-${success}-${order.toLowerCase()}`;
  return sql(name, ways[way](order, successes[success]));
}

/** A page of events, newest first. */
export async function listEvents(
  db: Queryable,
  tenant: string,
  filter: EventFilter,
): Promise<Result<Page<ClientEvent>, PageCode>> {
  const backwards = filter.endingBefore !== undefined;
  const statement = statementFor(filter, backwards ? 'ASC' : 'DESC');
  const [from, before] = idRange(filter);
  const cursor = filter.endingBefore ?? filter.startingAfter ?? null;
  const { rows } = await db.run<EventRow>(statement, [
    tenant,
    filter.limit + 1,
    from,
    before,
    filter.types ? [...new Set(filter.types)] : null,
    cursor,
  ]);
  if (rows.length === 0 && cursor !== null && !(await findEvent(db, tenant, cursor))) {
    return cursorNotFound('event', filter);
  }
  const items = rows.slice(0, filter.limit).map(toEvent);
  return ok({ items: backwards ? items.reverse() : items, hasMore: rows.length > filter.limit });
}

function statementFor({ types, deliverySuccess }: EventFilter, order: Order): Statement {
  const success = deliverySuccess === undefined ? 'any' : deliverySuccess ? 'yes' : 'no';
  if (types) return listing('types', success, order);
  return success === 'no' ? listing('failed', 'any', order) : listing('all', success, order);
}

// As `event_of_object` has it: the data begin with {"object":{"id":"…".
const ofObjects = sql(
  'webhooks.events-of-objects',
  `SELECT ${COLUMNS} FROM webhooks.event AS e WHERE e.tenant = $1
AND split_part("left"(e.data, 100), '"', 6) = ANY ($2::text[])
ORDER BY e.id DESC LIMIT $3`,
);

/** What clients of a tenant were told of these objects, newest first. */
export async function listEventsOfObjects(
  db: Queryable,
  tenant: string,
  objects: readonly string[],
  limit: number,
): Promise<Page<ClientEvent>> {
  const { rows } = await db.run<EventRow>(ofObjects, [tenant, objects, limit + 1]);
  return { items: rows.slice(0, limit).map(toEvent), hasMore: rows.length > limit };
}

const fromOn = sql(
  'webhooks.events-from',
  `SELECT ${COLUMNS} FROM webhooks.event AS e
WHERE e.tenant = $1 AND e.id >= $2 AND e.id <> ALL ($3::text[]) ORDER BY e.id LIMIT $4`,
);

/** Events of a tenant from an id on but for some, oldest first. */
export async function listEventsFrom(
  db: Queryable,
  {
    tenant,
    least,
    heard,
  }: { readonly tenant: string; readonly least: string; readonly heard: readonly string[] },
  limit: number,
): Promise<ClientEvent[]> {
  return (await db.run<EventRow>(fromOn, [tenant, least, heard, limit])).rows.map(toEvent);
}

/** The first id of the range, and the first behind it. */
function idRange(filter: EventFilter): [from: string, before: string] {
  const from = [idAt(filter.createdFrom ?? 0)];
  const before = [filter.createdTo === undefined ? 'evt_~' : idAt(filter.createdTo)];
  // The next id after one in bytewise order is the id with a character behind it.
  if (filter.endingBefore !== undefined) from.push(`${filter.endingBefore}!`);
  if (filter.startingAfter !== undefined) before.push(filter.startingAfter);
  return [from.sort().at(-1) ?? '', before.sort()[0] ?? ''];
}

/** The least id of an event of this millisecond or later. */
export function idAt(at: Micros): string {
  return `evt_${base32(BigInt(Math.floor(Math.min(at, LAST_INSTANT) / MILLISECOND)) << 80n)}`;
}

function toEvent(row: EventRow): ClientEvent {
  return {
    id: row.id,
    tenant: row.tenant,
    type: row.type,
    createdAt: row.created_at,
    apiVersion: row.api_version,
    livemode: row.livemode,
    data: row.data,
    request: row.request,
    pendingWebhooks: Number(row.pending),
  };
}
