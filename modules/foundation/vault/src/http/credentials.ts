import type { identityContract, KeyKind, Principal } from '@tpmall/identity/contract';
import { err, type Result } from '@tpmall/kernel';
import type { OutgoingContext, Port } from '@tpmall/platform/contract';

/** The API key of an `Authorization` header: Bearer, or Basic with the key as user name. */
export function keyOfHeader(authorization: string | undefined): string | undefined {
  const [, scheme = '', rest = ''] = /^(\S+)\s+(\S+)\s*$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return rest;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(rest, 'base64').toString('utf8').split(':')[0] || undefined;
}

/**
 * - `unauthorised`: no key, an unknown one, or one of a kind that may not do this
 * - `unavailable`: keys cannot be checked at the moment
 */
export type KeyRefusal = 'unauthorised' | 'unavailable';

/** Who a key belongs to, if it is of a kind that may do this. */
export async function authenticate(
  identity: Port<typeof identityContract>,
  context: OutgoingContext,
  key: string | undefined,
  kinds: readonly KeyKind[],
): Promise<Result<Principal, KeyRefusal>> {
  if (!key) return err('unauthorised', 'You did not provide an API key.');
  const answer = await identity.authenticate(context, { key });
  if (answer.ok) {
    if (kinds.includes(answer.value.kind)) return answer;
    return err('unauthorised', `A key of this kind may not be used here: ${kinds.join(' or ')} wanted.`);
  }
  if (answer.error.code === 'unavailable' || answer.error.code === 'unknown') {
    return err('unavailable', 'Keys cannot be checked at the moment. Try again.');
  }
  return err('unauthorised', 'Invalid API key provided.');
}
