import type { ReactNode } from 'react';

/** Shape first, colour second, word always. */
export type Shape = 'done' | 'wait' | 'open' | 'no' | 'due' | 'back';

/** How something stands. */
export function Status({ shape, children }: { readonly shape: Shape; readonly children: ReactNode }) {
  return <span className={`st ${shape}`}>{children}</span>;
}
