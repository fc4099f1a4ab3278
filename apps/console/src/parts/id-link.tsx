import { Link } from '@tanstack/react-router';
import { PLACES } from '../places.ts';
import { sectionsOf } from '../sections.ts';
import { useVisitor } from '../shell/visitor.tsx';

/** An id, which leads to what it names where this desk has a page of it. */
export function IdLink({ id }: { readonly id: string }) {
  const { desk } = useVisitor();
  const places = sectionsOf(desk);
  const page = PLACES.find(([ids, path]) => ids.test(id) && places.some((place) => place.path === path));
  if (!page) return <span className="mono code">{id}</span>;
  return (
    <Link to={page[2]} params={{ id }} className="mono code">
      {id}
    </Link>
  );
}
