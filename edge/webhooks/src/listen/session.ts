import { type Clock, HOUR, type Redacted, redacted } from '@tpmall/kernel';
import type { SecretBox } from '@tpmall/platform/sealing';
import { z } from 'zod';
import { type ListenSession, requestFilterSchema } from '../contract/index.ts';

/** The path of the socket on the API's origin. */
export const SOCKET_PATH = '/v1/stripecli/sessions/socket';
/**
 * How long a session lasts; then its socket is closed, and the client opens another with its key. So nobody
 * listens for longer with a key that was taken away.
 */
const SESSION_TIME = HOUR;
const SESSION_PLACE = ['listen session'];

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
  tenant: z.string(),
  /** Whether it hears of events. */
  events: z.boolean(),
  /** Which requests it hears of; null: none. */
  requests: requestFilterSchema.nullable(),
  until: z.number(),
});

/** Whose a session is, what it hears of, and until when. */
export type Session = z.infer<typeof claims>;

/**
 * Opens a session of a tenant. Its id is sealed and says by itself whose it is, for what and how long:
 * nothing is stored, and nobody can make one up.
 */
export function openSession(
  { secrets, clock, apiUrl }: { readonly secrets: SecretBox; readonly clock: Clock; readonly apiUrl: string },
  session: Omit<Session, 'until'>,
): ListenSession {
  const sealed = secrets.seal(
    redacted(JSON.stringify({ ...session, until: clock.now() + SESSION_TIME })),
    SESSION_PLACE,
  );
  return {
    websocketUrl: `${apiUrl.replace(/^http/, 'ws')}${SOCKET_PATH}`,
    websocketId: sealed.toString('base64url'),
    secret: listenSecret(secrets, session.tenant).reveal(),
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
