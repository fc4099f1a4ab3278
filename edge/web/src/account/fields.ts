import { type Html, html } from '@tpmall/platform/pages';

/** One line that somebody writes into. */
export interface LineField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly max: number;
  readonly autocomplete: string;
  readonly type?: 'email' | 'tel' | 'text';
  /** What a phone's keyboard shows. */
  readonly inputMode?: 'decimal' | 'email' | 'numeric' | 'tel' | 'text';
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly required?: boolean;
}

/** A field with its label above, and below it what is wrong and how to mend it. */
export function lineField(field: LineField): Html {
  const { name, label, value, max, autocomplete, type = 'text', inputMode, hint, error } = field;
  const described = [hint === undefined ? '' : `${name}-hint`, error === undefined ? '' : `${name}-error`];
  const by = described.filter((id) => id !== '').join(' ');
  return html`<div class="field${error !== undefined && ' bad'}"><label for="${name}">${label}</label>${
    hint !== undefined && html`<span class="hint" id="${name}-hint">${hint}</span>`
  }
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${max}"
 value="${value}"${inputMode !== undefined && html` inputmode="${inputMode}"`}${
   field.required === true && html` required`
 }${error !== undefined && html` aria-invalid="true" autofocus`}${
   by !== '' && html` aria-describedby="${by}"`
 }>${error !== undefined && html`<span class="err" id="${name}-error">${error}</span>`}</div>
`;
}
