import type { Clock } from '@tpmall/kernel';
import { SECOND } from '@tpmall/kernel';
import { DatabaseAway } from '@tpmall/platform/db';
import type { Log } from '@tpmall/platform/telemetry';

/** How often a database that is away is looked for. */
const LOOK_MS = 500;

/** What broken connections are called, of every kind of client that there is. */
const BROKEN: readonly unknown[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'];
/** What pg says without a code. */
const BROKEN_WORDS = /^(?:Connection terminated|Client has encountered a connection error)/;

type ProcessLog = Log & { forModule(module: string): Log };

/** A log that tells an outage of the database once. */
export interface OutageLog {
  readonly log: ProcessLog;
  /** Looks for nothing any more. */
  stop(): void;
}

/**
 * Everything in the process asks the database several times a second and logs what failed. While it is away
 * that is one line at the beginning and one at the end, which counts those in between.
 *
 * @param isBack asks the database whether it answers
 */
export function createOutageLog(log: ProcessLog, clock: Clock, isBack: () => Promise<boolean>): OutageLog {
  let outage: { readonly since: number; lines: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const look = async (): Promise<void> => {
    const back = await isBack();
    if (stopped || !outage) return;
    if (!back) {
      timer = setTimeout(() => void look(), LOOK_MS);
      return;
    }
    const seconds = Math.round((clock.now() - outage.since) / (SECOND / 10)) / 10;
    log.warn({ seconds, lines: outage.lines }, 'the database is back; lines of what failed were left out');
    outage = undefined;
  };
  const isTold = ({ error }: { readonly error?: unknown }): boolean => {
    if (!outage && isAway(error)) {
      outage = { since: clock.now(), lines: 0 };
      log.error({ reason: reasonOf(error) }, 'the database is away; looking for it');
      if (!stopped) timer = setTimeout(() => void look(), LOOK_MS);
    }
    if (!outage || !isBroken(error)) return false;
    outage.lines += 1;
    return true;
  };
  const quiet = (inner: Log): Log => ({
    debug: inner.debug,
    info: inner.info,
    warn: (fields, message) => {
      if (!isTold(fields)) inner.warn(fields, message);
    },
    error: (fields, message) => {
      if (!isTold(fields)) inner.error(fields, message);
    },
  });
  return {
    log: { ...quiet(log), forModule: (module) => quiet(log.forModule(module)) },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isAway);
  return error instanceof DatabaseAway;
}

/** While the database is away: whether that is why this failed. */
function isBroken(error: unknown): boolean {
  if (isAway(error)) return true;
  if (!(error instanceof Error)) return false;
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  return BROKEN.includes(code) || severity === 'FATAL' || BROKEN_WORDS.test(error.message);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
