import type { Result } from '@tpmall/kernel';
import type { CallContext, OutgoingContext } from './context.ts';

/**
 * Codes that every operation can answer with, whatever else it declares.
 *
 * - `invalid_input`: a field is wrong; `field` names it; nothing changed
 * - `forbidden`: this caller may not call this operation; nothing changed
 * - `unavailable`: not executed; it may be called again
 * - `unknown`: it may have been executed; call again with the same `commandId` to learn the outcome
 */
export type PlatformCode = 'invalid_input' | 'forbidden' | 'unavailable' | 'unknown';

/** Anything that turns unknown input into a value or throws; a zod schema is one. */
export interface Schema<T> {
  parse(input: unknown): T;
}

/** One operation of a contract. Build it with {@link command} or {@link query}. */
export interface Operation<Input, Output, Code extends string> {
  readonly kind: 'command' | 'query';
  readonly input: Schema<Input>;
  /** The codes it can be refused with, apart from {@link PlatformCode}. */
  readonly codes: readonly Code[];
  /** The modules that may call it. Nobody else may: deny is the default. */
  readonly callers: readonly string[];
  /** Carries the output type only; outputs are produced by our own code and are not parsed again. */
  readonly output?: Output;
}

type AnyOperation = Operation<unknown, unknown, string>;
type Operations = Readonly<Record<string, AnyOperation>>;

/** A module's promises to the others: a name, a version, and its operations. */
export interface Contract<Ops extends Operations = Operations> {
  readonly module: string;
  /**
   * Compared when a remote caller connects; raised with every change that an older caller would not survive.
   */
  readonly version: number;
  readonly operations: Ops;
}

/** How a module implements its contract: one function an operation. */
export type Implementation<C extends Contract> = {
  readonly [K in keyof C['operations']]: (
    context: CallContext,
    input: InputOf<C['operations'][K]>,
  ) => Promise<Result<OutputOf<C['operations'][K]>, CodeOf<C['operations'][K]> | PlatformCode>>;
};

/** How others see a module, in the same process or not. */
export type Port<C extends Contract> = {
  readonly [K in keyof C['operations']]: (
    context: OutgoingContext,
    input: InputOf<C['operations'][K]>,
  ) => Promise<Result<OutputOf<C['operations'][K]>, CodeOf<C['operations'][K]> | PlatformCode>>;
};

/** The input type of an operation. */
export type InputOf<Op> = Op extends { readonly input: Schema<infer Input> } ? Input : never;
/** The output type of an operation. */
export type OutputOf<Op> = Op extends { readonly output?: infer Output } ? Exclude<Output, undefined> : never;
/** The declared codes of an operation. */
export type CodeOf<Op> = Op extends { readonly codes: readonly (infer Code)[] } ? Code : never;

/** Declares a contract; see the module's `src/contract/port.ts`. */
export function defineContract<const Ops extends Operations>(contract: {
  module: string;
  version: number;
  operations: Ops;
}): Contract<Ops> {
  return contract;
}

interface Declaration<Input, Code extends string> {
  readonly input: Schema<Input>;
  readonly codes?: readonly Code[];
  readonly callers: readonly string[];
}

/**
 * Declares an operation that changes something. Repeating it with the same `commandId` changes nothing more
 * and answers as the first time. Curried, so that the output type can be given while the rest is inferred:
 * `command<Payment>()({ input, codes: ['not_found'], callers: ['gateway'] })`.
 */
export function command<Output>() {
  return <Input, const Code extends string = never>(
    declaration: Declaration<Input, Code>,
  ): Operation<NoInfer<Input>, Output, NoInfer<Code>> => ({ kind: 'command', codes: [], ...declaration });
}

/** Declares an operation that only reads. */
export function query<Output>() {
  return <Input, const Code extends string = never>(
    declaration: Declaration<Input, Code>,
  ): Operation<NoInfer<Input>, Output, NoInfer<Code>> => ({ kind: 'query', codes: [], ...declaration });
}
