import { type Html, html, type Language, languageNames, languageTags } from '@tpmall/platform/pages';
import type { Visit } from './visit.ts';

/** The id of the form that somebody types into: what stands in it goes along into the other language. */
export const TYPED = 'typed';
/** The field by which a form is not sent, but shown once more. */
const REDRAWN = 'redrawn';

/** Whether nothing is to be done: the form is only asked for in another language, with what stands in it. */
export function isRedrawn({ form }: Pick<Visit, 'form'>): boolean {
  return form[REDRAWN] === '1';
}

/**
 * The buttons of a page's head that belong to its form. A key in a field presses the first button of its
 * form: it is one that nobody sees and that sends the form, so that it is never the one of the language.
 */
export function typedFormButtons(
  action: string,
  other: Language,
): { readonly send: Html; readonly tongue: Html } {
  return {
    send: html`<button class="sr" form="${TYPED}" tabindex="-1" aria-hidden="true"></button>`,
    tongue: html`<button class="tongue" form="${TYPED}" formaction="${action}?lang=${other}" formnovalidate
 name="${REDRAWN}" value="1" lang="${languageTags[other]}">${languageNames[other]}</button>`,
  };
}
