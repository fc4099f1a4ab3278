import { useEffect, useState } from 'react';
import { useWords } from '../language.tsx';
import { words } from './words.ts';

/** What comes within this time needs no sign that it is coming. */
const PATIENCE_MS = 300;

/** Bars where rows will stand, and words; nothing at first. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const w = useWords(words);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stack" aria-busy="true">
      <p className="cap" role="status">
        {isLate && w.loading}
      </p>
      {isLate &&
        Array.from({ length: rows }, (_unused, row) => <p key={row} className="bone" aria-hidden="true" />)}
    </div>
  );
}
