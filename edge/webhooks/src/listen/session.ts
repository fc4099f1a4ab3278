import { type Clock, HOUR, redacted } from '@tpmall/kernel';
import { z } from 'zod';
import type { ListenSession } from '../contract/index.ts';
import type { SecretBox } from '../service/secret-box.ts';
import { listenSecret } from './listeners.ts';

/** The path of the socket on the API's origin. */
export const SOCKET_PATH = '/v1/stripecli/sessions/socket';
/** How long a session can be connected to; a client that comes later opens another. */
const SESSION_TIME = 24 * HOUR;
const SESSION_PLACE = ['listen session'];

const claims = z.strictObject({ tenant: z.string(), until: z.number() });

/**
 * Opens a session for a tenant. Its id is sealed and says by itself whose it is and how long: nothing is
 * stored, and nobody can make one up.
 */
export function openSession(secrets: SecretBox, clock: Clock, apiUrl: string, tenant: string): ListenSession {
  const sealed = secrets.seal(
    redacted(JSON.stringify({ tenant, until: clock.now() + SESSION_TIME })),
    SESSION_PLACE,
  );
  return {
    websocketUrl: `${apiUrl.replace(/^http/, 'ws')}${SOCKET_PATH}`,
    websocketId: sealed.toString('base64url'),
    secret: listenSecret(secrets, tenant).reveal(),
  };
}

/** The tenant of a session's id, or undefined where it is none or has ended. */
export function tenantOfSession(secrets: SecretBox, clock: Clock, id: string): string | undefined {
  const clear = secrets.tryOpen(Buffer.from(id, 'base64url'), SESSION_PLACE);
  if (!clear) return undefined;
  const { tenant, until } = claims.parse(JSON.parse(clear.reveal()));
  return until > clock.now() ? tenant : undefined;
}
