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
