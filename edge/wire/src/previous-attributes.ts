type Fields = Readonly<Record<string, unknown>>;

/**
 * What an object was where it has changed, as `previous_attributes` of an event tells it: of nested objects
 * only the fields that differ, of lists and plain values the whole, and null for a field that was not there.
 *
 * @example previousAttributes({ name: 'A', metadata: {} }, { name: 'B', metadata: { k: 'v' } })
 * // { name: 'A', metadata: { k: null } }
 */
export function previousAttributes(before: object, after: object): Record<string, unknown> {
  return changedFields(before as Fields, after as Fields);
}

function changedFields(before: Fields, after: Fields): Record<string, unknown> {
  const previous: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = Object.hasOwn(before, name) ? (before[name] ?? null) : null;
    const is = Object.hasOwn(after, name) ? (after[name] ?? null) : null;
    if (isFields(was) && isFields(is)) {
      const changed = changedFields(was, is);
      if (Object.keys(changed).length > 0) previous.push([name, changed]);
    } else if (JSON.stringify(was) !== JSON.stringify(is)) previous.push([name, was]);
  }
  // Not by assignment: clients choose the names of metadata, and `__proto__` is a name like any other.
  return Object.fromEntries(previous);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
