import type { Authentication, AuthenticationProof } from '../contract/index.ts';
import type { StoredAuthentication } from '../store/authentications.ts';

/** What an authorisation may carry of an authentication; undefined where it proves nothing (yet). */
export function proofOf(stored: StoredAuthentication): AuthenticationProof | undefined {
  if (stored.state !== 'frictionless' && stored.state !== 'authenticated') return undefined;
  const { eci, authenticationValue: value, dsTransId: directoryServerId } = stored;
  if (eci === null || value === null || directoryServerId === null) return undefined;
  return { eci, value, directoryServerId };
}

/** An authentication as callers see it. */
export function describeAuthentication(stored: StoredAuthentication, vaultUrl: string): Authentication {
  const { id, state } = stored;
  return { id, state, challengeUrl: state === 'challenge' ? `${trimSlash(vaultUrl)}/3ds/${id}` : null };
}

/** A base URL without the slash at its end. */
export function trimSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}
