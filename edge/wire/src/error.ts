import type { PaymentError } from '@tpmall/payments/contract';
import type { Card } from '@tpmall/vault/contract';
import { type CatalogueEntry, type ErrorCode, errorCatalogue } from './error-catalogue.ts';
import { paymentMethodToWire } from './payment-method.ts';
import type { WireView } from './view.ts';

/** What one occurrence of an error adds to its entry in the catalogue. */
export interface ErrorOccurrence {
  readonly code: ErrorCode;
  /** One sentence; without it, the catalogue's explanation. */
  readonly message?: string;
  /** The parameter at fault, in the client's notation. */
  readonly param?: string;
  /** Where the same code has another status than usual. */
  readonly status?: number;
  readonly declineCode?: string;
  readonly charge?: string;
  /** The payment intent as it stands after the failure, in its wire shape. */
  readonly paymentIntent?: object;
  /** The setup intent as it stands after the failure, in its wire shape. */
  readonly setupIntent?: object;
  /** The payment method that was tried, in its wire shape. */
  readonly paymentMethod?: object;
  /** Seconds after which a repetition makes sense. */
  readonly retryAfterSeconds?: number;
  /** Minor units that a balance lacked. */
  readonly missingAmount?: number;
}

/** The body of an error as client libraries read it. */
export interface WireError {
  readonly error: {
    readonly type: CatalogueEntry['type'];
    readonly code: ErrorCode;
    readonly message: string;
    readonly doc_url: string;
    readonly param?: string;
    readonly decline_code?: string;
    readonly charge?: string;
    readonly payment_intent?: object;
    readonly setup_intent?: object;
    readonly payment_method?: object;
    readonly missing_amount?: number;
  };
}

/** The HTTP status of an error. */
export function errorStatus(occurrence: ErrorOccurrence): number {
  return occurrence.status ?? errorCatalogue[occurrence.code].status;
}

/** An error in the shape that clients of the payments API know. */
export function errorToWire(occurrence: ErrorOccurrence, view: WireView): WireError {
  const { code, param, declineCode, charge, paymentIntent, setupIntent, paymentMethod } = occurrence;
  const entry = errorCatalogue[code];
  return {
    error: {
      type: entry.type,
      code,
      message: occurrence.message ?? entry.explanation,
      doc_url: docUrl(code, view),
      ...(param !== undefined && { param }),
      ...(declineCode !== undefined && { decline_code: declineCode }),
      ...(charge !== undefined && { charge }),
      ...(paymentIntent !== undefined && { payment_intent: paymentIntent }),
      ...(setupIntent !== undefined && { setup_intent: setupIntent }),
      ...(paymentMethod !== undefined && { payment_method: paymentMethod }),
      ...(occurrence.missingAmount !== undefined && { missing_amount: occurrence.missingAmount }),
    },
  };
}

/** The same error as problem details (RFC 9457), for the endpoints that are this system's own. */
export function errorToProblem(occurrence: ErrorOccurrence, view: WireView, requestId: string) {
  const entry = errorCatalogue[occurrence.code];
  return {
    type: docUrl(occurrence.code, view),
    title: entry.explanation,
    status: errorStatus(occurrence),
    detail: occurrence.message ?? entry.explanation,
    code: occurrence.code,
    ...(occurrence.param !== undefined && { param: occurrence.param }),
    request_id: requestId,
  };
}

/** The last error of an intent, as it stands in it, with the card that was tried where it is known. */
export function paymentErrorToWire(error: PaymentError, view: WireView, card?: Card) {
  return {
    type: 'card_error' as const,
    code: error.code,
    message: error.message,
    doc_url: docUrl(error.code, view),
    ...(card && { payment_method: paymentMethodToWire(card, view) }),
    payment_method_type: 'card',
    ...(error.declineCode !== null && { decline_code: error.declineCode }),
    ...(error.charge !== null && { charge: error.charge }),
  };
}

/** Where an error code is explained. */
export function docUrl(code: string, view: WireView): string {
  return `${view.apiUrl}/docs/errors/${code}`;
}
