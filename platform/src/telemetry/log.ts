import { Redacted } from '@tpmall/kernel';
import { type BaseLogger, type DestinationStream, pino, stdTimeFunctions } from 'pino';
import type { Log } from './types.ts';

/**
 * Keys whose values never reach a log line, wherever they stand, in case one was not wrapped in `Redacted`.
 */
const SECRET_KEYS = [
  'pan',
  'cvv',
  'cvc',
  'number',
  'password',
  'secret',
  'key',
  'authorization',
  'cookie',
  'client_secret',
];

/**
 * Text that looks like a card number: 13 to 19 digits, possibly grouped. Logs show its first and last four
 * only.
 */
const CARD_LIKE = /\b\d(?:[ -]?\d){12,18}\b/g;

/** How a log is made. */
export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; standard error by default, so that standard output stays for people. */
  readonly destination?: DestinationStream;
}

/** The process's log: JSON lines with redaction. `forModule` adds the module's name to each line. */
export function createLog(options: LogOptions): Log & { forModule(module: string): Log } {
  const base = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: '[redacted]',
      },
      serializers: { error: describeError },
      hooks: {
        logMethod(args, method) {
          method.apply(
            this,
            args.map((arg) => (typeof arg === 'string' ? maskCardNumbers(arg) : arg)) as typeof args,
          );
        },
      },
    },
    options.destination ?? process.stderr,
  );
  return Object.assign(wrap(base), { forModule: (module: string) => wrap(base.child({ module })) });
}

function wrap(logger: BaseLogger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

/** Replaces the middle of whatever looks like a card number. */
export function maskCardNumbers(text: string): string {
  return text.replace(CARD_LIKE, (number) => {
    const digits = number.replaceAll(/\D/g, '');
    return `${digits.slice(0, 4)}••••${digits.slice(-4)}`;
  });
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error instanceof Redacted ? error.toString() : error;
  return {
    type: error.name,
    message: maskCardNumbers(error.message),
    stack: maskCardNumbers(error.stack ?? ''),
  };
}

/** A log that says nothing: for tests that look at other things. */
export const silentLog: Log & { forModule(module: string): Log } = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  forModule: () => silentLog,
};
