import { createIds, HOUR, systemClock, systemRandom } from '@tpmall/kernel';
import { type OutgoingContext } from '@tpmall/platform/contract';
import { readArguments } from './instance-arguments.ts';
import { openLedger } from './ledger-port.ts';

/** The context of a command that a person types. */
export function toolContext(): OutgoingContext {
  return {
    actor: 'operator:cli',
    tenant: '',
    commandId: createIds(systemClock, systemRandom).next('cli'),
    // Recomputing ten million entries takes a while; nobody else waits for it.
    deadlineAt: systemClock.now() + HOUR,
    traceparent: '',
  };
}

/**
 * `tpmall ledger verify`: exit 0 where every balance equals the sum of its log entries, 1 where one does not.
 */
export async function verifyLedger(args: string[]): Promise<number> {
  const { server, json } = readArguments(args);
  const ledger = await openLedger(server);
  try {
    const from = performance.now();
    const answer = await ledger.port.verify(toolContext(), {});
    if (!answer.ok) {
      process.stderr.write(`The ledger could not be verified: ${answer.error.message}\n`);
      return 1;
    }
    const found = answer.value;
    const text = (value: unknown): string =>
      JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
    if (json) {
      process.stdout.write(`${text(found)}\n`);
      return found.ok ? 0 : 1;
    }
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    process.stdout.write(
      `${ledger.live ? 'the running ledger' : 'the ledger at rest'}: ${found.entries} entries, ` +
        `${found.accounts} accounts, added up in ${seconds} s\n`,
    );
    for (const difference of found.differences) process.stdout.write(`  differs: ${text(difference)}\n`);
    process.stdout.write(
      found.ok
        ? 'every balance equals its log\n'
        : `${found.differences.length} balances differ from the log\n`,
    );
    return found.ok ? 0 : 1;
  } finally {
    await ledger.close();
  }
}
