import { type Ok, ok } from '@tpmall/kernel';
import { InvalidInput, type OutgoingContext } from '@tpmall/platform/contract';
import {
  boundTree,
  type ErrorOccurrence,
  findRawCard,
  type JsonSchema,
  type ParameterTree,
  readParameters,
} from '@tpmall/wire';
import type { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';

/**
 * Who may call a route. `secret`: a platform's own server; `operator`: the house; `public`: anybody;
 * `browser`: a secret key, or a publishable key together with the client secret of the object;
 * `secret-or-merchant`: a platform, or a person of one of its merchants, for that merchant's part;
 * `secret-or-operator`: what platform and house both look at; `operator-or-developer`: the house, or a person
 * who develops for the platform, but no key of theirs; `console`: the console's page, signed in or not.
 */
export type Access =
  | 'secret'
  | 'operator'
  | 'public'
  | 'browser'
  | 'secret-or-merchant'
  | 'secret-or-operator'
  | 'operator-or-developer'
  | 'console';

/**
 * How a route tells errors: as clients of the payments API expect, as problem details (RFC 9457), or as a
 * page.
 */
export type ErrorStyle = 'payments' | 'problem' | 'page';

/** One request, as a handler sees it. */
export interface Call {
  readonly context: OutgoingContext;
  /** Undefined on public routes, and where nobody has signed in to the console. */
  readonly principal: Caller | undefined;
  /** The values of the path's parameters. */
  readonly path: Readonly<Record<string, string>>;
  readonly url: string;
  readonly ip: string;
  readonly requestId: string;
  /** What the client calls itself; never trusted. */
  readonly userAgent: string;
  readonly acceptLanguage: string;
}

/** A request that shows how an operation is used. */
export interface Example {
  readonly title: string;
  /** Values of the path's parameters; `{id}` placeholders where they come from an earlier request. */
  readonly path?: Readonly<Record<string, string>>;
  readonly parameters: object;
}

/** An object as an operation answers it, made by the mapping that makes real ones. */
export interface Sample {
  /** Of its schema in the document. */
  readonly name: string;
  readonly value: unknown;
  /** Others of its kind, with what `value` lacks or without what it has. */
  readonly others?: readonly unknown[];
}

/** One operation of the API, as data: the server, the OpenAPI document and the tests are made from it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As fastify writes it: `/v1/payment_intents/:id`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly errors: ErrorStyle;
  /** The schema of its parameters: the body of a POST, the query of a GET. */
  readonly schema: z.ZodType | JsonSchema;
  /** What it answers, where that is an object of the house. */
  readonly shape?: z.ZodType;
  /** An object as it answers otherwise, for the document. */
  readonly sample: Sample | undefined;
  /** What it answers instead, to a browser or of what was deleted. */
  readonly sampleOtherwise?: Sample;
  /** Media type of its answer. */
  readonly answers: string;
  readonly examples: readonly Example[];
  readonly bodyLimit?: number;
  /** The name under which a bare JSON array is read. */
  readonly bareArray?: string;
  /** Whether it may send a card to its issuer, which is what a thief with a list of numbers wants. */
  readonly triesCards?: boolean;
  /** False where an answer must not be kept, or where the domain repeats it as cheaply. */
  readonly isReplayed: boolean;
  /** Reads the parameters; the result runs the operation. */
  prepare(tree: ParameterTree): Ok<(call: Call) => Promise<Answer>> | Refused;
}

/** Parameters that were refused, before anything was done. */
export interface Refused {
  readonly ok: false;
  readonly error: ErrorOccurrence;
}

type Described = Omit<Route, 'schema' | 'prepare' | 'answers' | 'sample' | 'isReplayed' | 'examples'> &
  Partial<Pick<Route, 'answers' | 'sample' | 'isReplayed'>> &
  Pick<Route, 'examples'>;

/** Declares a route whose parameters a zod schema reads. */
export function route<T>(
  described: Described & {
    readonly parameters: z.ZodType<T>;
    readonly handle: (call: Call, parameters: T) => Promise<Answer>;
  },
): Route {
  const { parameters, handle, ...rest } = described;
  return {
    answers: 'application/json',
    sample: undefined,
    isReplayed: true,
    ...rest,
    schema: parameters,
    prepare(tree) {
      const bounded = boundTree(tree);
      if (!bounded.ok) return refusedParameters(bounded.error);
      const rawCard = findRawCard(tree);
      if (rawCard !== undefined)
        return { ok: false, error: { code: 'card_data_not_accepted', param: rawCard } };
      const read = readParameters(parameters, tree);
      if (!read.ok) return refusedParameters(read.error);
      return ok((call: Call) => handle(call, read.value));
    },
  };
}

/** Declares a route with a JSON body that is read by hand, because a batch is large. */
export function batchRoute<T>(
  described: Described & {
    readonly schema: JsonSchema;
    /** Reads the body; throws InvalidInput that names the field. */
    readonly read: (body: unknown) => T;
    readonly handle: (call: Call, value: T) => Promise<Answer>;
  },
): Route {
  const { read, handle, ...rest } = described;
  return {
    answers: 'application/json',
    sample: undefined,
    isReplayed: false,
    ...rest,
    prepare(tree) {
      try {
        const value = read(tree);
        return ok((call: Call) => handle(call, value));
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        return {
          ok: false,
          error: {
            code:
              error.message === 'received an unknown parameter' ? 'parameter_unknown' : 'parameter_invalid',
            message: `${error.field}: ${error.message}`,
            param: error.field,
          },
        };
      }
    },
  };
}

function refusedParameters(failure: {
  readonly code: ErrorOccurrence['code'];
  readonly message: string;
  readonly field?: string;
}): Refused {
  const { code, message, field } = failure;
  return { ok: false, error: { code, message, ...(field !== undefined && { param: field }) } };
}
