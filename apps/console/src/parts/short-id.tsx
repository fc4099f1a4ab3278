/** How many characters tell one id from the others of a page. */
const END = 6;

/** An id by its kind and its end; all of it is told to whoever points at it. */
export function ShortId({ id }: { readonly id: string }) {
  const at = id.indexOf('_');
  const isShort = at < 0 || id.length - at - 1 <= END;
  return (
    <span className="mono nowrap" title={id}>
      {isShort ? id : `${id.slice(0, at)}_…${id.slice(-END)}`}
    </span>
  );
}
