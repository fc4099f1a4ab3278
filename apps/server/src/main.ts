import { testCards } from '@tpmall/simulator-card-network';
import { isExpected } from './expected-errors.ts';
import type { DevFile } from './instance.ts';
import { readOptions, type ServerOptions, USAGE } from './options.ts';
import type { PublicAccess } from './public-access.ts';
import { seed } from './seed.ts';
import { type System, startSystem } from './system.ts';

/** A stop that takes longer than this is cut short; nothing acknowledged is lost by that. */
const STOP_MS = 10_000;

/** Under the second column. */
const INDENT = `\n${' '.repeat(19)}`;

// The queue of jobs writes here what it also logs, with a trace, whenever a worker of it ends.
console.trace = () => undefined;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    say(USAGE);
    return;
  }
  try {
    const options = readOptions(args, process.env);
    const from = performance.now();
    say('TPMall');
    const system = await startSystem(options, {
      onStep: (step, ms) => say(`  ${step.padEnd(14)} ${seconds(ms)}`),
    });
    stopOnSignal(system);
    if (options.modules.includes('gateway')) {
      const dev = await writeDevFile(system, options);
      introduce(dev, options);
    } else {
      say(`  serving ${options.modules.join(', ')} to the other processes of ${options.dataDir}`);
    }
    say(`\nready after ${seconds(performance.now() - from)}. Ctrl-C stops it.`);
  } catch (error) {
    fail(error);
  }
}

async function writeDevFile(system: System, options: ServerOptions): Promise<DevFile> {
  const seeded = await seed(system, { goods: options.modules.includes('mall') });
  const dev: DevFile = {
    apiUrl: system.apiUrl,
    vaultUrl: system.vaultUrl,
    consoleUrl: system.consoleUrl,
    mallUrl: system.webUrl,
    simulatorUrl: system.simulatorUrl,
    mailboxUrl: system.mailboxUrl,
    databaseUrl: system.databaseUrl,
    settingsFile: options.settingsFile ?? null,
    secretKey: seeded.secretKey,
    publishableKey: seeded.publishableKey,
    operatorKey: seeded.operatorKey,
    connectedAccounts: seeded.connectedAccounts,
    demoLogins: seeded.demoLogins,
    ...(seeded.hasGoods === undefined ? {} : { hasGoods: seeded.hasGoods }),
    pid: process.pid,
  };
  system.instance.writeDev(dev);
  return dev;
}

function introduce(local: DevFile, { modules, dataDir, publicAccess }: ServerOptions): void {
  const dev = publicAccess ? seenThrough(publicAccess, local) : local;
  const page = `/cards/new?key=${dev.publishableKey}&return_url=${encodeURIComponent(dev.apiUrl)}`;
  const merchants = dev.connectedAccounts.map(({ id, name }) => `${name.padEnd(18)} ${id}`);
  const logins = dev.demoLogins.map(({ email, role, name }) => `${email.padEnd(30)} ${role}, ${name}`);
  const cards = testCards.slice(0, 8).map((card) => `${grouped(card.number)}  ${card.does}`);
  const takesCards = modules.includes('vault') && modules.includes('acquiring');
  const takesTestCards = takesCards && dev.simulatorUrl !== '';
  const rows: [string, string][] = [
    ...(modules.includes('web') ? [['Mall', dev.mallUrl] satisfies [string, string]] : []),
    ['Console', dev.consoleUrl],
    ['API', dev.apiUrl],
    ['Ledger', `${dev.apiUrl}/ledger  (user name: the operator key)`],
    ...(takesCards ? cardRows(dev, page) : []),
    ...(dev.mailboxUrl === '' ? [] : [['Mailbox', dev.mailboxUrl] satisfies [string, string]]),
    ['Data folder', dataDir],
    ...(dev.settingsFile === null ? [] : [['Settings', dev.settingsFile] satisfies [string, string]]),
    ['', ''],
    ['Secret key', dev.secretKey],
    ['Publishable key', dev.publishableKey],
    ['Operator key', dev.operatorKey],
    ['Merchants', merchants.join(INDENT)],
    ['Sign in as', logins.join(INDENT)],
    ...(takesTestCards ? testCardRows(cards) : []),
  ];
  say(`\n${rows.map(([head, text]) => `  ${head.padEnd(17)}${text}`.trimEnd()).join('\n')}`);
}

/** The addresses as people write them; programs of this machine go by those of `dev.json`. */
function seenThrough({ urls }: PublicAccess, dev: DevFile): DevFile {
  const consoleUrl = dev.consoleUrl.replace(dev.apiUrl, urls.api);
  return { ...dev, apiUrl: urls.api, vaultUrl: urls.vault, mallUrl: urls.web, consoleUrl };
}

function cardRows(dev: DevFile, page: string): [string, string][] {
  return [
    ['Card page', `${dev.vaultUrl}${page}`],
    ...(dev.simulatorUrl === '' ? [] : [['Card network', dev.simulatorUrl] satisfies [string, string]]),
  ];
}

function testCardRows(cards: readonly string[]): [string, string][] {
  return [
    ['', ''],
    ['Test cards', [...cards, 'any future date, any security code'].join(INDENT)],
  ];
}

function grouped(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1 ').padEnd(19);
}

function stopOnSignal(system: System): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    say('\nstopping …');
    const timer = setTimeout(() => {
      say('could not finish in time; stopped.');
      process.exit(1);
    }, STOP_MS);
    system.close().then(
      () => {
        clearTimeout(timer);
        say('stopped.');
        process.exit(0);
      },
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/**
 * What went wrong, in words for a person where it is theirs to mend, and with its trace where it is a bug.
 */
function fail(error: unknown): never {
  const text = isExpected(error) ? error.message : traceOf(error);
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
