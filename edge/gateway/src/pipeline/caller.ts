import type { KeyKind, Principal, SessionPrincipal } from '@tpmall/identity/contract';

/**
 * Who calls: whoever holds a key, or a person who has signed in to the console. Such a person is what their
 * session is: a developer of the platform may what a secret key may, an operator what an operator key may,
 * and the person of a `merchant` of the platform only what is declared for merchants.
 */
export interface Caller extends Omit<Principal, 'kind'> {
  readonly kind: KeyKind | 'merchant';
  /**
   * Who it is in audit entries: `operator:person_…` at the console and with a key of theirs, so that two
   * people are two people; `key:…` with one that belongs to nobody.
   */
  readonly actor: string;
  /** Null for a key. */
  readonly session: SessionPrincipal | null;
}

/** The holder of a key: its owner where it has one. */
export function holderOf(key: Principal): Caller {
  const actor = key.owner === null ? `key:${key.keyId}` : `operator:${key.owner}`;
  return { ...key, actor, session: null };
}

/**
 * Somebody at the console; undefined for who has no business there. A session stands where a key's id does:
 * in the log of requests, and for the rate of them.
 */
export function personOf(session: SessionPrincipal): Caller | undefined {
  const kind = kindOf(session);
  if (kind === undefined || !session.person) return undefined;
  return {
    ...{ keyId: session.sessionId, tenant: session.tenant, kind, session },
    actor: `${session.role}:${session.person.id}`,
    ...{ permissions: null, dailyQuota: null, owner: null, origins: [] },
  };
}

/** A platform is an account like others; whoever works for it develops for it. */
function kindOf({ role, accounts, tenant }: SessionPrincipal): Caller['kind'] | undefined {
  if (role === 'operator') return 'operator';
  if (role !== 'merchant') return undefined;
  return accounts.includes(tenant) ? 'secret' : 'merchant';
}
