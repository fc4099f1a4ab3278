import { Link } from '@tanstack/react-router';
import { useWords } from '../language.tsx';
import { useTitle } from '../parts/title.ts';
import { words } from './words.ts';

/** An address that nothing is at. */
export function NotFound() {
  const w = useWords(words);
  useTitle(w.notFound);
  return (
    <div className="empty stack s">
      <h1>{w.notFound}</h1>
      <p>
        <Link to="/">{w.toPayments}</Link>
      </p>
    </div>
  );
}
