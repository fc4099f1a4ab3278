import {
  ADDRESS_PARTS,
  COUNTRIES,
  type Collects,
  CUSTOM_VALUE_MAX,
  type CustomField,
  type DetailProblem,
  NAME_MAX,
  type Session,
} from '@tpmall/checkout/contract';
import { type Html, html, type Language, punctuation } from '@tpmall/platform/pages';
import { lineField } from '../account/fields.ts';
import { TYPED } from '../frame/typed-form.ts';
import { detailsWords } from './details-words.ts';
import { aside } from './said-view.ts';

/** What was written so far, by the names of the fields, and what is wrong with it. */
export interface Written {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly problems: Readonly<Record<string, DetailProblem>>;
}

/** A form of everything that the seller asks for, and what stands in it. */
interface Form extends Written {
  readonly language: Language;
  readonly collects: Collects;
}

type Part = keyof typeof ADDRESS_PARTS;
/** What browsers know the parts of an address by. */
const TOKENS: Readonly<Record<Exclude<Part, 'country'>, string>> = {
  line1: 'address-line1',
  line2: 'address-line2',
  city: 'address-level2',
  postalCode: 'postal-code',
  state: 'address-level1',
};
/** The choice to write the bill to whom and where it is sent. */
export const SAME = 'billing-same';
const LEFT_OUT: readonly Part[] = ['line2', 'state'];

/** Where the form of a session's details goes. */
export function detailsPath({ id }: Pick<Session, 'id'>): string {
  return `/c/pay/${id}/details`;
}

/** The fields of a session's page, each with its label, and a summary of what is wrong that leads to it. */
export function detailsForm(
  language: Language,
  session: Session,
  collects: Collects,
  { values, problems }: Written,
): Html {
  const w = detailsWords[language];
  const form = { language, collects, values, problems };
  const next = session.mode === 'setup' ? w.nextSaving : session.amountTotal === 0n ? w.nextFree : w.next;
  const asksEmail = session.customer === null && session.customerEmail === null;
  return html`${summary(form)}
<form id="${TYPED}" method="post" action="${detailsPath(session)}" class="stack l" novalidate>
${asksEmail && line(form, 'email', { autocomplete: 'email', type: 'email', inputMode: 'email', max: 320 })}
${
  collects.phone &&
  line(form, 'phone', { autocomplete: 'tel', type: 'tel', inputMode: 'tel', max: 40, hint: w.phoneHint })
}
${named(form, 'individualName', 'name')}${named(form, 'businessName', 'organization')}
${collects.shippingCountries !== null && shipping(form, collects.shippingCountries)}
${collects.billingAddress === 'required' && billing(form)}
${
  collects.customFields.length > 0 &&
  html`<fieldset class="part stack"><legend>${w.custom}</legend>
${collects.customFields.map((field) => custom(form, field))}</fieldset>`
}
${collects.termsOfService && terms(form)}
<button class="btn wide">${next}</button></form>`;
}

/** Every field that needs another look, by its label. */
function summary({ language, collects, problems }: Form): Html | false {
  const fields = Object.keys(problems);
  if (fields.length === 0) return false;
  const w = detailsWords[language];
  const { colon } = punctuation[language];
  const items = fields.map((field) => {
    const problem = problems[field];
    const label = labelOf(language, collects, field);
    return html`<li><a href="#${idOf(field)}">${label}</a>${colon}${problem && w.problems[problem]}</li>
`;
  });
  return html`<div class="note red" role="alert"><p class="strong">${w.summary}</p><ul>${items}</ul></div>`;
}

/** The id of a field's element: a key of the seller's is letters and digits. */
function idOf(field: string): string {
  return field.replaceAll('.', '-');
}

function labelOf(language: Language, collects: Collects, field: string): string {
  const w = detailsWords[language];
  const { colon } = punctuation[language];
  const [head = '', part = ''] = field.split('.');
  if (head === 'custom') return collects.customFields.find(({ key }) => key === part)?.label ?? part;
  if (head === 'terms') return w.termsField;
  if (head === 'shipping') return `${w.shipping}${colon}${w[part as Part | 'name']}`;
  if (head === 'address') return `${w.billing}${colon}${w[part as Part]}`;
  return w[head as 'email' | 'name' | 'phone' | 'individualName' | 'businessName'];
}

type Terms = Omit<Parameters<typeof lineField>[0], 'name' | 'label' | 'value' | 'error'> & {
  readonly label?: string;
};

function line({ language, values, problems }: Form, field: string, terms: Terms): Html {
  const w = detailsWords[language];
  const { label = w[field as 'email' | 'phone'], ...more } = terms;
  const problem = problems[field];
  const name = idOf(field);
  return lineField({
    ...{ name, label, value: values[name] ?? '', required: true, ...more },
    error: problem && w.problems[problem],
  });
}

/** The name of a person or business, where the seller asks for it by itself. */
function named(form: Form, field: 'individualName' | 'businessName', autocomplete: string): Html | false {
  const w = detailsWords[form.language];
  const asked = form.collects.names[field === 'individualName' ? 'individual' : 'business'];
  if (asked === 'no') return false;
  const label = asked === 'optional' ? w.optional(w[field]) : w[field];
  return line(form, field, { label, autocomplete, required: asked === 'required', max: NAME_MAX });
}

function shipping(form: Form, countries: readonly string[]): Html {
  const w = detailsWords[form.language];
  const { shippingAddress: said } = form.collects.customText;
  return html`<fieldset class="part stack"><legend>${w.shipping}</legend>
${aside(said)}
${address(form, 'shipping', countries)}</fieldset>`;
}

function billing(form: Form): Html {
  const w = detailsWords[form.language];
  const fields = address(form, 'address', COUNTRIES);
  if (form.collects.shippingCountries === null) {
    return html`<fieldset class="part stack"><legend>${w.billing}</legend>${fields}</fieldset>`;
  }
  // The style alone hides what need not be written, so that it takes no script.
  return html`<fieldset class="part stack"><legend>${w.billing}</legend>
<label class="check tap"><input id="${SAME}" type="checkbox" name="${SAME}" value="1"${
    form.values[SAME] === '1' && html` checked`
  }> ${w.billingSame}</label>
<div class="stack billing">${fields}</div></fieldset>`;
}

/** A person and a place, in the order in which letters of the language have them. */
function address(form: Form, at: 'address' | 'shipping', countries: readonly string[]): Html {
  const w = detailsWords[form.language];
  const section = at === 'shipping' ? 'shipping' : 'billing';
  const person = line(form, at === 'shipping' ? 'shipping.name' : 'name', {
    ...{ label: w.name, autocomplete: `${section} name`, max: NAME_MAX },
  });
  const written = (part: keyof typeof TOKENS) =>
    line(form, `${at}.${part}`, {
      ...{ label: w[part], autocomplete: `${section} ${TOKENS[part]}`, max: ADDRESS_PARTS[part] },
      required: !LEFT_OUT.includes(part),
    });
  const names = new Intl.DisplayNames([form.language === 'zh' ? 'zh-CN' : 'en'], { type: 'region' });
  const options = countries.map((code) => ({ value: code, label: names.of(code) ?? code }));
  options.sort((a, b) => a.label.localeCompare(b.label, form.language));
  const select = choice(form, `${at}.country`, {
    ...{ label: w.country, options, autocomplete: `${section} country`, required: true },
    otherwise: countries.length === 1 ? countries[0] : undefined,
  });
  const street = html`${written('line1')}${written('line2')}`;
  const town = html`<div class="two-col">${written('city')}${written('postalCode')}</div>`;
  return form.language === 'zh'
    ? html`${select}${written('state')}${town}${street}${person}`
    : html`${person}${street}${town}${written('state')}${select}`;
}

function custom(form: Form, field: CustomField): Html {
  const w = detailsWords[form.language];
  const label = field.optional ? w.optional(field.label) : field.label;
  const required = !field.optional;
  const at = `custom.${field.key}`;
  if (field.type === 'dropdown') {
    const { options, defaultValue } = field;
    return choice(form, at, {
      label,
      options,
      required,
      otherwise: defaultValue ?? undefined,
      autocomplete: 'off',
    });
  }
  const inputMode = field.type === 'numeric' ? 'numeric' : 'text';
  const given = form.values[idOf(at)] ?? field.defaultValue ?? '';
  return line({ ...form, values: { ...form.values, [idOf(at)]: given } }, at, {
    ...{ label, required, inputMode, autocomplete: 'off', max: field.maximumLength ?? CUSTOM_VALUE_MAX },
  });
}

interface Choice {
  readonly label: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
  readonly autocomplete: string;
  readonly required: boolean;
  /** What is chosen until the shopper says otherwise. */
  readonly otherwise: string | undefined;
}

function choice({ language, values, problems }: Form, field: string, terms: Choice): Html {
  const w = detailsWords[language];
  const { label, options, autocomplete, required, otherwise } = terms;
  const name = idOf(field);
  const chosen = values[name] ?? otherwise ?? '';
  const problem = problems[field];
  return html`<div class="field${problem && ' bad'}"><label for="${name}">${label}</label>
<select id="${name}" name="${name}" autocomplete="${autocomplete}"${required && html` required`}${
    problem && html` aria-invalid="true" aria-describedby="${name}-error"`
  }><option value="">${w.choose}</option>${options.map(
    ({ value, label: text }) =>
      html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select>${problem && html`<span class="err" id="${name}-error">${w.problems[problem]}</span>`}</div>
`;
}

function terms({ language, collects, values, problems }: Form): Html {
  const w = detailsWords[language];
  const problem = problems['terms'];
  return html`<div class="field"><label class="check"><input id="terms" type="checkbox" name="terms" value="1"
 required${values['terms'] === '1' && html` checked`}${
   problem && html` aria-invalid="true" aria-describedby="terms-error"`
 }> ${collects.customText.termsOfService ?? w.terms}</label>${
   problem && html`<span class="err" id="terms-error">${w.problems[problem]}</span>`
 }</div>`;
}
