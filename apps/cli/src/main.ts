import { ConfigError } from '@tpmall/platform/config';
import { PostgresError } from '@tpmall/platform/postgres';
import { UsageError } from '@tpmall/server';
import { backup } from './backup.ts';
import { demo } from './demo/demo.ts';
import { doctor } from './doctor.ts';
import { verifyLedger } from './ledger-verify.ts';
import { restore } from './restore.ts';

const USAGE = `Usage: tpmall COMMAND [options]

  ledger verify    recompute every balance from the log and compare
  demo             buy from two merchants and show where each cent went
                     --seed N --json FILE   repeatable ids, and all of them in a file
                     --replay FILE --day N  a day of card transactions (CSV or CSV.gz) through the API
  backup DIR       copy the running system into DIR
  restore DIR      restore such a copy into the data folder, and verify the ledger
  doctor           look at this machine and at the running system

  --data-dir DIR   the instance's data folder (default .tpmall)
  --json           answer as JSON where there is something to answer`;

/** Each command answers its exit status. */
const commands: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  'ledger verify': verifyLedger,
  backup,
  demo,
  doctor,
  restore,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const two = args.slice(0, 2).join(' ');
  const [name, rest] = two in commands ? [two, args.slice(2)] : [args[0] ?? '', args.slice(1)];
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || rest.includes('--help')) {
    process.stdout.write(`${USAGE}\n`);
    return command || name === '' || name === '--help' ? 0 : 2;
  }
  try {
    return await command(rest);
  } catch (error) {
    // What is theirs to mend is told in words; anything else is a bug and shows its trace.
    const expected =
      error instanceof UsageError || error instanceof PostgresError || error instanceof ConfigError;
    if (!expected) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
