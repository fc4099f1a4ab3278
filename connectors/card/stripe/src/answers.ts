import { z } from 'zod';
import { isTurnedAway, type Question, type Reply } from './api.ts';

/** A payment intent, as far as it is used. */
export const paymentIntent = z.object({
  id: z.string().min(1).max(255),
  object: z.literal('payment_intent'),
  status: z.string(),
  /** Seconds since 1970. */
  created: z.number(),
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
  latest_charge: z
    .union([
      z.string(),
      z.object({
        payment_method_details: z
          .object({ card: z.object({ authorization_code: z.string().nullish() }).nullish() })
          .nullish(),
      }),
    ])
    .nullish(),
});
/** See {@link paymentIntent}. */
export type PaymentIntent = z.output<typeof paymentIntent>;

/** A refund, as far as it is used. */
export const refundObject = z.object({
  id: z.string().min(1).max(255),
  object: z.literal('refund'),
  status: z.string().nullish(),
  failure_reason: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
/** See {@link refundObject}. */
export type RefundObject = z.output<typeof refundObject>;

/** A page of refunds. */
export const refundPage = z.object({ data: z.array(refundObject), has_more: z.boolean() });

/** A stored card. */
export const paymentMethod = z.object({ id: z.string().min(1).max(255) });

const errorAnswer = z.object({
  error: z.object({
    type: z.string().nullish(),
    code: z.string().nullish(),
    decline_code: z.string().nullish(),
    payment_intent: paymentIntent.nullish().catch(null),
  }),
});

/** A refusal: the far side has not done what was asked. */
export interface Refusal {
  readonly state: 'refused';
  readonly code: string;
  readonly declineCode: string | null;
  /** Whether it is the card that is at fault, and not our request. */
  readonly ofCard: boolean;
  /** Whether it is about our secret or our pace only: nobody has looked at what was asked. */
  readonly unheard: boolean;
}

/** An answer by what it means for what was asked. */
export type Meaning<T> =
  | { readonly state: 'done'; readonly value: T }
  | Refusal
  /** Nobody knows whether it was done. */
  | { readonly state: 'lost'; readonly reason: string }
  | { readonly state: 'not_sent'; readonly reason: string };

/** Asks one question and says what the answer means. */
export type Ask = <T>(question: Question, schema: z.ZodType<T>) => Promise<Meaning<T>>;

/** Another request of the same idempotency key is still under way. */
const CONFLICT = 409;
const TOO_MANY = 429;

/**
 * What an answer means. Refusals of the four hundreds promise that nothing was done, but 409: an earlier
 * request of the same key has not ended. An answer that cannot be read, or of the five hundreds, says
 * nothing.
 */
export function meaningOf<T>(reply: Reply, schema: z.ZodType<T>): Meaning<T> {
  if (reply.state !== 'answered') return { state: reply.state, reason: reply.reason };
  const { status, body } = reply;
  if (status >= 200 && status < 300) {
    const parsed = schema.safeParse(body);
    return parsed.success
      ? { state: 'done', value: parsed.data }
      : { state: 'lost', reason: `an answer of ${status} that cannot be read` };
  }
  const parsed = errorAnswer.safeParse(body);
  if (!parsed.success || status < 400 || status >= 500 || status === CONFLICT) {
    return { state: 'lost', reason: `the far side answered ${status}` };
  }
  const { type, code, decline_code: declineCode } = parsed.data.error;
  return {
    state: 'refused',
    code: code ?? (status === TOO_MANY ? 'rate_limit' : (type ?? String(status))),
    declineCode: declineCode ?? null,
    ofCard: type === 'card_error',
    unheard: isTurnedAway(status),
  };
}
