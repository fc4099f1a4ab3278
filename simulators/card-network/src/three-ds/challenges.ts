import { type Random, randomUuid } from '@tpmall/kernel';
import { findTestCard, type TestCard } from '../cards.ts';
import { authenticationValue } from '../host/issuer.ts';
import type { AuthenticationRequest, TransStatus } from './messages.ts';

/** Challenges that are remembered; an older one that was never finished is forgotten. */
const MAX_CHALLENGES = 10_000;
/** Wrong codes after which the issuer refuses. */
export const MAX_ATTEMPTS = 3;
/** The code that every shopper of this simulator has been sent. */
export const CHALLENGE_CODE = '1234';

/** A challenge under way at the access control server. */
export interface Challenge {
  readonly acsTransID: string;
  readonly dsTransID: string;
  readonly request: AuthenticationRequest;
  /** Goes back to the 3DS server with the CRes, as it came. */
  sessionData: string;
  attempts: number;
  /** Set once it has ended. */
  transStatus: TransStatus | null;
}

/** What a decision of the access control server carries. */
export interface DecisionFields {
  readonly transStatus: TransStatus;
  readonly eci?: string;
  readonly authenticationValue?: string;
  readonly transStatusReason?: string;
}

/** The access control server's memory and its decisions. */
export interface Challenges {
  /** Decides an AReq; a challenge is remembered. */
  decide(request: AuthenticationRequest): DecisionFields & { acsTransID: string; dsTransID: string };
  find(acsTransID: string): Challenge | undefined;
  /** Ends a challenge; the fields go into the RReq. */
  end(challenge: Challenge, passed: boolean): DecisionFields;
}

/** No challenges to begin with; they do not outlive the process. */
export function createChallenges(random: Random): Challenges {
  const open = new Map<string, Challenge>();
  return {
    decide(request) {
      const card = findTestCard(request.acctNumber);
      const ids = { acsTransID: randomUuid(random), dsTransID: randomUuid(random) };
      switch (card?.authentication) {
        case undefined:
        case 'unavailable':
          // 22: technical problem at the access control server.
          return { ...ids, transStatus: 'U', transStatusReason: '22' };
        case 'refused':
          // 01: card authentication failed.
          return { ...ids, transStatus: 'N', transStatusReason: '01' };
        case 'challenge': {
          const oldest = open.size >= MAX_CHALLENGES ? open.keys().next().value : undefined;
          if (oldest !== undefined) open.delete(oldest);
          open.set(ids.acsTransID, { ...ids, request, sessionData: '', attempts: 0, transStatus: null });
          return { ...ids, transStatus: 'C' };
        }
        case 'frictionless':
          return { ...ids, ...proof(card, ids.dsTransID, 'Y') };
        case 'attempted':
          return { ...ids, ...proof(card, ids.dsTransID, 'A') };
      }
    },
    find: (acsTransID) => open.get(acsTransID),
    end(challenge, passed) {
      challenge.transStatus = passed ? 'Y' : 'N';
      const card = findTestCard(challenge.request.acctNumber);
      if (!passed || !card) return { transStatus: 'N', transStatusReason: '01' };
      return proof(card, challenge.dsTransID, 'Y');
    },
  };
}

/** Mastercard counts its indicators differently from all others. */
function proof(card: TestCard, dsTransID: string, transStatus: 'Y' | 'A'): DecisionFields {
  const [full, attempted] = card.brand === 'mastercard' ? ['02', '01'] : ['05', '06'];
  return {
    transStatus,
    eci: (transStatus === 'Y' ? full : attempted) ?? '05',
    authenticationValue: authenticationValue(dsTransID, card.number),
  };
}
