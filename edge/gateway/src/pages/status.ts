import { type Html, html } from './html.ts';
import type { Words } from './words.ts';

/** The shapes of a status: ● done, ◐ waiting, ○ open, ▬ refused, ◇ sent back, ▲ due. */
export type Shape = 'done' | 'wait' | 'open' | 'no' | 'back' | 'due';

/** A shape and a word, never colour alone. */
export function status(shape: Shape, word: string): Html {
  return html`<span class="st ${shape}">${word}</span>`;
}

/** Whether debits equal credits. */
export function balancedStatus(w: Words, isBalanced: boolean): Html {
  return isBalanced ? status('done', w.balanced) : status('due', w.unbalanced);
}
