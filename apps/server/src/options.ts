import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isTimeZone } from '@tpmall/platform/pages';
import { HIGHEST_FIRST, PORTS_AFTER_FIRST } from './port-block.ts';
import { type PublicAccess, readPublicAccess } from './public-access.ts';
import { UsageError } from './usage-error.ts';

/** Every module, those that others need first; what a process runs when it is not told otherwise. */
export const MODULE_NAMES = [
  'accounts',
  'mail',
  'identity',
  'audit',
  'vault',
  'ledger',
  'acquiring',
  'risk',
  'payments',
  'wallet',
  'catalogue',
  'checkout',
  'mall',
  'webhooks',
  'web',
  'gateway',
] as const;
/** One of {@link MODULE_NAMES}. */
export type ModuleName = (typeof MODULE_NAMES)[number];

/** The first of the ports of an instance where none is named. */
export const DEFAULT_PORT = 4400;

/** Longer than the slowest test card that still answers. */
const DEFAULT_ANSWER_TIMEOUT_MS = 5_000;

/** Where the mall's shops are, whose currency it shows first. */
const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

/** How a process of TPMall is to run. */
export interface ServerOptions {
  /** Absolute path of the folder that holds everything an instance keeps. */
  readonly dataDir: string;
  /**
   * The public API listens here, and everything else of the instance on the ports after it: see `blockAt`.
   */
  readonly port: number;
  /** Whether the port was asked for; otherwise the next free ones are taken where it is in use. */
  readonly portIsFixed: boolean;
  /** The address to listen on; loopback unless told otherwise. */
  readonly host: string;
  readonly modules: readonly ModuleName[];
  /** Absolute path of the settings file; undefined: everything is by default. */
  readonly settingsFile: string | undefined;
  /** Throw away all data first. */
  readonly reset: boolean;
  /** A Postgres of one's own; otherwise an embedded one is started. */
  readonly databaseUrl: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /**
   * How long an answer of the simulated acquirer is waited for, in milliseconds, before it counts as lost.
   */
  readonly answerTimeoutMs: number;
  /** In which zone shoppers are told times, on pages and in mails; everything is kept in UTC. */
  readonly timeZone: string;
  /** How people reach it through a proxy; undefined: nobody does, and no proxy is believed. */
  readonly publicAccess: PublicAccess | undefined;
}

export { UsageError } from './usage-error.ts';

/**
 * Reads the command line and the environment: `--port`, `--data-dir`, `--host`, `--modules`,
 * `--settings`, `--reset`, `--log`; `TPMALL_PORT`, `TPMALL_DATA_DIR`, `TPMALL_HOST`, `TPMALL_MODULES`,
 * `TPMALL_SETTINGS`, `TPMALL_LOG`,
 * `TPMALL_ANSWER_TIMEOUT_MS`, `TPMALL_TIME_ZONE`, `TPMALL_PUBLIC_API_URL`, `TPMALL_PUBLIC_VAULT_URL`,
 * `TPMALL_PUBLIC_WEB_URL`, `TPMALL_TRUSTED_PROXIES`, `DATABASE_URL`.
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServerOptions {
  const { values } = parse(args);
  const port = values.port ?? env['TPMALL_PORT'];
  const settings = values.settings ?? env['TPMALL_SETTINGS'];
  return {
    dataDir: resolve(values['data-dir'] ?? env['TPMALL_DATA_DIR'] ?? '.tpmall'),
    port: port === undefined ? DEFAULT_PORT : readPort(port),
    portIsFixed: port !== undefined,
    host: values.host ?? env['TPMALL_HOST'] ?? 'localhost',
    modules: readModules(values.modules ?? env['TPMALL_MODULES'] ?? 'all'),
    settingsFile: settings ? resolve(settings) : undefined,
    reset: values.reset ?? false,
    databaseUrl: env['DATABASE_URL'] || undefined,
    logLevel: readLevel(values.log ?? env['TPMALL_LOG'] ?? 'warn'),
    timeZone: readTimeZone(env['TPMALL_TIME_ZONE'] || DEFAULT_TIME_ZONE),
    publicAccess: readPublicAccess(env),
    answerTimeoutMs: readTimeout(env['TPMALL_ANSWER_TIMEOUT_MS']),
  };
}

function parse(args: readonly string[]): {
  values: {
    port?: string;
    'data-dir'?: string;
    host?: string;
    modules?: string;
    settings?: string;
    reset?: boolean;
    log?: string;
  };
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        host: { type: 'string' },
        modules: { type: 'string' },
        settings: { type: 'string' },
        reset: { type: 'boolean' },
        log: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/** What `--help` says. */
export const USAGE = `Usage: npm start -- [options]
  --port N         the API's port, ${PORTS_AFTER_FIRST} more follow it
                   (default ${DEFAULT_PORT}, or the next free ones)
  --data-dir DIR   where everything is kept (default .tpmall)
  --host ADDRESS   the address to listen on (default localhost)
  --modules LIST   run only these, comma separated (default all)
  --settings FILE  what is to be otherwise than by default: acquirers, the mail host (docs/acquirers.md)
  --reset          throw away all data first
  --log LEVEL      debug, info, warn, error or silent (default warn)
  TPMALL_PORT, TPMALL_DATA_DIR, TPMALL_HOST, TPMALL_MODULES, TPMALL_SETTINGS, TPMALL_LOG
                   the same where the option is not given
  TPMALL_ANSWER_TIMEOUT_MS
                   how long the simulated acquirer is waited for (default ${DEFAULT_ANSWER_TIMEOUT_MS})
  TPMALL_TIME_ZONE the zone shoppers are told times in (default ${DEFAULT_TIME_ZONE})
  TPMALL_PUBLIC_API_URL, TPMALL_PUBLIC_VAULT_URL, TPMALL_PUBLIC_WEB_URL
                   the https origins of a proxy in front, where there is one
  TPMALL_TRUSTED_PROXIES  its addresses or networks, whose x-forwarded-for is believed
  DATABASE_URL     use this Postgres (18 or newer) instead of the embedded one; its server holds one
                   instance, because the roles are the whole server's`;

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > HIGHEST_FIRST) {
    throw new UsageError(`--port wants a number from 1 to ${HIGHEST_FIRST}, not ${text}`);
  }
  return port;
}

function readTimeZone(name: string): string {
  if (isTimeZone(name)) return name;
  throw new UsageError(`TPMALL_TIME_ZONE wants a zone such as ${DEFAULT_TIME_ZONE} or UTC, not ${name}`);
}

function readTimeout(text: string | undefined): number {
  const timeout = Number(text ?? DEFAULT_ANSWER_TIMEOUT_MS);
  if (!Number.isInteger(timeout) || timeout < 50 || timeout > 60_000) {
    throw new UsageError(`TPMALL_ANSWER_TIMEOUT_MS wants milliseconds from 50 to 60000, not ${text}`);
  }
  return timeout;
}

function readModules(text: string): readonly ModuleName[] {
  if (text === 'all') return MODULE_NAMES;
  return text.split(',').map((part) => {
    const name = MODULE_NAMES.find((known) => known === part.trim());
    if (!name) throw new UsageError(`there is no module ${part}; there are ${MODULE_NAMES.join(', ')}`);
    return name;
  });
}

function readLevel(text: string): ServerOptions['logLevel'] {
  const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
  const level = levels.find((known) => known === text);
  if (!level) throw new UsageError(`--log wants one of ${levels.join(', ')}, not ${text}`);
  return level;
}
