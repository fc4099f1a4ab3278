import { err, type Result } from '@tpmall/kernel';
import type { OutgoingContext } from './context.ts';
import type { Contract, Port } from './contract.ts';

/** What happens to one call: nothing, lost before it is executed, or executed with its answer lost. */
export type Fault = 'none' | 'before' | 'after';

/**
 * A port between a caller and its callee that loses calls and answers, in process as well as over the wire.
 *
 * @param decide is asked once a call; for `before` the callee never sees the call and the caller reads
 *   `unavailable`, for `after` the callee executes it and the caller reads `unknown`
 */
export function withFaults<C extends Contract>(
  contract: C,
  port: Port<C>,
  decide: (operation: string, context: OutgoingContext) => Fault,
): Port<C> {
  type Call = (context: OutgoingContext, input: unknown) => Promise<Result<unknown, string>>;
  const inner = port as unknown as Readonly<Record<string, Call>>;
  const faulty: Record<string, Call> = {};
  for (const name of Object.keys(contract.operations)) {
    faulty[name] = async (context, input) => {
      const fault = decide(name, context);
      if (fault === 'before')
        return err('unavailable', `injected: ${contract.module}.${name} was not executed`);
      const answer = await inner[name]?.(context, input);
      if (fault === 'after')
        return err('unknown', `injected: the answer of ${contract.module}.${name} was lost`);
      return answer ?? err('unavailable', `${contract.module} has no operation ${name}`);
    };
  }
  return faulty as unknown as Port<C>;
}

/** A module that is not there: whoever calls it is told so, and nothing was executed. */
export function absentPort<C extends Contract>(contract: C): Port<C> {
  const absent = async () => err('unavailable', `${contract.module} is not here`);
  const port: Record<string, typeof absent> = {};
  for (const name of Object.keys(contract.operations)) port[name] = absent;
  return port as unknown as Port<C>;
}
