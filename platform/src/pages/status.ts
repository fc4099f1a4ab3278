import { type Html, html } from './html.ts';

/** The shapes of a status: ● done, ◐ waiting, ○ open, ▬ refused, ◇ sent back, ▲ due. */
export type Shape = 'done' | 'wait' | 'open' | 'no' | 'back' | 'due';

/** A shape and a word, never colour alone. */
export function status(shape: Shape, word: Html | string): Html {
  return html`<span class="st ${shape}">${word}</span>`;
}
