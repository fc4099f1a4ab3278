import { err } from '@tpmall/kernel';
import type { Database, Queryable } from '@tpmall/platform/db';
import type { Between } from './world.ts';

/** Thrown in place of everything a dead process would have done. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * A process that dies at its nth effect: every statement, transaction and call to another module is one. It
 * dies before the effect, or after it and before it could learn of it; from then on nothing it does reaches
 * anything.
 */
export function dyingAt(effect: number, when: 'before' | 'after'): Between & { died(): boolean } {
  let count = 0;
  let dead = false;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) throw new Killed('dead already');
    count += 1;
    const fatal = count === effect;
    if (fatal) dead = true;
    if (fatal && when === 'before') throw new Killed(`before effect ${effect}`);
    const value = await work();
    if (fatal || dead) throw new Killed(`after effect ${effect}`);
    return value;
  };
  return {
    died: () => dead,
    port: (_contract, port) => around(port, run),
    db: (db: Database): Database => ({
      ...db,
      run: (statement, values) => run(() => db.run(statement, values)),
      transaction: (work: (tx: Queryable) => Promise<never>) => run(() => db.transaction(work)),
    }),
  };
}

/**
 * A process whose nth call to the ledger or to acquiring is answered with what a module that is away answers:
 * `unavailable` where it was not executed, `unknown` where it was.
 */
export function losingAt(call: number, answer: 'unavailable' | 'unknown'): Between & { lost(): boolean } {
  let count = 0;
  const run = async (work: () => Promise<unknown>): Promise<unknown> => {
    count += 1;
    if (count !== call) return work();
    if (answer === 'unknown') await work();
    return err(answer, `call ${call} was lost`);
  };
  return {
    lost: () => count >= call,
    port: ({ module }, port) => (module === 'ledger' || module === 'acquiring' ? around(port, run) : port),
  };
}

/** A process to which neither the ledger nor acquiring can be reached: none of its calls is executed. */
export function goneFor(): Between {
  const away = async (): Promise<unknown> => err('unavailable', 'nobody can be reached');
  return {
    port: ({ module }, port) => (module === 'ledger' || module === 'acquiring' ? around(port, away) : port),
  };
}

/** A port each of whose calls is made by `run`. */
function around<P extends object>(port: P, run: (work: () => Promise<unknown>) => Promise<unknown>): P {
  type Call = (...input: readonly unknown[]) => Promise<unknown>;
  const inner = port as Readonly<Record<string, Call>>;
  const wrapped = Object.keys(inner).map((name) => [
    name,
    (...input: readonly unknown[]) => run(async () => inner[name]?.(...input)),
  ]);
  return Object.fromEntries(wrapped) as P;
}

/** Waits for what a dying process does: that it died is no failure, anything else is. */
export async function orKilled(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}
