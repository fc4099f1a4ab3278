/** The id of what was not expanded. */
export function idOf(value: string | { readonly id: string } | null | undefined): string {
  if (typeof value !== 'string') throw new Error('expected an id');
  return value;
}
