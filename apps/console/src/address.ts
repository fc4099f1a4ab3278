/** The longest text that an address is read for. */
const TEXT_MAX = 500;

/** What of an address is known here, as text; the router reads digits and `false` as what they look like. */
export function readAddress<Name extends string>(
  search: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): { readonly [N in Name]?: string | undefined } {
  const known: { [N in Name]?: string } = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') known[name] = value.slice(0, TEXT_MAX);
    if (typeof value === 'number' || typeof value === 'boolean') known[name] = String(value);
  }
  return known;
}

/** The same without what is empty, for an address to go to. */
export function withoutEmpty<T extends Readonly<Record<string, string | undefined>>>(wanted: T): Partial<T> {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(given) as Partial<T>;
}
