import { type Html, status } from '@tpmall/platform/pages';
import { type Words } from './words.ts';

/** Whether debits equal credits. */
export function balancedStatus(w: Words, isBalanced: boolean): Html {
  return isBalanced ? status('done', w.balanced) : status('due', w.unbalanced);
}
