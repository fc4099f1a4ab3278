import {
  ADDRESS_PARTS,
  asksForDetails,
  type DetailProblem,
  type Details,
  type Session,
} from '@tpmall/checkout/contract';
import { html } from '@tpmall/platform/pages';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Visit } from '../frame/visit.ts';
import { billOf, billView, orderHead } from './bill-view.ts';
import { detailsForm, detailsPath, SAME, type Written } from './details-view.ts';
import { detailsWords } from './details-words.ts';
import { inLocaleOf, type Order, readOrder, type Saving } from './order.ts';
import { checkoutPage } from './page.ts';
import { isBilledWhereSent } from './said-view.ts';
import { savingView } from './saving-view.ts';
import { checkoutWords } from './words.ts';

/** Whether the shopper has to say something before a way to pay is shown, or wants to say it anew. */
export function wantsDetails({ query }: Visit, session: Session): boolean {
  if (!asksForDetails(session.collects)) return false;
  return session.payer === null || (query['edit'] === '1' && session.paymentIntent === null);
}

/** The page that asks for what the seller wants to know. */
export function detailsPage(visit: Visit, order: Order | Saving, again?: Written): Answer {
  const { language } = visit;
  const { session } = order;
  const { collects } = session;
  if (!collects) throw new Error(`session ${session.id} asks for nothing`);
  const w = detailsWords[language];
  const left =
    'setup' in order
      ? savingView(language, order)
      : billView(billOf(language, order, checkoutWords[language].toPay));
  const written = again ?? { values: valuesOf(session), problems: {} };
  return checkoutPage(visit, {
    title: w.title,
    nav: orderHead(visit, session, true),
    main: 'pay',
    typed: detailsPath(session),
    ...(Object.keys(written.problems).length > 0 && { status: 422 }),
    body: html`${left}
<section class="r stack l" aria-labelledby="details"><div class="stack s"><h1 id="details">${w.title}</h1>
<p class="dim">${w.lede}</p></div>
${detailsForm(language, session, collects, written)}</section>`,
  });
}

/** Keeps what the form says; what is wrong with it is said on the same page, with all that was written. */
export async function takeDetails(environment: WebEnvironment, asked: Visit, id: string): Promise<Answer> {
  const here: Answer = { kind: 'go', path: `/c/pay/${encodeURIComponent(id)}` };
  const order = await readOrder(environment, asked, id);
  if (typeof order === 'string') return plainPage(asked, order);
  const visit = inLocaleOf(asked, order);
  const { session } = order;
  if (!asksForDetails(session.collects)) return here;
  const { form } = visit;
  if (isRedrawn(visit)) return detailsPage(visit, order, { values: form, problems: {} });
  const described = await environment.ports.checkout.describePayer(visit.context(), {
    id,
    details: detailsOf(session, form),
  });
  if (described.ok) return here;
  switch (described.error.code) {
    case 'details_invalid': {
      const problems = described.error.detail as Readonly<Record<string, DetailProblem>>;
      return detailsPage(visit, order, { values: form, problems });
    }
    case 'not_found':
      return plainPage(visit, 'missing');
    case 'session_not_open':
      return here;
    case 'invalid_input':
      return plainPage(visit, 'unreadable');
    default:
      return plainPage(visit, 'failed');
  }
}

type Form = Visit['form'];
const PARTS = Object.keys(ADDRESS_PARTS) as (keyof typeof ADDRESS_PARTS)[];

function detailsOf({ collects }: Session, form: Form): Details {
  const written = (names: readonly string[], at: string): Record<string, string> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = form[`${at}-${name}`];
        return value === undefined ? [] : [[name, value]];
      }),
    );
  const keys = (collects?.customFields ?? []).map(({ key }) => key);
  return {
    ...{ email: form['email'], name: form['name'], phone: form['phone'] },
    ...{ individualName: form['individualName'], businessName: form['businessName'] },
    billingIsShipping: form[SAME] === '1',
    address: written(PARTS, 'address'),
    shipping: written(['name', ...PARTS], 'shipping'),
    custom: written(keys, 'custom'),
    termsAccepted: form['terms'] === '1',
  };
}

/** What was said before, as it stands in the form. */
function valuesOf({ payer }: Session): Record<string, string | undefined> {
  if (!payer) return { [SAME]: '1' };
  const named = (at: string, values: object): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`${at}-${name}`, String(value ?? '')]);
  const { email, name, phone, address, shipping, custom, termsAccepted } = payer;
  return {
    ...{ email: email ?? '', name: name ?? '', phone: phone ?? '', terms: termsAccepted ? '1' : '' },
    ...{ individualName: payer.individualName ?? '', businessName: payer.businessName ?? '' },
    [SAME]: isBilledWhereSent(payer) ? '1' : '',
    ...Object.fromEntries([
      ...named('address', address ?? {}),
      ...named('shipping', { name: shipping?.name, ...shipping?.address }),
      ...named('custom', custom),
    ]),
  };
}
