/**
 * What metadata is after a change: keys that are given are set, those given empty are taken away, the
 * others stay. Giving nothing at all (an empty string on the wire) takes everything away.
 */
export function mergeMetadata(
  before: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  if (Object.keys(given).length === 0) return {};
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== ''));
}
