import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';
import type { AuthenticationProof } from '../contract/index.ts';
import { findAuthenticationByResultsKey, finishAuthentication } from '../store/authentications.ts';
import { hashResultsKey } from './authenticate.ts';
import { MESSAGE_VERSION } from './directory-server.ts';
import type { Room } from './room.ts';

/** An RReq, as far as it is used. */
const resultsRequest = z.object({
  messageType: z.literal('RReq'),
  threeDSServerTransID: z.uuid(),
  acsTransID: z.uuid(),
  dsTransID: z.uuid(),
  transStatus: z.enum(['Y', 'A', 'N', 'U', 'R']),
  eci: z
    .string()
    .regex(/^\d{2}$/)
    .optional(),
  authenticationValue: z.base64().length(28).optional(),
});

/** The answer to a results request: an RRes, or an error message naming the field at fault. */
export interface ResultsAnswer {
  readonly status: 200 | 400 | 404;
  readonly body: Readonly<Record<string, string>>;
}

/**
 * Takes the result of a challenge from the directory server. Only it knows the key in the URL: what the
 * shopper's browser brings (the CRes) decides nothing. A repetition gets the same answer and changes nothing.
 */
export async function receiveResults(room: Room, key: string, body: unknown): Promise<ResultsAnswer> {
  const stored = await findAuthenticationByResultsKey(room.db, hashResultsKey(key));
  if (!stored) return refuse(404, '301', 'no such transaction');
  const parsed = resultsRequest.safeParse(body);
  if (!parsed.success) {
    return refuse(
      400,
      '203',
      `${parsed.error.issues[0]?.path.join('.') || 'the message'} is missing or wrong`,
    );
  }
  const results = parsed.data;
  const sameIds =
    results.threeDSServerTransID === stored.serverTransId &&
    results.acsTransID === stored.acsTransId &&
    results.dsTransID === stored.dsTransId;
  if (!sameIds) return refuse(400, '301', 'the transaction ids do not belong together');
  const proof = proofIn(results);
  const state = proof ? 'authenticated' : 'failed';
  await finishAuthentication(room.db, { id: stored.id, state, proof, at: room.clock.now() });
  return {
    status: 200,
    body: {
      messageType: 'RRes',
      messageVersion: MESSAGE_VERSION,
      threeDSServerTransID: results.threeDSServerTransID,
      acsTransID: results.acsTransID,
      dsTransID: results.dsTransID,
      resultsStatus: '01',
    },
  };
}

function proofIn(results: z.output<typeof resultsRequest>): AuthenticationProof | null {
  const { transStatus, eci, authenticationValue, dsTransID } = results;
  if (transStatus !== 'Y' && transStatus !== 'A') return null;
  if (eci === undefined || authenticationValue === undefined) return null;
  return { eci, value: new Redacted(authenticationValue), directoryServerId: dsTransID };
}

function refuse(status: 400 | 404, errorCode: string, errorDescription: string): ResultsAnswer {
  return {
    status,
    body: {
      messageType: 'Erro',
      messageVersion: MESSAGE_VERSION,
      errorComponent: 'S',
      errorCode,
      errorDescription,
    },
  };
}
