import { useWords } from '../language.tsx';
import type { ReturnState } from '../orders/objects.ts';
import { type Shape, Status } from '../parts/status.tsx';
import { words } from './words.ts';

const SHAPES: Readonly<Record<ReturnState, Shape>> = {
  asked: 'wait',
  awaited: 'wait',
  accepted: 'back',
  refunded: 'back',
  refused: 'no',
  withdrawn: 'open',
  failed: 'due',
};

/** How a return stands. */
export function ReturnStatus({ state }: { readonly state: ReturnState }) {
  const w = useWords(words);
  return <Status shape={SHAPES[state]}>{w.states[state]}</Status>;
}
