import type { Failure } from '@tpmall/kernel';
import type { PlatformCode } from '@tpmall/platform/contract';
import { type ErrorCode, type ErrorOccurrence, parameterName } from '@tpmall/wire';

/**
 * What a route answers: an object as JSON, JSON text that is written already, another kind of text, another
 * page to go on to (303), or an error.
 */
export type Answer =
  | {
      readonly kind: 'json';
      readonly body: object;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'json-text'; readonly body: string }
  | {
      readonly kind: 'text';
      readonly type: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'error'; readonly error: ErrorOccurrence };

/** An object of the API. */
export function answer(body: object): Answer {
  return { kind: 'json', body };
}

/** An error of the catalogue. */
export function refuse(code: ErrorCode, rest: Omit<ErrorOccurrence, 'code'> = {}): Answer {
  return { kind: 'error', error: { code, ...rest } };
}

/** A parameter at fault, as the wire's own reading tells it. */
export function refuseParameter(failure: Failure<ErrorCode>): Answer {
  const { code, message, field } = failure;
  return refuse(code, { message, ...(field !== undefined && { param: field }) });
}

/**
 * What a module's code means on the wire: an error of the catalogue, perhaps with the parameter it is about.
 */
export type Meaning =
  | ErrorCode
  | { readonly code: ErrorCode; readonly param?: string; readonly status?: number };

/** The meaning of every code of an operation: a new code does not compile until it has one. */
export type Meanings<Code extends string> = { readonly [K in Exclude<Code, PlatformCode>]: Meaning };

/** What a list means by its cursor not being there: the parameter in which it stands names nothing. */
export const cursorMeanings = { cursor_not_found: { code: 'resource_missing', status: 400 } } as const;

/** What is found of a kind that clients know and that nothing here is of. */
export const NOTHING_FOUND = { items: [], hasMore: false } as const;

/** What every operation can answer with. */
const platformMeanings: Readonly<Record<PlatformCode, ErrorCode>> = {
  invalid_input: 'parameter_invalid',
  // Only wiring can cause it: a client's own permission is checked before the call.
  forbidden: 'internal_error',
  unavailable: 'unavailable',
  unknown: 'outcome_unknown',
};

/** Answers with a module's refusal. */
export function refusal<Code extends string>(
  meanings: Meanings<Code>,
  failure: Failure<Code>,
  paramOf: (field: string) => string = wireParameter,
): Answer {
  const meaning = meaningOf(meanings, failure.code);
  const rest = typeof meaning === 'string' ? { code: meaning } : meaning;
  const param = rest.param ?? (failure.field === undefined ? undefined : paramOf(failure.field));
  return {
    kind: 'error',
    error: {
      ...rest,
      ...(rest.code !== 'internal_error' && { message: failure.message }),
      ...(param !== undefined && { param }),
    },
  };
}

function meaningOf(meanings: Readonly<Record<string, Meaning>>, code: string): Meaning {
  if (Object.hasOwn(platformMeanings, code)) return platformMeanings[code as PlatformCode];
  return meanings[code] ?? 'internal_error';
}

/** `transferGroup` and `split[0].applicationFee` as the client wrote them. */
export function wireParameter(field: string): string {
  const parts = field.split(/[.[\]]+/).filter((part) => part !== '');
  return parameterName(
    parts.map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  );
}
