import { type Clock, type Micros, SECOND } from '@tpmall/kernel';

/** How old what is shown to everybody may be: new goods are in the mall that much later. */
const FRESH: Micros = 2 * SECOND;
/**
 * Different questions that are remembered, shelves of searches among them; the oldest are forgotten first.
 */
const ANSWERS_MAX = 200;

/** Asks a question, unless its answer is there from a moment ago or on its way. */
export type Recent = <T extends { readonly ok: boolean }>(
  question: unknown,
  ask: () => Promise<T>,
) => Promise<T>;

/**
 * Remembers for a moment what is the same for every shopper: shelves and the ways to them, never carts,
 * orders, or what is bought by. A failure is not remembered.
 */
export function createRecent(clock: Clock): Recent {
  const answers = new Map<string, { readonly at: Micros; readonly answer: Promise<unknown> }>();
  return async <T extends { readonly ok: boolean }>(question: unknown, ask: () => Promise<T>): Promise<T> => {
    const key = JSON.stringify(question);
    const known = answers.get(key);
    // One question has one kind of answer: whoever asks names what is asked.
    if (known && clock.now() - known.at < FRESH) return known.answer as Promise<T>;
    const answer = ask();
    answers.delete(key);
    answers.set(key, { at: clock.now(), answer });
    const oldest = answers.keys().next().value;
    if (answers.size > ANSWERS_MAX && oldest !== undefined) answers.delete(oldest);
    const forget = (): void => {
      if (answers.get(key)?.answer === answer) answers.delete(key);
    };
    try {
      const given = await answer;
      if (!given.ok) forget();
      return given;
    } catch (error) {
      forget();
      throw error;
    }
  };
}
