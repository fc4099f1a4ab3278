import { createHmac } from 'node:crypto';
import { type IsoMessage, unpackAdditionalData } from '@tpmall/connector-iso8583';
import { findTestCard } from '../cards.ts';

/**
 * Not a secret: it only lets the simulated issuer recognise what the simulated access control server issued.
 */
const AUTHENTICATION_KEY = 'card-network-simulator';

/** The authentication value (20 bytes, base64) that the access control server issues for a transaction. */
export function authenticationValue(directoryServerId: string, pan: string): string {
  return createHmac('sha256', AUTHENTICATION_KEY)
    .update(`${directoryServerId}|${pan}`)
    .digest()
    .subarray(0, 20)
    .toString('base64');
}

/** An issuer's answer to an authorisation request. */
export interface Decision {
  readonly code: string;
  readonly authenticated: boolean;
}

/** Decides an authorisation request. `thisMonth` is `YYMM`. */
export function decide(request: IsoMessage, thisMonth: string): Decision {
  const pan = request.fields[2] ?? '';
  const card = findTestCard(pan);
  const refused = (code: string): Decision => ({ code, authenticated: false });
  if (!card) return refused('14');
  const additional = unpackAdditionalData(request.fields[48] ?? '');
  if (!additional.ok) return refused('30');
  if ((request.fields[14] ?? '0000') < thisMonth) return refused('54');
  const { directoryServerId, authenticationValue: value } = additional.value;
  const claimed = value !== undefined;
  const authenticated = claimed && value === authenticationValue(directoryServerId ?? '', pan);
  if ((claimed || card.needsAuthentication) && !authenticated) return refused('1A');
  const isVerification = request.fields[3]?.startsWith('33') === true;
  return { code: isVerification && card.verifies ? '00' : card.code, authenticated };
}
