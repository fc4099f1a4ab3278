import { err, type Micros, type Result } from '@tpmall/kernel';
import type { EventResult } from '../contract/index.ts';
import type { Applied, Batch } from '../machine/index.ts';

/** Codes that the writer refuses a whole call with. */
export type CallCode = 'account_owned_by_module' | 'unavailable' | 'unknown';

/** What a call is answered. */
export type CallResult = Result<{ readonly results: readonly EventResult<string>[] }, CallCode>;

/** One call on its way through the writer. */
export interface Call {
  batch: Batch;
  /** On whose behalf: a module, or `operator`. */
  readonly owner: string;
  readonly size: number;
  readonly deadlineAt: Micros;
  readonly answer: (result: CallResult) => void;
  /** Set while it is applied and not yet committed. */
  applied: Applied<string> | undefined;
  /** Set where it was refused whole: nothing is applied. */
  refusal: CallResult | undefined;
  answered: boolean;
  /** The refused ids that the log was asked for; judged again, the call may refuse others. */
  asked?: ReadonlySet<bigint> | undefined;
  /** Set after its batch failed unexpectedly: it goes alone, so that it harms nobody else. */
  alone: boolean;
}

/** Calls waiting for their batch: bounded, first in first out. */
export interface CallQueue {
  readonly length: number;
  /** Items of all calls waiting. */
  readonly items: number;
  /** False where there is no room. */
  push(call: Call): boolean;
  /** Puts calls back that were taken, in front and in their order. */
  putBack(calls: readonly Call[]): void;
  /** Takes calls in order, up to about `items` items and at least one call. */
  take(items: number): Call[];
  /** Answers the calls whose deadline has passed with `unavailable` and lets them go. */
  expire(now: Micros): void;
  /** Answers all calls with `unavailable`. */
  refuseAll(why: string): void;
  /** As `refuseAll`, and so are calls answered that are put back from now on. */
  close(why: string): void;
}

/** @param itemsMax how many items (transfers and accounts) may wait in all */
export function createCallQueue(itemsMax: number): CallQueue {
  let calls: (Call | undefined)[] = [];
  let head = 0;
  let items = 0;
  let closed: string | undefined;
  const next = (): Call | undefined => {
    const call = calls[head];
    if (!call) return undefined;
    // A place left filled would keep a call, and all that hangs on it, from the garbage collector.
    calls[head] = undefined;
    head += 1;
    if (head > 1_024 && head > calls.length / 2) {
      calls = calls.slice(head);
      head = 0;
    }
    items -= call.size;
    return call;
  };
  const refuseAll = (why: string): void => {
    for (let call = next(); call; call = next()) answerOnce(call, err('unavailable', why));
  };
  return {
    get length() {
      return calls.length - head;
    },
    get items() {
      return items;
    },
    push(call) {
      if (items + call.size > itemsMax && items > 0) return false;
      calls.push(call);
      items += call.size;
      return true;
    },
    putBack(back) {
      calls = [...back, ...calls.slice(head)];
      head = 0;
      for (const call of back) {
        items += call.size;
        // What was learned may be gone by the time it goes again.
        call.asked = undefined;
        if (call.batch.kind !== 'accounts' || !call.batch.takenTimestamps) continue;
        const { takenTimestamps: _, ...batch } = call.batch;
        call.batch = batch;
      }
      if (closed !== undefined) refuseAll(closed);
    },
    take(limit) {
      const taken: Call[] = [];
      let size = 0;
      for (;;) {
        const call = calls[head];
        if (!call) return taken;
        if (taken.length > 0 && (call.alone || size + call.size > limit)) return taken;
        next();
        if (call.answered) continue;
        taken.push(call);
        size += call.size;
        if (call.alone) return taken;
      }
    },
    expire(now) {
      for (let index = head; index < calls.length; index += 1) {
        const call = calls[index];
        if (call && call.deadlineAt < now)
          answerOnce(call, err('unavailable', 'the deadline passed in the queue'));
      }
    },
    refuseAll,
    close(why) {
      closed = why;
      refuseAll(why);
    },
  };
}

/** Answers a call, unless it was already given up on. */
export function answerOnce(call: Call, result: CallResult): void {
  if (call.answered) return;
  call.answered = true;
  call.answer(result);
}
