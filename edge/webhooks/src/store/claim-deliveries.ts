import type { Micros } from '@tpmall/kernel';
import type { ApiRequest } from '@tpmall/platform/contract';
import { instant, type Queryable, sql } from '@tpmall/platform/db';

/** What is claimed, and until when. */
export interface Claim {
  readonly endpoint: string;
  readonly event: string;
  readonly until: Micros;
}

/** A delivery that this process sends, until its claim ends. */
export interface Claimed extends Claim {
  readonly url: string;
  /** Sealed. */
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  /** Which attempt this is, of all. */
  readonly attempt: number;
  readonly round: { readonly at: Micros; readonly attempts: number };
  readonly type: string;
  readonly createdAt: Micros;
  readonly apiVersion: string;
  readonly livemode: boolean;
  readonly data: string;
  readonly request: ApiRequest | null;
  /** To how many endpoints the event was sent when it came. */
  readonly endpoints: number;
}

interface ClaimedRow {
  endpoint: string;
  event: string;
  url: string;
  secret: Buffer;
  previous_secret: Buffer | null;
  attempts: number;
  round_at: Micros;
  round_attempts: number;
  type: string;
  created_at: Micros;
  api_version: string;
  livemode: boolean;
  /** Only in one row of each event: many endpoints get the same one. */
  data: string | null;
  request: ApiRequest | null;
  endpoints: number;
}

// Lane by lane, the oldest due first, so that no lane's backlog is in another's way. The idlest lanes come
// first where there is not room for all. What is claimed stays among what is due and is passed over: no more
// of it than is under way. So a claim changes no column that an index has.
const claim = sql(
  'webhooks.claim-deliveries',
  `WITH lane AS MATERIALIZED (
  SELECT p.id, p.url, p.secret, CASE WHEN p.previous_until > $1 THEN p.previous_secret END AS previous_secret,
    coalesce(busy.room, $5::integer) AS room
  FROM webhooks.endpoint AS p
  LEFT JOIN unnest($3::text[], $4::integer[]) AS busy (id, room) USING (id)
  WHERE p.status = 'enabled'
), due AS MATERIALIZED (
  SELECT lane.*, d.place
  FROM lane CROSS JOIN LATERAL (
    SELECT x.ctid AS place FROM webhooks.delivery AS x
    WHERE x.endpoint = lane.id AND x.state = 'pending' AND x.next_at <= $1
      AND coalesce(x.claimed_until <= $1, true)
    ORDER BY x.next_at LIMIT lane.room FOR UPDATE SKIP LOCKED) AS d
  WHERE lane.room > 0
  ORDER BY lane.room DESC
  LIMIT $6
), claimed AS (
  UPDATE webhooks.delivery AS d
  SET claimed_until = $2, attempts = d.attempts + 1, round_attempts = d.round_attempts + 1
  FROM due WHERE d.ctid = due.place
  RETURNING d.endpoint, d.event, due.url, due.secret, due.previous_secret, d.attempts, d.round_at,
    d.round_attempts
)
SELECT claimed.*, e.type, e.created_at, e.api_version, e.livemode, e.endpoints, e.request,
  CASE WHEN row_number() OVER (PARTITION BY claimed.event) = 1 THEN e.data END AS data
FROM claimed JOIN webhooks.event AS e ON e.id = claimed.event`,
);

/** How much a process has room for. */
export interface ClaimRoom {
  /** The room of lanes that are not idle, side by side with {@link ClaimRoom.rooms}. */
  readonly endpoints: readonly string[];
  readonly rooms: readonly number[];
  /** The room of an idle lane. */
  readonly laneRoom: number;
  /** The room of all together. */
  readonly limit: number;
}

/** What a process may take up. */
export interface ClaimRequest extends ClaimRoom {
  readonly now: Micros;
  /** When others may take up what is claimed now. */
  readonly until: Micros;
}

/** Takes up due deliveries; two processes never get the same ones. */
export async function claimDeliveries(db: Queryable, request: ClaimRequest): Promise<Claimed[]> {
  const { rows } = await db.run<ClaimedRow>(claim, [
    instant(request.now),
    instant(request.until),
    request.endpoints,
    request.rooms,
    request.laneRoom,
    request.limit,
  ]);
  const data = new Map<string, string>();
  for (const row of rows) if (row.data !== null) data.set(row.event, row.data);
  return rows.map((row) => ({
    endpoint: row.endpoint,
    event: row.event,
    url: row.url,
    secret: row.secret,
    previousSecret: row.previous_secret,
    until: request.until,
    attempt: row.attempts,
    round: { at: row.round_at, attempts: row.round_attempts },
    type: row.type,
    createdAt: row.created_at,
    apiVersion: row.api_version,
    livemode: row.livemode,
    data: data.get(row.event) ?? '',
    request: row.request,
    endpoints: row.endpoints,
  }));
}

// By endpoint, so that each is found by one lookup of the primary key however the statement was planned.
const giveBack = sql(
  'webhooks.give-back-deliveries',
  `UPDATE webhooks.delivery
SET claimed_until = NULL, attempts = attempts - 1, round_attempts = round_attempts - 1
WHERE endpoint = $1 AND event = ANY ($2) AND claimed_until = $3 AND state = 'pending'`,
);

/** Ends claims before their time, as if they had never been: others may take up what was not sent. */
export async function giveBackDeliveries(db: Queryable, claimed: readonly Claim[]): Promise<void> {
  const claims = new Map<string, Claim[]>();
  for (const one of claimed) {
    const key = `${one.endpoint} ${one.until}`;
    claims.set(key, [...(claims.get(key) ?? []), one]);
  }
  for (const of of claims.values()) {
    const [{ endpoint, until }] = of as [Claim];
    await db.run(giveBack, [endpoint, of.map(({ event }) => event), instant(until)]);
  }
}
