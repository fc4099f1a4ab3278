import { type Clock, err, type Result } from '@tpmall/kernel';
import { ZodError } from 'zod';
import type { CallContext, OutgoingContext } from './context.ts';
import type { Contract, Implementation, Port } from './contract.ts';

type AnyResult = Result<unknown, string>;
type Handler = (context: CallContext, input: unknown) => Promise<AnyResult>;

/** A callee behind its boundary: authorises the caller, checks the deadline, parses the input once. */
export interface Callee {
  readonly contract: Contract;
  call(operation: string, context: CallContext, input: unknown): Promise<AnyResult>;
}

/**
 * Puts the boundary in front of an implementation. In-process ports and the remote server both go through it,
 * so the same checks hold in both modes.
 */
export function createCallee<C extends Contract>(
  contract: C,
  implementation: Implementation<C>,
  clock: Clock,
): Callee {
  const handlers = implementation as unknown as Readonly<Record<string, Handler>>;
  const enter = (name: string, context: CallContext, input: unknown): Promise<AnyResult> => {
    const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
    const handler = handlers[name];
    if (!operation || !handler) return refuse('invalid_input', `${contract.module} has no operation ${name}`);
    if (!operation.callers.includes(context.caller)) {
      return refuse('forbidden', `${context.caller} may not call ${contract.module}.${name}`);
    }
    if (clock.now() > context.deadlineAt) {
      return refuse('unavailable', `the deadline passed before ${contract.module}.${name} began`);
    }
    let parsed: unknown;
    try {
      parsed = operation.input.parse(input);
    } catch (error) {
      return Promise.resolve(invalidInput(error));
    }
    return handler(context, parsed);
  };
  return {
    contract,
    // Not async: each async function that an answer passes through costs a promise and turns of the microtask
    // queue, which is more than the checks above.
    call(name, context, input) {
      try {
        return enter(name, context, input);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
  };
}

function refuse(code: string, message: string): Promise<AnyResult> {
  return Promise.resolve(err(code, message));
}

/** The in-process port: what {@link connectRemote} is across processes. */
export function localPort<C extends Contract>(contract: C, callee: Callee, caller: string): Port<C> {
  const port: Record<string, unknown> = {};
  for (const name of Object.keys(contract.operations)) {
    port[name] = (context: OutgoingContext, input: unknown) =>
      callee.call(name, callContext(context, caller), input);
  }
  return port as Port<C>;
}

/** Field by field: a spread costs as much as the rest of the boundary. */
function callContext(context: OutgoingContext, caller: string): CallContext {
  const { actor, tenant, commandId, deadlineAt, traceparent, request } = context;
  return { caller, actor, tenant, commandId, deadlineAt, traceparent, request };
}

/** Turns what a schema threw into a refusal that names the field; anything else is a bug and goes on. */
export function invalidInput(error: unknown): AnyResult {
  if (error instanceof InvalidInput) return err('invalid_input', error.message, { field: error.field });
  if (!(error instanceof ZodError)) throw error;
  const issue = error.issues[0];
  if (!issue) return err('invalid_input', 'the input is invalid');
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return err('invalid_input', issue.message, { field: fieldPath([...issue.path, ...keys]) });
}

/** Thrown by hand-written schemas on hot paths; says what zod would say. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** `['lines', 0, 'amount']` as `lines[0].amount`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
