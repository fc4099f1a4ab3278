import { Redacted } from '@tpmall/kernel';
import type { Log } from '@tpmall/platform/telemetry';
import { z } from 'zod';
import type { AuthenticationProof } from '../contract/index.ts';

/** The version of EMV 3-D Secure that this 3DS server speaks. */
export const MESSAGE_VERSION = '2.2.0';

/** An ARes, as far as it is used. Other fields of the standard are passed over. */
const authenticationResponse = z.object({
  messageType: z.literal('ARes'),
  threeDSServerTransID: z.string(),
  acsTransID: z.uuid(),
  dsTransID: z.uuid(),
  transStatus: z.enum(['Y', 'A', 'N', 'U', 'C', 'R', 'D', 'I']),
  eci: z
    .string()
    .regex(/^\d{2}$/)
    .optional(),
  authenticationValue: z.base64().length(28).optional(),
  acsURL: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
});

/** What the directory server answered. */
export type DirectoryAnswer =
  | { readonly state: 'frictionless'; readonly proof: AuthenticationProof }
  | {
      readonly state: 'challenge';
      readonly acsTransId: string;
      readonly dsTransId: string;
      readonly acsUrl: string;
    }
  | { readonly state: 'failed' }
  /** Nobody could say; the payment may go on without proof. */
  | { readonly state: 'unavailable' };

/** Posts an AReq and reads the ARes. An answer that is late, missing or malformed is `unavailable`. */
export async function askDirectoryServer(
  server: { url: string; timeoutMs: number },
  request: Redacted<object>,
  serverTransId: string,
  log: Log,
): Promise<DirectoryAnswer> {
  let body: unknown;
  try {
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request.reveal()),
      redirect: 'error',
      signal: AbortSignal.timeout(server.timeoutMs),
    });
    body = await answer.json();
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'no answer to an AReq');
    return { state: 'unavailable' };
  }
  const parsed = authenticationResponse.safeParse(body);
  if (!parsed.success || parsed.data.threeDSServerTransID !== serverTransId) {
    log.warn({ problems: parsed.error?.issues.length ?? 1 }, 'the answer to an AReq is no ARes for it');
    return { state: 'unavailable' };
  }
  return read(parsed.data);
}

function read(answer: z.output<typeof authenticationResponse>): DirectoryAnswer {
  const { transStatus, eci, authenticationValue, dsTransID, acsTransID, acsURL } = answer;
  switch (transStatus) {
    case 'Y':
    case 'A':
      if (eci === undefined || authenticationValue === undefined) return { state: 'unavailable' };
      return {
        state: 'frictionless',
        proof: { eci, value: new Redacted(authenticationValue), directoryServerId: dsTransID },
      };
    case 'C':
      if (acsURL === undefined) return { state: 'unavailable' };
      return { state: 'challenge', acsTransId: acsTransID, dsTransId: dsTransID, acsUrl: acsURL };
    case 'N':
    case 'R':
      return { state: 'failed' };
    // Decoupled authentication and information only were not asked for.
    case 'U':
    case 'D':
    case 'I':
      return { state: 'unavailable' };
  }
}
