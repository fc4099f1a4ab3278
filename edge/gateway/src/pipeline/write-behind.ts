import type { Database } from '@tpmall/platform/db';
import type { Counter, Log } from '@tpmall/platform/telemetry';
import { INSERT_MAX, insertGivenAnswers } from '../store/given-answers.ts';
import type { GivenAnswer } from './replay.ts';

/** How long an answer waits for others, so that one statement keeps many. */
const INTERVAL_MS = 200;
/** Answers that may wait; beyond it they are not kept, and the domain answers for their keys. */
const MAX_WAITING = 10_000;

/**
 * Keeps given answers in the database, off the request's path. Losing some is allowed: it is only a cache.
 */
export interface WriteBehind {
  add(given: GivenAnswer): void;
  /** Writes what is waiting and stops. */
  stop(): Promise<void>;
}

/** Starts to write behind. `dropped` counts answers that could not be kept. */
export function createWriteBehind(db: Database, log: Log, dropped: Counter): WriteBehind {
  let waiting: GivenAnswer[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, INSERT_MAX);
      waiting = waiting.slice(INSERT_MAX);
      try {
        await insertGivenAnswers(db, batch);
      } catch (error) {
        dropped.add({}, batch.length);
        log.warn({ error, answers: batch.length }, 'answers were not kept for repetition');
      }
    }
  };
  const flush = (): void => {
    timer = undefined;
    writing = writing.then(write);
  };

  return {
    add(given) {
      if (waiting.length >= MAX_WAITING) {
        dropped.add();
        return;
      }
      waiting.push(given);
      timer ??= setTimeout(flush, INTERVAL_MS);
    },
    async stop() {
      if (timer) clearTimeout(timer);
      flush();
      await writing;
    },
  };
}
