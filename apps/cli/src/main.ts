import { ConfigError } from '@tpmall/platform/config';
import { PostgresError } from '@tpmall/platform/postgres';
import { UsageError } from '@tpmall/server/options';
import { ApiError } from './api/client.ts';
import { listen } from './api/listen.ts';
import { logs } from './api/logs.ts';
import { requestCommand, resourceCommand } from './api/request.ts';
import { trigger } from './api/trigger.ts';
import { doctor } from './doctor.ts';
import {
  confirmOperation,
  proposeOperation,
  rejectOperation,
  withdrawOperation,
} from './operations/decide.ts';
import { listOperations, listSetAsideEvents, retrySetAsideEvents, showOperation } from './operations/list.ts';

const USAGE = `Usage: tpmall COMMAND [options]

  ledger verify    recompute every balance from the log and compare
  demo             buy from two merchants and show where each cent went
                     --seed N --json FILE   repeatable ids, and all of them in a file
                     --replay FILE --day N  a day of card transactions (CSV or CSV.gz) through the API
  backup DIR       copy the running system into DIR
  restore DIR      restore such a copy into the data folder, and verify the ledger
  doctor           look at this machine and at the running system
  operations list            what is not known, what acquirers say otherwise, and what waits for a second person
  operations show ID         one of these: both sides of it, what was sent, what people have said
  operations propose ID      say what it is: --verdict V --evidence TEXT
                               --approval-code C --reference R   of what stands at the acquirer
                               --advice ID                       of which refused advice it is
                               --movement ID                     what a record of a clearing file clears
  operations confirm ID      agree with a proposal (rsl_…, clr_…) of another person: --reason TEXT
  operations reject ID       disagree: --reason TEXT
                               both with a key of their own: --key KEY or TPMALL_API_KEY
  operations withdraw ID     take one's own proposal back
  operations set-aside       events that clients could not be told of, and why
  operations retry           tell them, where they can be read by now

  RESOURCE VERB [ID] [--name value]…    any operation of the API: customers create --name Lin;
                                        RESOURCE --help lists its verbs
  get|post|delete PATH [-d name=value]… a request as it is written
  listen           print events as they happen; --forward-to URL posts them there, signed
                     --events LIST      only these types
  events resend ID send an event again; --webhook-endpoint we_… to that endpoint only
  trigger EVENT    make an event happen; without one, list them
  logs             what was asked of the API; --limit N --status N --object ID
                     --follow           go on with what is asked from now on

  --data-dir DIR   the instance's data folder (default .tpmall)
  --url URL --key KEY  another server (or TPMALL_API_URL, TPMALL_API_KEY)
  --idempotency KEY    of a request: the same key does it once
  --json           answer as JSON where there is something to answer
Exits with 0; with 1 where something was refused or found wrong; with 2 where a command was not understood.`;

/** Answers its exit status; undefined where it was not understood. */
type Command = (args: string[]) => Promise<number | undefined>;

/** Those that may start a system load all of it, which takes longer than most of the others need at all. */
const commands: Readonly<Record<string, Command>> = {
  'ledger verify': async (args) => (await import('./ledger-verify.ts')).verifyLedger(args),
  'events resend': (args) => resourceCommand(['events', 'retry', ...args]),
  'operations list': listOperations,
  'operations propose': proposeOperation,
  'operations confirm': confirmOperation,
  'operations reject': rejectOperation,
  'operations retry': retrySetAsideEvents,
  'operations set-aside': listSetAsideEvents,
  'operations show': showOperation,
  'operations withdraw': withdrawOperation,
  backup: async (args) => (await import('./backup.ts')).backup(args),
  delete: requestCommand('DELETE'),
  demo: async (args) => (await import('./demo/demo.ts')).demo(args),
  doctor,
  get: requestCommand('GET'),
  listen,
  logs,
  post: requestCommand('POST'),
  restore: async (args) => (await import('./restore.ts')).restore(args),
  trigger,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const two = args.slice(0, 2).join(' ');
  const [name, rest] = two in commands ? [two, args.slice(2)] : [args[0] ?? '', args.slice(1)];
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    const wantsHelp = rest.includes('--help');
    const status = command ? wantsHelp || (await command(rest)) : await resourceCommand(args);
    if (typeof status === 'number') return status;
  } catch (error) {
    // What is theirs to mend is told in words; anything else is a bug and shows its trace.
    const expected =
      error instanceof UsageError ||
      error instanceof ApiError ||
      error instanceof PostgresError ||
      error instanceof ConfigError;
    if (!expected) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  process.stdout.write(`${USAGE}\n`);
  return command || name === '' || name === '--help' ? 0 : 2;
}
