import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';

/** One statement of a connection, as a request caused it. */
export interface Ran {
  /** Who is connected: `tpmall payments`. */
  readonly by: string;
  /** Its name, or the beginning of its text where it has none. */
  readonly name: string;
  readonly text: string;
  /** Order of beginning; statements of all connections share one count. */
  readonly began: number;
  ended: number;
}

/** A connection or a pool of them. */
interface Watched {
  query: (...args: readonly unknown[]) => unknown;
  readonly connectionParameters?: { readonly application_name?: string };
  readonly options?: { readonly application_name?: string };
}

function described(on: Watched, statement: unknown): Pick<Ran, 'by' | 'name' | 'text'> {
  const given = typeof statement === 'string' ? { text: statement } : statement;
  const { name, text = 'COPY' } = given as { name?: string; text?: string };
  const by = (on.connectionParameters ?? on.options)?.application_name ?? '';
  return { by, name: name ?? text.slice(0, 60), text };
}

/**
 * For how many turns of the event loop an answer is held back. What waits for nobody begins within a few
 * turns, and so before the answer, however fast Postgres is and however long this process gets no processor.
 */
const TURNS_HELD = 50;

async function holdBack(): Promise<void> {
  for (let turn = 0; turn < TURNS_HELD; turn += 1) await nextTurn();
}

async function heldBack(answer: Promise<unknown>, ends: () => void): Promise<unknown> {
  try {
    return await answer;
  } finally {
    await holdBack();
    ends();
  }
}

/** An argument as it was or, where it is the callback of a statement, held back and told of first. */
function endsBefore(ends: () => void): (arg: unknown) => unknown {
  return (arg) => {
    if (typeof arg !== 'function') return arg;
    return (...of: readonly unknown[]): void => {
      void holdBack().then(() => {
        ends();
        Reflect.apply(arg, undefined, of);
      });
    };
  };
}

/**
 * Watches every statement that this process sends, on every connection, and tells which of them a piece of
 * work has caused. What runs by itself (relays, jobs, checkpoints) belongs to nobody's work and is left out.
 */
export function watchStatements(): {
  during<T>(work: () => Promise<T>): Promise<{ value: T; ran: readonly Ran[] }>;
  restore(): void;
} {
  const current = new AsyncLocalStorage<Ran[]>();
  let count = 0;
  const watch = (prototype: Watched): (() => void) => {
    const { query } = prototype;
    prototype.query = function (this: Watched, ...args: readonly unknown[]): unknown {
      const ran = current.getStore();
      if (!ran) return Reflect.apply(query, this, args);
      count += 1;
      const one: Ran = { ...described(this, args[0]), began: count, ended: Infinity };
      ran.push(one);
      const ends = (): void => {
        count += 1;
        one.ended = count;
      };
      // A pool asks a connection in turn, which must not be counted again.
      const answer = current.exit<unknown, []>(() => Reflect.apply(query, this, args.map(endsBefore(ends))));
      return answer instanceof Promise ? heldBack(answer, ends) : answer;
    };
    return () => {
      prototype.query = query;
    };
  };
  const restores = [pg.Client.prototype, pg.Pool.prototype].map((each) => watch(each as unknown as Watched));
  return {
    async during(work) {
      const ran: Ran[] = [];
      const value = await current.run(ran, work);
      // What was begun and not awaited goes on behind the answer and is not part of it.
      return { value, ran: [...ran] };
    },
    restore: () => {
      for (const restore of restores) restore();
    },
  };
}
