import type { Clock, IdSource, Random } from '@tpmall/kernel';
import type { CallContext, OutgoingContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { Log } from '@tpmall/platform/telemetry';
import type { AcquiringConfig } from '../config.ts';
import type { Connectors } from '../connectors.ts';
import type { Router } from '../routing/router.ts';
import type { SharedWrites } from '../store/shared-writes.ts';
import type { AdviceSender } from './send-advices.ts';
import type { VaultPort } from './vault-port.ts';

/** What the use cases of this module work with. */
export interface Room {
  readonly config: AcquiringConfig;
  readonly db: Database;
  readonly writes: SharedWrites;
  readonly vault: VaultPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly connectors: Connectors;
  readonly router: Router;
  readonly sender: AdviceSender;
  /** Counts approvals on our own risk. */
  readonly standIns: { add(labels: { readonly rule: string; readonly currency: string }): void };
  /** Work that is under way for a command, so that a repetition at the same moment waits for it. */
  readonly underWay: UnderWay;
}

/** Runs work once for each key at a time. */
export type UnderWay = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Joins whoever is doing the same thing already, in this process. */
export function createUnderWay(): UnderWay {
  const running = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    // Keys begin with the operation's name, so the same key always holds the same type.
    const joined = running.get(key) as Promise<T> | undefined;
    if (joined) return joined;
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}

/** The context of a call that one of our commands makes: its own command, the same deadline. */
export function onward(context: CallContext, step: string): OutgoingContext {
  const { actor, tenant, commandId, deadlineAt, traceparent } = context;
  return { actor, tenant, commandId: `${commandId}/${step}`, deadlineAt, traceparent };
}
