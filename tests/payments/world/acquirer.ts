import type {
  Authentication,
  AuthorisationOutcome,
  acquiringContract,
  CaptureTerms,
  DeclineCode,
  IncrementOutcome,
  RefundOutcome,
  TrailStep,
} from '@tpmall/acquiring/contract';
import { assert, err, ok } from '@tpmall/kernel';
import type { Port } from '@tpmall/platform/contract';

interface Hold {
  amount: bigint;
  captured: bigint;
  /** The last capture was final, or the rest was let go of. */
  closed: boolean;
  refunded: bigint;
}

/** Every authorisation may be captured so much beyond its amount. */
const OVERCAPTURE_PERCENT = 15n;

function termsOf(amount: bigint): CaptureTerms {
  const maximumCapturable = amount + (amount * OVERCAPTURE_PERCENT) / 100n;
  return { multicapture: true, incrementalAuthorisation: true, maximumCapturable };
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
  /**
   * The issuer sends an approved refund back, by its id or command; the command, or undefined where it does
   * not.
   */
  giveBack(refund: string): string | undefined;
  /** An outcome that was pending becomes known. */
  resolve(state: 'approved' | 'reversed'): void;
  /** Verdicts of people that took effect. */
  readonly verdicts: Set<string>;
  /** The issuer refuses what the platform has approved on its own risk, all of it. */
  refuseStandIns(): void;
  /** Refused advices that people have said are booked. */
  readonly booked: Set<string>;
}

const DECLINES: Readonly<Record<string, DeclineCode>> = {
  pm_insufficient: 'insufficient_funds',
  pm_expired: 'expired_card',
};

/** What is asked of an acquirer, by its command, and what an approval does. */
interface Asked {
  readonly authorisations: Map<string, { outcome: AuthorisationOutcome; amount: bigint }>;
  readonly increments: Map<string, { outcome: IncrementOutcome; hold: string; amount: bigint }>;
  readonly refunds: Map<string, { outcome: RefundOutcome; hold: string; amount: bigint }>;
  approve(id: string, amount: bigint): AuthorisationOutcome;
  raise(id: string, incrementId: string, amount: bigint): IncrementOutcome;
  holdOf(id: string): Hold;
}

/** What is pending becomes known, all of it or one command's; false where nothing was pending. */
function resolvePending(asked: Asked, state: 'approved' | 'reversed', only?: string): boolean {
  const { authorisations, increments, refunds } = asked;
  const isMeant = (command: string, outcome: { readonly state: string }): boolean =>
    outcome.state === 'pending' && (only ?? command) === command;
  let changed = false;
  for (const [command, { outcome, hold, amount }] of increments) {
    if (!isMeant(command, outcome)) continue;
    const { incrementId } = outcome;
    const known: IncrementOutcome =
      state === 'approved' ? asked.raise(hold, incrementId, amount) : { state: 'reversed', incrementId };
    increments.set(command, { outcome: known, hold, amount });
    changed = true;
  }
  for (const [command, { outcome, amount }] of authorisations) {
    if (!isMeant(command, outcome)) continue;
    const id = outcome.authorisationId;
    const known: AuthorisationOutcome =
      state === 'approved' ? asked.approve(id, amount) : { state: 'reversed', authorisationId: id };
    authorisations.set(command, { outcome: known, amount });
    changed = true;
  }
  for (const [command, refund] of refunds) {
    if (!isMeant(command, refund.outcome)) continue;
    const { refundId } = refund.outcome;
    if (state === 'approved') asked.holdOf(refund.hold).refunded += refund.amount;
    const outcome: RefundOutcome =
      state === 'approved' ? { state, refundId, reference: 'r' } : { state: 'reversed', refundId };
    refunds.set(command, { ...refund, outcome });
    changed = true;
  }
  return changed;
}

/** What is approved turns out to have been so on our own risk, and its issuer refuses it. */
function refuseStandIns(authorisations: Asked['authorisations']): void {
  for (const [command, { outcome, amount }] of authorisations) {
    if (outcome.state !== 'approved') continue;
    authorisations.set(command, { outcome: { ...outcome, standIn: true, refused: true }, amount });
  }
}

/** What an acquirer knows of a message, by its command. */
interface Known<State extends string> {
  readonly outcome: { readonly state: State };
  readonly hold?: string;
}

/** The messages of an authorisation, and of its increments and refunds. */
function stepsOf(
  known: {
    readonly authorisations: ReadonlyMap<string, { readonly outcome: AuthorisationOutcome }>;
    readonly increments: ReadonlyMap<string, Known<IncrementOutcome['state']>>;
    readonly refunds: ReadonlyMap<string, Known<RefundOutcome['state']>>;
  },
  commandIds: readonly string[],
): TrailStep[] {
  const step = (id: string, kind: TrailStep['kind'], commandId: string, state: TrailStep['state']) => ({
    ...{ id, kind, commandId, state, connector: 'test', amount: 1n, currency: 'eur', networkCode: null },
    ...{ attempts: 1, createdAt: 0, nextAt: null },
  });
  return commandIds.flatMap((commandId) => {
    const found = known.authorisations.get(commandId)?.outcome;
    if (!found) return [];
    const { authorisationId: id } = found;
    const increments = [...known.increments].filter(([, { hold }]) => hold === id);
    const refunds = [...known.refunds].filter(([, { hold }]) => hold === id);
    return [
      step(id, 'authorisation', commandId, found.state),
      ...increments.map(([command, { outcome }]) => step(command, 'increment', command, outcome.state)),
      ...refunds.map(([command, { outcome }]) => step(command, 'refund', command, outcome.state)),
    ];
  });
}

/** Makes an acquirer. */
export function createTestAcquirer(): TestAcquirer {
  const authorisations = new Map<string, { outcome: AuthorisationOutcome; amount: bigint }>();
  const increments = new Map<string, { outcome: IncrementOutcome; hold: string; amount: bigint }>();
  const refunds = new Map<string, { outcome: RefundOutcome; hold: string; amount: bigint }>();
  const authentications = new Map<string, Authentication & { readonly command: string }>();
  const holds = new Map<string, Hold>();
  const done = new Set<string>();
  const asked = { count: 0 };
  const verdicts = new Set<string>();
  const booked = new Set<string>();

  const holdOf = (id: string): Hold => {
    const hold = holds.get(id);
    assert(hold, `authorisation ${id} is approved`);
    return hold;
  };
  const approve = (id: string, amount: bigint): AuthorisationOutcome => {
    holds.set(id, { amount, captured: 0n, closed: false, refunded: 0n });
    return {
      state: 'approved',
      authorisationId: id,
      approvalCode: '123456',
      networkCode: '00',
      reference: 'r',
      terms: termsOf(amount),
      standIn: false,
      refused: false,
    };
  };
  const raise = (id: string, incrementId: string, amount: bigint): IncrementOutcome => {
    const hold = holdOf(id);
    assert(!hold.closed && hold.captured === 0n, 'only what is held and not captured is incremented');
    hold.amount += amount;
    return { state: 'approved', incrementId, authorised: hold.amount, terms: termsOf(hold.amount) };
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

  /** Everything that is pending becomes known, or one command's alone. */
  const resolveAll = (state: 'approved' | 'reversed', only?: string): boolean =>
    resolvePending({ authorisations, increments, refunds, approve, raise, holdOf }, state, only);

  const port: Partial<Port<typeof acquiringContract>> = {
    trail: async (_context, { commandIds }) =>
      ok({ steps: stepsOf({ authorisations, increments, refunds }, commandIds), messages: [] }),
    recordVerdict: async ({ commandId: verdict }, { commandId, verdict: { stands } }) => {
      if (!verdicts.has(verdict) && !resolveAll(stands ? 'approved' : 'reversed', commandId)) {
        return err('not_pending', 'what was stored first stays');
      }
      verdicts.add(verdict);
      return ok({});
    },
    recordBooked: async (_context, { adviceId }) => {
      booked.add(adviceId);
      return ok({});
    },
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
    increment: async ({ commandId }, { authorisationId, amount }) => {
      const known = increments.get(commandId);
      if (known) return ok(known.outcome);
      const incrementId = `inc_${increments.size + 1}`;
      const outcome: IncrementOutcome =
        amount % 100n === 13n
          ? { state: 'pending', incrementId }
          : amount % 100n === 7n
            ? { state: 'declined', incrementId, declineCode: 'insufficient_funds', networkCode: '51' }
            : raise(authorisationId, incrementId, amount);
      increments.set(commandId, { outcome, hold: authorisationId, amount });
      return ok(outcome);
    },
    capture: async ({ commandId }, { authorisationId, amount, final }) => {
      const hold = holdOf(authorisationId);
      once(commandId, () => {
        assert(!hold.closed, 'what was let go of is not captured');
        hold.captured += amount;
        hold.closed = final;
      });
      const { maximumCapturable } = termsOf(hold.amount);
      assert(hold.captured <= maximumCapturable, 'never more is captured than the acquirer allows');
      return ok({ captureId: commandId });
    },
    release: async ({ commandId }, { authorisationId }) => {
      const hold = holdOf(authorisationId);
      once(commandId, () => {
        assert(!hold.closed && hold.captured < hold.amount, 'there is something to let go of');
        hold.closed = true;
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
            ? { state, refundId, declineCode: 'generic_decline', networkCode: '05' }
            : { state, refundId };
      refunds.set(commandId, { outcome, hold: authorisationId, amount });
      return ok(outcome);
    },
    verify: async (_context, { paymentMethod, authenticationId }) => {
      if (paymentMethod === 'pm_unreachable' || paymentMethod === 'pm_lost') {
        return err('unavailable', 'nobody answers');
      }
      const declineCode =
        DECLINES[paymentMethod] ??
        (paymentMethod.startsWith('pm_soft') && authenticationId === undefined
          ? 'authentication_required'
          : undefined);
      if (declineCode) return ok({ state: 'declined', declineCode, networkCode: '05' });
      return ok({ state: 'verified', networkCode: '85' });
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
        if (!hold.closed) totals.held += hold.amount - hold.captured;
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
    giveBack: (id) => {
      for (const [command, refund] of refunds) {
        const { refundId, state } = refund.outcome;
        if ((refundId !== id && command !== id) || state !== 'approved') continue;
        holdOf(refund.hold).refunded -= refund.amount;
        const outcome = {
          state: 'returned',
          refundId,
          declineCode: 'expired_card',
          networkCode: '54',
        } as const;
        refunds.set(command, { ...refund, outcome });
        return command;
      }
      return undefined;
    },
    resolve: (state) => resolveAll(state),
    refuseStandIns: () => refuseStandIns(authorisations),
    verdicts,
    booked,
  };
}
