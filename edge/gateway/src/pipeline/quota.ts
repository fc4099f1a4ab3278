import { type Clock, DAY, type Micros, SECOND } from '@tpmall/kernel';
import type { Log } from '@tpmall/platform/telemetry';
import { dayOf, type QuotaUse } from '../store/quota-use.ts';
import type { Caller } from './caller.ts';

/** How often counts are added up with those of other processes. */
const SHARE_EVERY_MS = 2_000;

/** Counts the requests of keys that have a daily quota. */
export interface Quota {
  /** Seconds until the next day where the quota is used up; 0 where the request may pass, which counts it. */
  take(caller: Pick<Caller, 'keyId' | 'dailyQuota'>): number;
  /** Takes in what was used before this process began. */
  load(used: readonly QuotaUse[]): void;
  /** Adds up what was counted and stops. */
  stop(): Promise<void>;
}

/**
 * Quotas in memory, added up behind the requests.
 *
 * @param share adds counts to what all processes have, and answers that; it may fail and is tried again
 */
export function createQuota(
  clock: Clock,
  log: Log,
  share: (counted: readonly QuotaUse[]) => Promise<readonly QuotaUse[]>,
): Quota {
  let day = '';
  const used = new Map<string, number>();
  let counted = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const begin = (today: string): void => {
    if (today === day) return;
    day = today;
    used.clear();
    counted = new Map();
  };
  const shareCounts = async (): Promise<void> => {
    timer = undefined;
    if (counted.size === 0) return;
    const sent = [...counted].map(([keyId, count]) => ({ keyId, day, used: count }));
    counted = new Map();
    const all = await share(sent).catch((error: unknown) => {
      log.warn({ error }, 'quotas were not shared with other processes; they will be');
      return undefined;
    });
    if (!all) {
      for (const one of sent) if (one.day === day) add(counted, one.keyId, one.used);
      timer ??= setTimeout(() => void shareCounts(), SHARE_EVERY_MS);
      return;
    }
    for (const one of all) {
      // What came meanwhile is not in it yet.
      if (one.day === day) used.set(one.keyId, one.used + (counted.get(one.keyId) ?? 0));
    }
  };

  return {
    take({ keyId, dailyQuota }) {
      if (dailyQuota === null) return 0;
      const now = clock.now();
      begin(dayOf(now));
      const soFar = used.get(keyId) ?? 0;
      if (soFar >= dailyQuota) return secondsToMidnight(now);
      used.set(keyId, soFar + 1);
      add(counted, keyId, 1);
      timer ??= setTimeout(() => void shareCounts(), SHARE_EVERY_MS);
      return 0;
    },
    load(rows) {
      begin(dayOf(clock.now()));
      for (const row of rows) if (row.day === day) used.set(row.keyId, row.used);
    },
    async stop() {
      if (timer) clearTimeout(timer);
      await shareCounts();
      if (timer) clearTimeout(timer);
    },
  };
}

function add(counts: Map<string, number>, keyId: string, count: number): void {
  counts.set(keyId, (counts.get(keyId) ?? 0) + count);
}

function secondsToMidnight(now: Micros): number {
  return Math.ceil((DAY - (now % DAY)) / SECOND);
}
