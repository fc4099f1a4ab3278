import type { World } from './world.ts';

/** Puts fresh objects where an example says `{customer}` or the like. */
export async function fill(value: unknown, make: World['make']): Promise<unknown> {
  if (typeof value === 'string') {
    const [, placeholder] = /^\{(\w+)\}$/.exec(value) ?? [];
    return placeholder === undefined ? value : make(placeholder);
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => fill(item, make)));
  if (typeof value !== 'object' || value === null) return value;
  const filled: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) filled[key] = await fill(item, make);
  return filled;
}

/** Makes one object of each kind and gives it again: what is refused uses nothing up. */
export function oneOfEach(make: World['make']): {
  readonly make: World['make'];
  /** The ids of all that was made. */
  all(): Promise<readonly string[]>;
} {
  const made = new Map<string, Promise<string>>();
  return {
    make(placeholder) {
      const one = made.get(placeholder) ?? make(placeholder);
      made.set(placeholder, one);
      return one;
    },
    all: () => Promise.all(made.values()),
  };
}
