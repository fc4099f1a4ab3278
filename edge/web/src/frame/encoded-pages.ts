import { type Encoded, encode } from '@tpmall/platform/pages';

/** Pages that are kept, the oldest forgotten first. A shelf is the same for all with as full a cart. */
const PAGES_MAX = 100;

/** Pages as they are sent, each compressed once for all who get the same. */
export function createEncodedPages(): (html: string) => Encoded {
  const pages = new Map<string, Encoded>();
  return (html) => {
    const known = pages.get(html);
    if (known) return known;
    const made = encode(html, false);
    pages.set(html, made);
    const oldest = pages.keys().next().value;
    if (pages.size > PAGES_MAX && oldest !== undefined) pages.delete(oldest);
    return made;
  };
}
