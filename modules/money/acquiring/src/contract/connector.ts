import type { Clock, Micros, Redacted } from '@tpmall/kernel';
import { z } from 'zod';
import type { DeclineCode } from './decline-codes.ts';

/**
 * What makes one message to an acquirer this message and no other. Stored before the message leaves; a repeat
 * of the message carries the same trace, and its acquirer recognises it by that.
 */
export interface Trace {
  /**
   * Our id of what the message is about: authorisation, refund or advice. Unique for ever, so that a protocol
   * with idempotency keys takes it as one.
   */
  readonly id: string;
  /** Systems trace audit number, 1 to 999,999; it wraps. */
  readonly stan: number;
  readonly transmittedAt: Micros;
}

/** Card data for one message. It stays wrapped until the bytes are made. */
export interface MessageCard {
  readonly pan: Redacted<string>;
  /** `YYMM`. */
  readonly expiry: Redacted<string>;
  readonly cvv: Redacted<string> | null;
}

/** Proof of a 3-D Secure authentication (EMV 3DS 2.2), to be sent with an authorisation. */
export interface AuthenticationProof {
  readonly eci: string;
  readonly value: Redacted<string>;
  readonly directoryServerId: string;
}

/** Asks the issuer for a hold. */
export interface AuthoriseMessage {
  readonly trace: Trace;
  readonly card: MessageCard;
  readonly amount: bigint;
  readonly currency: string;
  readonly descriptor: string;
  readonly authentication: AuthenticationProof | null;
}

/** Tells the acquirer of a hold that was approved on our own risk, because it could not be asked. */
export type StandInMessage = AuthoriseMessage & {
  /** Ours: the approval that the shopper was given. */
  readonly approvalCode: string;
  /** Whether this message was sent before. */
  readonly repeat: boolean;
};

/** Asks the issuer about a card, without an amount. */
export type VerifyMessage = Omit<AuthoriseMessage, 'amount'>;

/** The authorisation that a later message refers to. */
export interface OriginalAuthorisation {
  readonly trace: Trace;
  readonly approvalCode: string | null;
  /** What the acquirer calls the payment, from its approval; null while no approval is known. */
  readonly reference: string | null;
}

/** Asks the issuer to hold more on an authorisation. */
export interface IncrementMessage {
  readonly trace: Trace;
  readonly card: MessageCard;
  readonly original: OriginalAuthorisation;
  /** What is held beside what is held already. */
  readonly amount: bigint;
  readonly currency: string;
  readonly descriptor: string;
}

/** Tells the acquirer that goods were delivered for (part of) an authorisation. */
export interface CaptureMessage {
  readonly trace: Trace;
  readonly original: OriginalAuthorisation;
  readonly amount: bigint;
  readonly currency: string;
  readonly final: boolean;
  /** Whether this message was sent before. */
  readonly repeat: boolean;
}

/**
 * The message that a reversal or an enquiry is about. The reference of a refund is that of the payment it
 * gives back.
 */
export type OriginalMessage = OriginalAuthorisation & {
  readonly kind: 'authorisation' | 'increment' | 'refund';
  /** The payment's first message, where the original refers to it and is another one. */
  readonly first: Trace | null;
};

/** Takes back a hold, a part of one, or an increment or refund whose answer was lost. */
export interface ReverseMessage {
  readonly trace: Trace;
  readonly original: OriginalMessage;
  /** The amount of the original message. */
  readonly amount: bigint;
  /** What remains of it; 0 for all of it. */
  readonly remaining: bigint;
  readonly currency: string;
  readonly repeat: boolean;
}

/** Asks what became of a message whose answer was lost. */
export interface EnquireMessage {
  readonly original: OriginalMessage;
  readonly amount: bigint;
  readonly currency: string;
  /** Of the authorisation, as it was sent. */
  readonly descriptor: string;
  /** False: it has been given up meanwhile. It is looked for only, and never made by asking. */
  readonly isWanted: boolean;
}

/** Sends money back to a card. */
export interface RefundMessage {
  readonly trace: Trace;
  readonly card: MessageCard;
  readonly original: OriginalAuthorisation;
  readonly amount: bigint;
  readonly currency: string;
}

/**
 * A message that left or came, as a log may keep it: card data masked by the connector that knows the format.
 */
export interface MessageRecord {
  readonly direction: 'out' | 'in';
  readonly at: Micros;
  /** The message type as its protocol names it, for example `0100`. */
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface Recorded {
  readonly messages: readonly MessageRecord[];
}

/**
 * No answer: `lost` may have reached the acquirer and must be resolved, `not_sent` never left this process.
 */
export type NoAnswer = Recorded & { readonly state: 'lost' | 'not_sent'; readonly reason: string };

/** The issuer's decision. */
export type DecisionAnswer =
  | (Recorded & {
      readonly state: 'approved';
      readonly approvalCode: string;
      readonly networkCode: string;
      /** The acquirer's reference of the payment for its whole life. */
      readonly reference: string;
    })
  | (Recorded & {
      readonly state: 'declined';
      readonly declineCode: DeclineCode;
      readonly networkCode: string;
      /**
       * Whether the network allows asking by another way: nobody has decided about the card (the issuer could
       * not be reached, the acquirer failed). False wherever an issuer has decided.
       */
      readonly elsewhere: boolean;
    })
  | NoAnswer;

/**
 * What became of an authorisation or refund. `reversed`: nothing of it stands, and nothing of it will.
 */
export type EnquiryAnswer =
  | DecisionAnswer
  | (Recorded & { readonly state: 'reversed'; readonly networkCode: string });

/** What the acquirer said to an advice or a reversal. `refused`: it answered, but will not book it. */
export type AdviceAnswer =
  | (Recorded & { readonly state: 'acknowledged' | 'refused'; readonly networkCode: string })
  | NoAnswer;

/** A refund that the issuer had approved and sends back. The acquirer tells it until it is taken note of. */
export interface ReturnedRefund {
  readonly connector: string;
  /** The refund's message; the instant in whole seconds where the protocol carries no more. */
  readonly trace: Omit<Trace, 'id'>;
  readonly amount: bigint;
  readonly declineCode: DeclineCode;
  readonly networkCode: string;
  readonly message: MessageRecord;
}

/**
 * What became of a returned refund here: `noted` durably, `not_now` (tell it again), or `unknown`: there is
 * no such refund.
 */
export type ReturnNoted = 'noted' | 'not_now' | 'unknown';

/** An answer that nobody waits for any more. It is told, and never mistaken for another message's answer. */
export interface StrayAnswer {
  /**
   * `late`: its question had been given up; `duplicate`: answered before; `stranger`: nothing like it was
   * asked; `forged`: its authentication code is missing or wrong.
   */
  readonly kind: 'late' | 'duplicate' | 'stranger' | 'forged';
  readonly message: MessageRecord;
}

/** How a connector's link to its acquirer is doing. */
export interface ConnectorStatus {
  readonly state: 'stopped' | 'connecting' | 'signed_on';
  /** Since when the state holds. */
  readonly since: Micros;
  readonly inFlight: number;
  /** Why the link last went down, if it did. */
  readonly lastProblem: string | null;
}

/** A card acceptor as its acquirer knows it. */
export interface CardAcceptor {
  /** Acquiring institution, up to 11 digits. */
  readonly acquirerId: string;
  readonly merchantId: string;
  /** ISO 18245, four digits. */
  readonly categoryCode: string;
}

/**
 * A way to one acquirer: what `acquiring` needs of a connector package. It keeps no state about payments:
 * each operation turns one message into bytes and one answer back, and where the answer is not known it says
 * so.
 */
export interface CardConnector {
  readonly name: string;
  /** The largest amount that a message can carry, in minor units. */
  readonly maxAmount: bigint;
  /** Who we are to this acquirer, as a 3-D Secure authentication names us to the issuer. */
  readonly acceptor: CardAcceptor;
  start(): void;
  /** Closes the link. What is in flight answers `lost`. */
  stop(): Promise<void>;
  status(): ConnectorStatus;
  authorise(message: AuthoriseMessage): Promise<DecisionAnswer>;
  /** Holds more on an authorisation, where the acquirer can; it then may offer it in its terms. */
  increment?(message: IncrementMessage): Promise<DecisionAnswer>;
  /** Optional: not every protocol has such a question. */
  verify?(message: VerifyMessage): Promise<DecisionAnswer>;
  /**
   * Where the acquirer can be told afterwards of what was approved while it could not be asked. `referenceOf`
   * is what it will call the payment of a trace.
   */
  readonly standIn?: {
    referenceOf(trace: Trace): string;
    advise(message: StandInMessage): Promise<AdviceAnswer>;
  };
  capture(message: CaptureMessage): Promise<AdviceAnswer>;
  reverse(message: ReverseMessage): Promise<AdviceAnswer>;
  refund(message: RefundMessage): Promise<DecisionAnswer>;
  /**
   * What became of a message whose answer was lost, where the acquirer can be asked; ISO 8583:1987 cannot. A
   * connector that has it is asked instead of reversing, and asked again until it knows. What stands although
   * it was given up is then reversed, by the reference that the answer tells.
   */
  enquire?(message: EnquireMessage): Promise<EnquiryAnswer>;
}

/** What the settings of every connector begin with; a connector's package extends it by its own. */
export const connectorBasics = z.strictObject({
  /** Stored with every authorisation: later messages find their connector by it. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** An answer that has not come by then, in milliseconds, counts as lost. */
  answerTimeoutMs: z.number().int().min(1).max(86_400_000).default(8_000),
});

/** What acquiring itself reads of a connector's settings. */
export type ConnectorBasics = z.output<typeof connectorBasics> & { readonly protocol: string };

/** What enters a connector. */
export interface ConnectorEnvironment {
  readonly clock: Clock;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  onStrayAnswer(stray: StrayAnswer): void;
  onReturnedRefund(returned: ReturnedRefund): Promise<ReturnNoted>;
}

type SettingsSchema = z.ZodObject<typeof connectorBasics.shape & { protocol: z.ZodLiteral<string> }>;

/** A connector package as the composition root passes it to the module. */
export interface ConnectorDriver {
  /** What these connectors speak; a connector's settings name it. */
  readonly protocol: string;
  readonly settings: SettingsSchema;
  connect(settings: ConnectorBasics, environment: ConnectorEnvironment): CardConnector;
}

/**
 * Names a connector package's protocol, its settings and how a connector is made of them.
 *
 * @example
 * export const iso8583 = defineConnector({ protocol: 'iso8583', settings: { port: z.number() }, connect })
 */
export function defineConnector<Shape extends z.ZodRawShape>(driver: {
  readonly protocol: string;
  /** The settings beside {@link connectorBasics}. */
  readonly settings: Shape;
  connect(
    settings: ConnectorBasics & z.output<z.ZodObject<Shape>>,
    environment: ConnectorEnvironment,
  ): CardConnector;
}): ConnectorDriver {
  const protocol = z.literal(driver.protocol);
  const settings = z.strictObject({ ...connectorBasics.shape, ...driver.settings, protocol });
  // The module parses a connector's settings with this schema before it hands them over.
  return { ...driver, settings };
}
