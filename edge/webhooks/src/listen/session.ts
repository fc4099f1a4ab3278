import { type Clock, HOUR, type IdSource, MINUTE, type Redacted, redacted } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { SecretBox } from '@tpmall/platform/sealing';
import { z } from 'zod';
import { type ListenSession, requestFilterSchema } from '../contract/index.ts';
import { openListener } from '../store/listeners.ts';
import { idAt } from '../store/read-events.ts';

/** The path of the socket on the API's origin. */
export const SOCKET_PATH = '/v1/stripecli/sessions/socket';
/**
 * How long a session lasts; then its socket is closed, and the client opens another with its key. So nobody
 * listens for longer with a key that was taken away.
 */
const SESSION_TIME = HOUR;
const SESSION_PLACE = ['listen session'];
/**
 * How long after its end a session may be continued by another one of the same device. Its client comes back
 * within seconds, where it can.
 */
export const CONTINUED_WITHIN = 10 * MINUTE;

/** The length of the key in a listener's secret, in bytes; as in those of endpoints. */
const SECRET_BYTES = 24;

/**
 * The secret that signs what a tenant's listeners forward: the same for ever, so that it can be configured
 * once.
 */
export function listenSecret(secrets: SecretBox, tenant: string): Redacted<string> {
  return redacted(`whsec_${secrets.derive(`listen ${tenant}`, SECRET_BYTES).toString('base64')}`);
}

const claims = z.strictObject({
  /** By which what it has heard is kept. */
  id: z.string(),
  tenant: z.string(),
  /** The session that it goes on from. */
  continues: z.string().nullable(),
  /** Whether it hears of events. */
  events: z.boolean(),
  /** Which requests it hears of; null: none. */
  requests: requestFilterSchema.nullable(),
  until: z.number(),
});

/** Whose a session is, what it hears of, and until when. */
export type Session = z.infer<typeof claims>;

/** What opening a session stands on. */
interface SessionParts {
  readonly db: Database;
  readonly ids: IdSource;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly apiUrl: string;
}

/**
 * Opens a session of a tenant. Its id is sealed and says by itself whose it is, for what and how long, so
 * that nobody can make one up. What it has heard is kept, so that it misses nothing when its connection is
 * cut; and where the last session of the same device has just ended, it goes on from there.
 */
export async function openSession(
  { db, ids, secrets, clock, apiUrl }: SessionParts,
  { device, ...wanted }: Pick<Session, 'tenant' | 'events' | 'requests'> & { readonly device: string },
): Promise<ListenSession> {
  const now = clock.now();
  const { tenant, events } = wanted;
  const kept = { id: ids.next('lsn'), tenant, device, until: now + SESSION_TIME, from: idAt(now) };
  const continues = events ? await openListener(db, kept, { after: now - CONTINUED_WITHIN, now }) : null;
  const session: Session = { ...wanted, id: kept.id, until: kept.until, continues };
  return {
    websocketUrl: `${apiUrl.replace(/^http/, 'ws')}${SOCKET_PATH}`,
    websocketId: secrets.seal(redacted(JSON.stringify(session)), SESSION_PLACE).toString('base64url'),
    secret: listenSecret(secrets, tenant).reveal(),
  };
}

/** The session of an id, or undefined where it is none or has ended. */
export function readSession(secrets: SecretBox, clock: Clock, id: string): Session | undefined {
  const clear = secrets.tryOpen(Buffer.from(id, 'base64url'), SESSION_PLACE);
  if (!clear) return undefined;
  // One that was opened before these claims were is opened anew.
  const read = claims.safeParse(JSON.parse(clear.reveal()));
  return read.success && read.data.until > clock.now() ? read.data : undefined;
}
