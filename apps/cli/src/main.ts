import { isExpected } from '@tpmall/server/expected-errors';
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
import { listJobs, retryJob } from './operations/jobs.ts';
import { listOperations, listSetAsideEvents, retrySetAsideEvents, showOperation } from './operations/list.ts';
import { helpOf, USAGE, usageOf } from './usage.ts';

/** Answers its exit status; undefined where it was not understood. */
type Command = (args: string[]) => Promise<number | undefined>;

/** Those that may start a system load all of it, which takes longer than most of the others need at all. */
const commands: Readonly<Record<string, Command>> = {
  'ledger verify': async (args) => (await import('./ledger-verify.ts')).verifyLedger(args),
  'jobs retry': retryJob,
  'events resend': (args) => resourceCommand(['events', 'retry', ...args], 'events resend'),
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
  jobs: listJobs,
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
  if (name === '' || name === '--help' || name === '-h') return say(USAGE);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (command && (rest.includes('--help') || rest.includes('-h'))) return say(helpOf(name));
    const own = !command && usageOf(name);
    if (own && (rest.length === 0 || rest.includes('--help'))) say(`${own}\n`);
    const status = await (command ? command(rest) : resourceCommand(args));
    if (status !== undefined) return status;
  } catch (error) {
    // What is theirs to mend is told in words; anything else is a bug and shows its trace.
    if (!(error instanceof ApiError || isExpected(error))) throw error;
    const answer = error instanceof ApiError ? error.answer : undefined;
    if (answer === undefined) process.stderr.write(`${error.message}\n`);
    else process.stdout.write(`${answer}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  process.stderr.write(`tpmall has no ${name}; tpmall --help lists what it has\n`);
  return 2;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
