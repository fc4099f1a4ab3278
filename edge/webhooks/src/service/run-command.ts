import { err, ok, type Result } from '@tpmall/kernel';
import { type Accepted, createCommands } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { WebhooksEnvironment } from './environment.ts';

const commands = createCommands('webhooks');

/** What a command does, and what its repetition answers. */
interface Effect<T, Code extends string> {
  readonly work: (tx: Queryable, accepted: Accepted) => Promise<Result<T, Code>>;
  readonly repeat: (accepted: Accepted) => Promise<Result<T, Code>>;
}

/** Has the effect of a command once for its key, in one transaction with its acceptance. */
export function runCommand<T, Code extends string>(
  { db, clock }: Pick<WebhooksEnvironment, 'db' | 'clock'>,
  context: CallContext,
  request: { readonly operation: string; readonly input: object },
  { work, repeat }: Effect<T, Code>,
): Promise<Result<T, Code | 'idempotency_mismatch'>> {
  const claim = commands.claimFor(context, request.operation, request.input, clock.now());
  return commands.once<T, Code>(db, claim, { repeat, work: (tx) => work(tx, claim) });
}

/** A value as a result, or that there is none. */
export function found<T>(what: string, value: T | undefined, id: string): Result<T, 'not_found'> {
  return value === undefined ? err('not_found', `No such ${what}: '${id}'`, { field: 'id' }) : ok(value);
}
