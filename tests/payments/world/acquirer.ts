import type {
  Authentication,
  AuthorisationOutcome,
  acquiringContract,
  DeclineCode,
  RefundOutcome,
} from '@tpmall/acquiring/contract';
import { assert, err, ok } from '@tpmall/kernel';
import type { Port } from '@tpmall/platform/contract';

interface Hold {
  readonly amount: bigint;
  captured: bigint;
  released: boolean;
  refunded: bigint;
}

/**
 * An acquirer that does what a payment method's name says, once a command, and keeps the books of its side.
 */
export interface TestAcquirer {
  readonly port: Port<typeof acquiringContract>;
  /** Money that was held, taken, let go of and returned, at the issuer. */
  totals(): { held: bigint; captured: bigint; refunded: bigint };
  /** Authorisations that reached the issuer. */
  readonly asked: { count: number };
  /** The shopper ends a challenge. */
  complete(id: string, state: 'authenticated' | 'failed'): void;
  /** An outcome that was pending becomes known. */
  resolve(state: 'approved' | 'reversed'): void;
}

const DECLINES: Readonly<Record<string, DeclineCode>> = {
  pm_insufficient: 'insufficient_funds',
  pm_expired: 'expired_card',
};

/** Makes an acquirer. */
export function createTestAcquirer(): TestAcquirer {
  const authorisations = new Map<string, { outcome: AuthorisationOutcome; amount: bigint }>();
  const refunds = new Map<string, { outcome: RefundOutcome; hold: string; amount: bigint }>();
  const authentications = new Map<string, Authentication & { readonly command: string }>();
  const holds = new Map<string, Hold>();
  const done = new Set<string>();
  const asked = { count: 0 };

  const holdOf = (id: string): Hold => {
    const hold = holds.get(id);
    assert(hold, `authorisation ${id} is approved`);
    return hold;
  };
  const approve = (id: string, amount: bigint): AuthorisationOutcome => {
    holds.set(id, { amount, captured: 0n, released: false, refunded: 0n });
    return {
      state: 'approved',
      authorisationId: id,
      approvalCode: '123456',
      networkCode: '00',
      reference: 'r',
    };
  };

  const decide = (pm: string, id: string, amount: bigint, proven: boolean): AuthorisationOutcome => {
    const declineCode =
      DECLINES[pm] ?? (pm.startsWith('pm_soft') && !proven ? 'authentication_required' : undefined);
    if (declineCode) return { state: 'declined', authorisationId: id, declineCode, networkCode: '05' };
    if (pm === 'pm_lost') return { state: 'pending', authorisationId: id };
    return approve(id, amount);
  };

  const once = (command: string, effect: () => void): void => {
    if (done.has(command)) return;
    done.add(command);
    effect();
  };

  const port: Partial<Port<typeof acquiringContract>> = {
    authorise: async ({ commandId }, input) => {
      const known = authorisations.get(commandId);
      if (known) return ok(known.outcome);
      if (input.paymentMethod === 'pm_unreachable') return err('unavailable', 'the acquirer is away');
      if (input.authenticationId !== undefined) {
        const state = authentications.get(input.authenticationId)?.state;
        if (state !== 'authenticated' && state !== 'frictionless') {
          return err('authentication_not_valid', `the authentication is ${state}`);
        }
      }
      asked.count += 1;
      const id = `au_${authorisations.size + 1}`;
      const outcome = decide(input.paymentMethod, id, input.amount, input.authenticationId !== undefined);
      authorisations.set(commandId, { outcome, amount: input.amount });
      return ok(outcome);
    },
    capture: async ({ commandId }, { authorisationId, amount }) => {
      const hold = holdOf(authorisationId);
      once(commandId, () => {
        hold.captured += amount;
      });
      assert(hold.captured <= hold.amount, 'never more is captured than was authorised');
      assert(!hold.released, 'what was let go of is not captured');
      return ok({ captureId: commandId });
    },
    release: async ({ commandId }, { authorisationId }) => {
      const hold = holdOf(authorisationId);
      assert(hold.captured === 0n, 'what was captured is not let go of');
      once(commandId, () => {
        hold.released = true;
      });
      return ok({ reversalId: commandId });
    },
    refund: async ({ commandId }, { authorisationId, amount }) => {
      const known = refunds.get(commandId);
      if (known) return ok(known.outcome);
      const hold = holdOf(authorisationId);
      const refundId = `rf_${refunds.size + 1}`;
      const state = amount % 100n === 13n ? 'pending' : amount % 100n === 7n ? 'declined' : 'approved';
      if (state === 'approved') hold.refunded += amount;
      assert(hold.refunded <= hold.captured, 'never more is refunded than was captured');
      const outcome: RefundOutcome =
        state === 'approved'
          ? { state, refundId, reference: 'r' }
          : state === 'declined'
            ? { state, refundId, networkCode: '05' }
            : { state, refundId };
      refunds.set(commandId, { outcome, hold: authorisationId, amount });
      return ok(outcome);
    },
    authenticate: async ({ commandId }, { paymentMethod }) => {
      for (const known of authentications.values()) if (known.command === commandId) return ok(known);
      const id = `an_${authentications.size + 1}`;
      const state = paymentMethod.endsWith('frictionless') ? 'frictionless' : 'challenge';
      const challengeUrl = state === 'challenge' ? `http://localhost/challenge/${id}` : null;
      const authentication = { id, state, challengeUrl, command: commandId } as const;
      authentications.set(id, authentication);
      return ok(authentication);
    },
    authentication: async (_context, { id }) => {
      const found = authentications.get(id);
      return found ? ok(found) : err('not_found', 'no such authentication');
    },
  };

  return {
    port: port as Port<typeof acquiringContract>,
    asked,
    totals: () => {
      const totals = { held: 0n, captured: 0n, refunded: 0n };
      for (const hold of holds.values()) {
        if (!hold.released && hold.captured === 0n) totals.held += hold.amount;
        totals.captured += hold.captured;
        totals.refunded += hold.refunded;
      }
      return totals;
    },
    complete: (id, state) => {
      const found = authentications.get(id);
      assert(found, `there is an authentication ${id}`);
      authentications.set(id, { ...found, state, challengeUrl: null });
    },
    resolve: (state) => {
      for (const [command, { outcome, amount }] of authorisations) {
        if (outcome.state !== 'pending') continue;
        const id = outcome.authorisationId;
        const known: AuthorisationOutcome =
          state === 'approved' ? approve(id, amount) : { state: 'reversed', authorisationId: id };
        authorisations.set(command, { outcome: known, amount });
      }
      for (const [command, refund] of refunds) {
        const { refundId } = refund.outcome;
        if (refund.outcome.state !== 'pending') continue;
        if (state === 'approved') holdOf(refund.hold).refunded += refund.amount;
        const outcome: RefundOutcome =
          state === 'approved' ? { state, refundId, reference: 'r' } : { state: 'reversed', refundId };
        refunds.set(command, { ...refund, outcome });
      }
    },
  };
}
