import { command, defineContract, query, returnAddress } from '@tpmall/platform/contract';
import { z } from 'zod';
import {
  CLEARING_EXCEPTIONS,
  CLEARING_TEXT_MAX,
  type ClearingCase,
  type ClearingException,
  type ClearingFile,
  type ClearingOverview,
  type RecordMatched,
} from './clearing.ts';
import { clearingResolutionOperations } from './clearing-resolution.ts';
import type { DeclineCode } from './decline-codes.ts';
import type { ConnectorHealth } from './health.ts';
import type { Trail } from './trail.ts';

/** What the acquirer lets an authorisation be used for, beyond one capture of at most its amount. */
export interface CaptureTerms {
  readonly multicapture: boolean;
  readonly incrementalAuthorisation: boolean;
  /** The most that may be captured in all; the authorised amount where there is no over-capture. */
  readonly maximumCapturable: bigint;
}

/** What became of a message to the acquirer. `pending`: not known yet; a resolver is at work. */
export type AuthorisationOutcome =
  | {
      readonly state: 'approved';
      readonly authorisationId: string;
      readonly approvalCode: string;
      readonly networkCode: string;
      readonly reference: string;
      readonly terms: CaptureTerms;
      /** The platform approved it on its own risk, because no acquirer could be asked. */
      readonly standIn: boolean;
      /** Its issuer has refused what was approved on our own risk: nothing is held any more. */
      readonly refused: boolean;
    }
  | {
      readonly state: 'declined';
      readonly authorisationId: string;
      readonly declineCode: DeclineCode;
      readonly networkCode: string;
    }
  | { readonly state: 'pending'; readonly authorisationId: string }
  /** The outcome was unknown and the acquirer confirmed the reversal: no money moved, none will. */
  | { readonly state: 'reversed'; readonly authorisationId: string };

/**
 * An outcome as an event tells it, in plain JSON: the terms, which are amounts, are asked for by `outcome`.
 * What was approved on our own risk was never pending.
 */
export type ResolvedAuthorisation =
  | Exclude<AuthorisationOutcome, { state: 'approved' }>
  | Omit<Extract<AuthorisationOutcome, { state: 'approved' }>, 'terms' | 'standIn' | 'refused'>;

/** What became of an increment of an authorisation. */
export type IncrementOutcome =
  | {
      readonly state: 'approved';
      readonly incrementId: string;
      /** What is authorised with it, in all. */
      readonly authorised: bigint;
      readonly terms: CaptureTerms;
    }
  | {
      readonly state: 'declined';
      readonly incrementId: string;
      readonly declineCode: DeclineCode;
      readonly networkCode: string;
    }
  | { readonly state: 'pending'; readonly incrementId: string }
  /** The outcome was unknown and the increment, it alone, was taken back. */
  | { readonly state: 'reversed'; readonly incrementId: string };

/** What became of a refund message. */
export type RefundOutcome =
  | { readonly state: 'approved'; readonly refundId: string; readonly reference: string }
  | {
      readonly state: 'declined';
      readonly refundId: string;
      readonly declineCode: DeclineCode;
      readonly networkCode: string;
    }
  /** It was approved, and later the issuer sent the money back. */
  | {
      readonly state: 'returned';
      readonly refundId: string;
      readonly declineCode: DeclineCode;
      readonly networkCode: string;
    }
  | { readonly state: 'pending'; readonly refundId: string }
  | { readonly state: 'reversed'; readonly refundId: string };

/** What an issuer said of a card that is to be saved. */
export type Verification =
  | { readonly state: 'verified'; readonly networkCode: string }
  | { readonly state: 'declined'; readonly declineCode: DeclineCode; readonly networkCode: string }
  /** The way to the acquirer has no such question: nobody was asked. */
  | { readonly state: 'unsupported' };

/** A 3-D Secure authentication (EMV 3DS 2.2). */
export interface Authentication {
  readonly id: string;
  /** `frictionless` and `authenticated` may be sent with an authorisation; `challenge` needs the shopper. */
  readonly state: 'frictionless' | 'challenge' | 'authenticated' | 'failed' | 'unavailable';
  /** Where to send the shopper for a challenge: a page of the vault's origin. */
  readonly challengeUrl: string | null;
}

const id = z.string().min(1).max(64);
const amount = z.bigint().positive();
const currency = z.string().regex(/^[a-z]{3}$/);
/** A plain name: it names a file of a folder, and must not lead out of it. */
export const CLEARING_FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;

/** Speaks to acquirers and card schemes. It and `vault` are the card data environment. */
export const acquiringContract = defineContract({
  module: 'acquiring',
  version: 1,
  operations: {
    /** Asks the issuer to hold an amount. Repeating the command answers with the stored outcome. */
    authorise: command<AuthorisationOutcome>()({
      input: z.strictObject({
        paymentMethod: id,
        amount,
        currency,
        /** Set where a 3-D Secure authentication was made. */
        authenticationId: id.optional(),
        /** Shown on the shopper's statement; 1 to 22 characters. */
        descriptor: z.string().min(1).max(22),
        merchant: id,
        /** What is known of the card beside its number; without it the acquirer offers no terms. */
        card: z
          .strictObject({
            brand: z.string().min(1).max(40),
            /** The first six to eight digits, or none. */
            bin: z.string().regex(/^\d{0,8}$/),
            country: z.string().max(2),
            funding: z.string().max(20),
          })
          .optional(),
      }),
      codes: ['payment_method_not_found', 'amount_too_large', 'authentication_not_valid'],
      callers: ['payments'],
    }),
    /**
     * What is known of an authorisation or refund by the command that asked for it; `not_found`: never sent.
     */
    outcome: query<AuthorisationOutcome>()({
      input: z.strictObject({ commandId: z.string().min(1).max(200) }),
      codes: ['not_found'],
      callers: ['payments'],
    }),
    /**
     * Takes (part of) an authorisation: queued durably as an advice, sent until the acquirer has
     * acknowledged. All captures together stay within the authorisation's `maximumCapturable`.
     */
    capture: command<{ readonly captureId: string }>()({
      input: z.strictObject({ authorisationId: id, amount, final: z.boolean() }),
      codes: ['not_found', 'not_authorised', 'amount_too_large'],
      callers: ['payments'],
    }),
    /**
     * Asks the issuer to hold more on an authorisation of which nothing was captured: a message of its own. A
     * lost answer takes back the increment alone.
     */
    increment: command<IncrementOutcome>()({
      input: z.strictObject({ authorisationId: id, amount }),
      codes: [
        'not_found',
        'not_authorised',
        'increment_not_supported',
        'payment_method_not_found',
        'amount_too_large',
      ],
      callers: ['payments'],
    }),
    /** Lets go of what is left of an authorisation: a reversal, sent until acknowledged. */
    release: command<{ readonly reversalId: string }>()({
      input: z.strictObject({ authorisationId: id }),
      codes: ['not_found', 'not_authorised'],
      callers: ['payments'],
    }),
    /** Sends money back to the card of an authorisation. */
    refund: command<RefundOutcome>()({
      input: z.strictObject({ authorisationId: id, amount }),
      codes: ['not_found', 'not_authorised', 'amount_too_large'],
      callers: ['payments'],
    }),
    /** As `outcome`, for refunds. */
    refundOutcome: query<RefundOutcome>()({
      input: z.strictObject({ commandId: z.string().min(1).max(200) }),
      codes: ['not_found'],
      callers: ['payments'],
    }),
    /**
     * Asks the issuer whether a card that is to be saved is good, without an amount (account verification).
     * `unavailable` where no answer came: nothing is at stake, so the same command may ask again.
     */
    verify: command<Verification>()({
      input: z.strictObject({
        paymentMethod: id,
        /** Of the acceptor; no amount is asked for in it. */
        currency,
        authenticationId: id.optional(),
        descriptor: z.string().min(1).max(22),
        merchant: id,
      }),
      codes: ['payment_method_not_found', 'authentication_not_valid'],
      callers: ['payments'],
    }),
    /** How each connector is doing, in the order of the settings; for operators. */
    connectorHealth: query<readonly ConnectorHealth[]>()({
      input: z.strictObject({}),
      callers: ['gateway', 'operator'],
    }),
    /** Everything that was sent for a payment, by the commands that asked for its authorisation. */
    trail: query<Trail>()({
      input: z.strictObject({ commandIds: z.array(z.string().min(1).max(200)).min(1).max(100) }),
      callers: ['payments'],
    }),
    /**
     * Settles what is pending by what people have found out, as if the acquirer had answered. Whatever was
     * stored first stays: where an answer came before, nothing changes and it is `not_pending`. What does not
     * stand goes on being reversed until the acquirer agrees.
     */
    recordVerdict: command<Record<string, never>>()({
      input: z.strictObject({
        kind: z.enum(['authorisation', 'increment', 'refund']),
        /** The command that asked for it. */
        commandId: z.string().min(1).max(200),
        verdict: z.discriminatedUnion('stands', [
          z.strictObject({
            stands: z.literal(true),
            /** DE 38 as the acquirer tells it; a refund has none. */
            approvalCode: z
              .string()
              .regex(/^[A-Za-z0-9]{1,6}$/)
              .nullable(),
            /** The acquirer's name for it, which captures refer to (DE 37). */
            reference: z.string().regex(/^[\x21-\x7e]{1,64}$/),
          }),
          z.strictObject({ stands: z.literal(false) }),
        ]),
      }),
      codes: ['not_found', 'not_pending'],
      callers: ['payments'],
    }),
    /**
     * What an acquirer was taken to have refused, or a refund that was given up, is booked there after all,
     * as people have found out: a capture counts as acknowledged, a refund as approved, and clearing finds
     * them. Whatever was not refused stays as it is.
     */
    recordBooked: command<Record<string, never>>()({
      input: z.strictObject({ adviceId: id }),
      callers: ['payments'],
    }),
    /** Starts a 3-D Secure authentication of the cardholder. */
    authenticate: command<Authentication>()({
      input: z.strictObject({
        paymentMethod: id,
        /** 0: for a card that is to be saved, not for a payment. */
        amount: z.bigint().nonnegative(),
        currency,
        merchant: id,
        /** Where the shopper goes on after a challenge; the vault's page links to it. */
        returnUrl: returnAddress.max(2500),
        /** Shown as the merchant on the issuer's page; the mall's own name where it is absent. */
        merchantName: z.string().min(1).max(40).optional(),
      }),
      codes: ['payment_method_not_found'],
      callers: ['payments'],
    }),
    /** The state of an authentication. */
    authentication: query<Authentication>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['payments'],
    }),
    /**
     * Imports an acquirer's clearing file: whole or not at all. A text that was imported before answers with
     * the file as it was imported then. `clearing_file_malformed` tells line and field in `detail`.
     */
    importClearingFile: command<ClearingFile>()({
      input: z.strictObject({
        connector: z.string().min(1).max(40),
        name: z.string().regex(CLEARING_FILE_NAME),
        text: z.string().min(1).max(CLEARING_TEXT_MAX),
      }),
      codes: ['connector_not_found', 'clearing_file_malformed', 'clearing_file_name_taken'],
      callers: ['gateway', 'operator'],
    }),
    /** How clearing stands, over all connectors and platforms: for the house. */
    clearingOverview: query<ClearingOverview>()({
      input: z.strictObject({}),
      callers: ['gateway', 'operator'],
    }),
    /** Exceptions of all connectors and platforms that are open, the oldest first. */
    clearingExceptions: query<readonly ClearingException[]>()({
      input: z.strictObject({
        kind: z.enum(CLEARING_EXCEPTIONS).optional(),
        connector: z.string().min(1).max(40).optional(),
        limit: z.number().int().min(1).max(1000),
      }),
      callers: ['gateway', 'operator'],
    }),
    /** One exception, open or resolved: what the file says, what our books say, what people have said. */
    clearingCase: query<ClearingCase>()({
      input: z.strictObject({ id: z.string().min(1).max(64) }),
      codes: ['not_found'],
      callers: ['gateway', 'operator'],
    }),
    ...clearingResolutionOperations,
  },
});

/** Events of this module's outbox. */
export interface AcquiringEvents {
  /** The acquirer has cleared a capture, a refund or a refund's return. Aggregate: the authorisation. */
  'clearing.record_matched': RecordMatched;
  /** A challenge ended. Aggregate: the authentication. */
  'authentication.completed': { readonly authenticationId: string; readonly state: Authentication['state'] };
  /** A pending authorisation became known. Aggregate: the authorisation. */
  'authorisation.resolved': { readonly commandId: string; readonly outcome: ResolvedAuthorisation };
  /** A pending increment became known. Aggregate: the increment. */
  'increment.resolved': { readonly commandId: string; readonly outcome: IncrementOutcome };
  /** The issuer sent back a refund that it had approved, once. Aggregate: the refund. */
  'refund.returned': { readonly commandId: string; readonly outcome: RefundOutcome };
  /** A pending refund became known. Aggregate: the refund. */
  'refund.resolved': { readonly commandId: string; readonly outcome: RefundOutcome };
  /**
   * The acquirer answered an advice but will not book it: people have to look. Aggregate: the authorisation.
   * A refused reversal of an unknown outcome is never told: it is repeated until it is accepted.
   */
  'advice.refused': {
    readonly adviceId: string;
    /**
     * `stand_in`: a capture of what was approved on our own risk, and its issuer has refused. `refund`:
     * people had said that it does not stand, and the acquirer has made it; the code is that of its approval.
     */
    readonly kind: 'capture' | 'release' | 'stand_in' | 'refund';
    readonly authorisationId: string;
    /** The command that asked for the authorisation. */
    readonly commandId: string;
    readonly networkCode: string;
    /** What it was about, in minor units: taken by a capture, let go of by a release, given back; digits. */
    readonly amount: string;
  };
  /**
   * The issuer refuses what the platform has approved on its own risk: nothing is held. Captures of it are
   * told as `advice.refused`, each for itself. Aggregate: the authorisation.
   */
  'stand_in.refused': {
    readonly authorisationId: string;
    /** The command that asked for the authorisation. */
    readonly commandId: string;
    readonly networkCode: string;
  };
}
