import { Html, html } from '@tpmall/platform/pages';
import type { Words } from './card-page-words.ts';

/** Problems of the form by field; a field without one is fine. */
export interface FormProblems {
  readonly number?: string;
  readonly expiry?: string;
  readonly cvc?: string;
}

/** What the page is shown with after a submission that was not taken. Holds neither number nor code. */
export interface Refilled {
  readonly problems: FormProblems;
  readonly expiry: string;
  readonly name: string;
  /** Said above the number where only another field was wrong. */
  readonly numberHint: string | null;
}

/** What was wrong with the form, in one sentence above it. */
export function problemNote(words: Words, refilled: Refilled | null): Html | false {
  const count = Object.keys(refilled?.problems ?? {}).length;
  return (
    count > 0 && html`<div class="note red" role="alert"><p class="strong">${words.problems(count)}</p></div>`
  );
}

/** The fields of a card, empty or with what was wrong in them. */
export function cardFields(words: Words, refilled: Refilled | null): Html {
  const problems = refilled?.problems ?? {};
  const field = (options: Omit<FieldOptions, 'problem' | 'focus'> & { name: string }): Html =>
    fieldOf({
      ...options,
      problem: problems[options.name as keyof FormProblems] ?? null,
      // The number is empty again whatever was wrong, so that is where to go on.
      focus: refilled !== null && options.name === 'number',
    });
  return html`${[
    field({
      name: 'number',
      label: words.number,
      autocomplete: 'cc-number',
      numeric: true,
      hint: refilled?.numberHint ?? null,
    }),
    html`<div class="two-col">${field({
      name: 'expiry',
      label: words.expiry,
      autocomplete: 'cc-exp',
      numeric: true,
      value: refilled?.expiry ?? '',
      placeholder: '09 / 28',
      hint: null,
    })}${field({
      name: 'cvc',
      label: words.cvc,
      autocomplete: 'cc-csc',
      numeric: true,
      hint: words.cvcHint,
    })}</div>`,
    field({
      name: 'name',
      label: words.name,
      autocomplete: 'cc-name',
      numeric: false,
      value: refilled?.name ?? '',
      hint: null,
    }),
  ]}`;
}

interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly autocomplete: string;
  readonly numeric: boolean;
  readonly hint: string | null;
  readonly problem: string | null;
  readonly focus: boolean;
  readonly value?: string;
  readonly placeholder?: string;
}

function fieldOf(field: FieldOptions): Html {
  const { name, problem, hint, value, placeholder } = field;
  const described = [problem && `${name}-err`, hint && `${name}-hint`].filter(Boolean).join(' ');
  const attributes = [
    html`id="${name}" name="${name}" autocomplete="${field.autocomplete}"`,
    field.numeric && html` class="num" inputmode="numeric"`,
    value ? html` value="${value}"` : false,
    placeholder ? html` placeholder="${placeholder}"` : false,
    described !== '' && html` aria-describedby="${described}"`,
    problem !== null && html` aria-invalid="true"`,
    field.focus && html` autofocus`,
  ].filter((attribute) => attribute instanceof Html);
  return html`<div class="field${problem !== null && ' bad'}"><label for="${name}">${field.label}</label>
<input ${attributes}>
${problem !== null && html`<p class="err" id="${name}-err">${problem}</p>`}
${hint !== null && html`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`;
}
