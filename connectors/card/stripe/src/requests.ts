import type {
  AuthoriseMessage,
  CaptureMessage,
  EnquireMessage,
  OriginalMessage,
  RefundMessage,
  ReverseMessage,
} from '@tpmall/acquiring/contract';
import { Redacted } from '@tpmall/kernel';
import type { Question } from './api.ts';

/** The two origins of the far side. */
export interface Origins {
  readonly apiUrl: string;
  readonly vaultUrl: string;
}

/** Metadata by which the far side's objects are found again: our id of what they are for. */
export const OUR_ID = 'tpmall_id';

const post = (url: string, idempotencyKey: string, parameters: Question['parameters']): Question => ({
  method: 'POST',
  ...{ url, idempotencyKey, parameters },
});

/**
 * A payment intent that holds nothing yet. It can be asked for again by what is stored of the authorisation
 * alone, card data is not in it: a repetition finds the intent of the first time.
 */
export function createIntent(
  { apiUrl }: Origins,
  { id, amount, currency, descriptor }: { id: string; amount: bigint; currency: string; descriptor: string },
): Question {
  return post(`${apiUrl}/v1/payment_intents`, id, {
    amount: amount.toString(),
    currency,
    capture_method: 'manual',
    'payment_method_types[0]': 'card',
    statement_descriptor_suffix: statementText(descriptor),
    [`metadata[${OUR_ID}]`]: id,
  });
}

/** The card, for the far side's vault. */
export function createMethod({ vaultUrl }: Origins, { trace, card }: AuthoriseMessage): Question {
  const expiry = card.expiry.reveal();
  return post(`${vaultUrl}/v1/payment_methods`, `${trace.id}.card`, {
    type: 'card',
    'card[number]': card.pan,
    'card[exp_month]': new Redacted(expiry.slice(2)),
    'card[exp_year]': new Redacted(`20${expiry.slice(0, 2)}`),
    'card[cvc]': card.cvv ?? undefined,
  });
}

/** Asks for the hold, with the proof of a 3-D Secure authentication that was made here. */
export function confirmIntent(
  { apiUrl }: Origins,
  intent: string,
  method: string,
  { trace, authentication }: AuthoriseMessage,
): Question {
  const proof = 'payment_method_options[card][three_d_secure]';
  return post(`${apiUrl}/v1/payment_intents/${intent}/confirm`, `${trace.id}.confirm`, {
    payment_method: method,
    'expand[0]': 'latest_charge',
    ...(authentication
      ? {
          [`${proof}[version]`]: '2.2.0',
          [`${proof}[electronic_commerce_indicator]`]: authentication.eci,
          [`${proof}[cryptogram]`]: authentication.value,
          [`${proof}[transaction_id]`]: authentication.directoryServerId,
        }
      : {}),
  });
}

/** An intent as it is now. */
export function retrieveIntent({ apiUrl }: Origins, intent: string): Question {
  const url = `${apiUrl}/v1/payment_intents/${intent}`;
  return { method: 'GET', url, parameters: { 'expand[0]': 'latest_charge' } };
}

/** Takes (part of) the hold. */
export function captureIntent({ apiUrl }: Origins, intent: string, message: CaptureMessage): Question {
  return post(`${apiUrl}/v1/payment_intents/${intent}/capture`, message.trace.id, {
    amount_to_capture: message.amount.toString(),
    final_capture: message.final ? undefined : 'false',
  });
}

/** Lets go of the hold, or of what was not captured of it. */
export function cancelIntent(
  { apiUrl }: Origins,
  intent: string,
  { trace }: Pick<ReverseMessage, 'trace'> | Pick<OriginalMessage, 'trace'>,
): Question {
  return post(`${apiUrl}/v1/payment_intents/${intent}/cancel`, `${trace.id}.cancel`, {});
}

/** Gives money back. No card data is in it: it can be asked for again by what is stored. */
export function createRefund(
  { apiUrl }: Origins,
  intent: string,
  { id, amount }: { readonly id: string } & Pick<RefundMessage | EnquireMessage, 'amount'>,
): Question {
  return post(`${apiUrl}/v1/refunds`, id, {
    payment_intent: intent,
    amount: amount.toString(),
    [`metadata[${OUR_ID}]`]: id,
  });
}

/** A page of an intent's refunds, the latest first. */
export function listRefunds({ apiUrl }: Origins, intent: string, after: string | undefined): Question {
  const parameters = { payment_intent: intent, limit: '100', starting_after: after };
  return { method: 'GET', url: `${apiUrl}/v1/refunds`, parameters };
}

/** A statement's text in the characters that the API takes; undefined where none is left. */
function statementText(descriptor: string): string | undefined {
  const text = descriptor.replace(/[^\x20-\x7e]|[<>\\'"*]/g, ' ').trim();
  return /[A-Za-z]/.test(text) ? text.slice(0, 22) : undefined;
}
