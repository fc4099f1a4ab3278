import type { PaymentIntent } from '@tpmall/payments/contract';
import {
  automaticMethodsFromWire,
  browserView,
  type confirmPaymentIntentParameters,
  type createPaymentIntentParameters,
  type incrementAuthorizationParameters,
  paymentIntentToWire,
  shippingFromWire,
  type updatePaymentIntentParameters,
} from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';
import { createCardInput, type MeantCard } from './card-input.ts';
import { isSameSecret, refuseSellersTerms } from './client-secret.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { createIntentView } from './intent-view.ts';
import { type Acceptance, requestedAcceptance } from './mandate-acceptance.ts';
import { missing, pathId } from './object-id.ts';
import { createPaymentRefusal, intentParameter, paymentMeanings } from './payment-errors.ts';
import {
  type ComposedChange,
  type ComposedIntent,
  requestedAbilities,
  requestedCaptureMethod,
  requestedDescriptor,
  requestedSplit,
  requestedSplitChange,
  requestedThreeDSecure,
  requestedUsage,
} from './payment-intent-input.ts';

/** What a path without such an intent is told about. */
export const WHAT = 'payment intent';

type Create = z.infer<typeof createPaymentIntentParameters>;
type Update = z.infer<typeof updatePaymentIntentParameters>;
type Increment = z.infer<typeof incrementAuthorizationParameters>;
type Confirm = z.infer<typeof confirmPaymentIntentParameters>;

/** The operations on payment intents that take more than a line. */
export function paymentIntentHandlers(environment: GatewayEnvironment, { present }: Present) {
  const { ports, view } = environment;
  const refuseAsItStands = createPaymentRefusal(environment);
  const { viewIntents } = createIntentView(environment);
  const cards = createCardInput(environment);
  const isKept = (parameters: Create | Update | Confirm): boolean =>
    typeof requestedUsage(parameters).setupFutureUsage === 'string';

  const show = async (
    call: Call,
    intent: PaymentIntent,
    expand: readonly string[] | undefined,
  ): Promise<Answer> => {
    const [shown = paymentIntentToWire(intent, view)] = await viewIntents(call, [intent]);
    return present(call, shown, 'payment_intent', expand);
  };

  const create = async (call: Call, parameters: Create): Promise<Answer> => {
    const problem = checkExpand(call, parameters.expand, 'payment_intent') ?? checkConfirmation(parameters);
    if (problem) return problem;
    const split = requestedSplit(parameters);
    if (!split.ok) return { kind: 'error', error: split.error };
    const descriptor = requestedDescriptor(parameters);
    if (!descriptor.ok) return { kind: 'error', error: descriptor.error };
    const acceptance = requestedAcceptance(call, parameters);
    if (!acceptance.ok) return { kind: 'error', error: acceptance.error };
    return cards.withCard(call, parameters, { isKept: isKept(parameters) }, (card) =>
      createWith(call, parameters, card, { split: split.value, ...descriptor.value }, acceptance.value),
    );
  };

  const createWith = async (
    call: Call,
    parameters: Create,
    card: MeantCard,
    composed: ComposedIntent,
    acceptance: Acceptance,
  ): Promise<Answer> => {
    const { customer, description, metadata, receipt_email, transfer_group } = parameters;
    const { on_behalf_of: onBehalfOf } = parameters;
    const agreed = agreedOf(parameters, card.terms);
    const created = await ports.payments.createIntent(call.context, {
      amount: parameters.amount,
      currency: parameters.currency,
      captureMethod: requestedCaptureMethod(parameters).captureMethod ?? 'automatic',
      confirmationMethod: parameters.confirmation_method ?? 'automatic',
      ...automaticMethodsFromWire(parameters.automatic_payment_methods),
      ...composed,
      ...(customer !== undefined && { customer }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(card.paymentMethod !== undefined && { paymentMethod: card.paymentMethod }),
      ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
      ...agreed,
      ...requestedAbilities(parameters),
      ...requestedThreeDSecure(parameters),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      ...(parameters.confirm === true && {
        confirm: { ...confirmationOf(call, parameters, card), ...acceptance },
      }),
    });
    if (created.ok) return show(call, created.value, parameters.expand);
    const paramOf = intentParameter(parameters.transfer_data !== undefined);
    return refuseAsItStands(call, 'createIntent', created.error, paramOf);
  };

  const update = async (call: Call, parameters: Update): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem = checkExpand(call, parameters.expand, 'payment_intent');
    if (problem) return problem;
    const split = requestedSplitChange(parameters);
    if (!split.ok) return { kind: 'error', error: split.error };
    const descriptor = requestedDescriptor(parameters);
    if (!descriptor.ok) return { kind: 'error', error: descriptor.error };
    return cards.withCard(call, parameters, { isKept: isKept(parameters) }, (card) =>
      updateWith(call, id, parameters, card, { ...descriptor.value, ...split.value }),
    );
  };

  const updateWith = async (
    call: Call,
    id: string,
    parameters: Update,
    card: MeantCard,
    composed: ComposedChange,
  ): Promise<Answer> => {
    const { amount, currency, customer, description, metadata, receipt_email, transfer_group } = parameters;
    const updated = await ports.payments.updateIntent(call.context, {
      id,
      ...(amount !== undefined && { amount }),
      ...(currency !== undefined && { currency }),
      ...(customer !== undefined && { customer }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(card.paymentMethod !== undefined && { paymentMethod: card.paymentMethod }),
      ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
      ...agreedOf(parameters, null),
      ...requestedAbilities(parameters),
      ...requestedThreeDSecure(parameters),
      ...requestedCaptureMethod(parameters),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
      ...composed,
    });
    if (updated.ok) return show(call, updated.value, parameters.expand);
    const paramOf = intentParameter(parameters.split === undefined);
    return refuseAsItStands(call, 'updateIntent', updated.error, paramOf);
  };

  const increment = async (call: Call, parameters: Increment): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem = checkExpand(call, parameters.expand, 'payment_intent');
    if (problem) return problem;
    const { amount, application_fee_amount, description, metadata, statement_descriptor } = parameters;
    const split = requestedSplitChange({
      ...(parameters.split !== undefined && { split: parameters.split }),
      ...(application_fee_amount !== undefined && { application_fee_amount }),
    });
    if (!split.ok) return { kind: 'error', error: split.error };
    const incremented = await ports.payments.incrementIntent(call.context, {
      id,
      amount,
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(statement_descriptor !== undefined && { statementDescriptor: statement_descriptor }),
      ...split.value,
    });
    if (incremented.ok) return show(call, incremented.value, parameters.expand);
    return refuseAsItStands(call, 'incrementIntent', incremented.error, intentParameter(false));
  };

  /** The intent of a browser's request, where the client secret is right. */
  const forBrowser = async (
    call: Call,
    id: string,
    secret: string | undefined,
  ): Promise<Answer | undefined> => {
    if (call.principal?.kind !== 'publishable') return undefined;
    if (secret === undefined) return refuse('parameter_missing', { param: 'client_secret' });
    const found = await ports.payments.findIntent(call.context, { id });
    if (!found.ok) return refusal(paymentMeanings.findIntent, found.error);
    if (!isSameSecret(secret, found.value.clientSecret)) {
      return refuse('payment_intent_incompatible_secret', { param: 'client_secret' });
    }
    return answer(browserView(paymentIntentToWire(found.value, view)));
  };

  const confirm = async (call: Call, parameters: Confirm): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem =
      checkExpand(call, parameters.expand, 'payment_intent') ?? refuseSellersTerms(call, parameters);
    if (problem) return problem;
    const browser = await forBrowser(call, id, parameters.client_secret);
    if (browser?.kind === 'error') return browser;
    if (browser?.kind === 'json' && isConfirmedByServer(browser.body)) {
      const message = 'this payment intent is confirmed by its server: its confirmation_method is manual';
      return refuse('permission_denied', { message });
    }
    const acceptance = requestedAcceptance(call, parameters);
    if (!acceptance.ok) return { kind: 'error', error: acceptance.error };
    return cards.withCard(call, parameters, { isKept: isKept(parameters), usedFor: id }, (card) =>
      confirmWith(call, id, parameters, card, acceptance.value, browser !== undefined),
    );
  };

  const confirmWith = async (
    call: Call,
    id: string,
    parameters: Confirm,
    card: MeantCard,
    acceptance: Acceptance,
    browser: boolean,
  ): Promise<Answer> => {
    const { receipt_email: receiptEmail } = parameters;
    const confirmed = await ports.payments.confirmIntent(call.context, {
      id,
      ...confirmationOf(call, parameters, card),
      ...acceptance,
      ...agreedOf(parameters, card.terms),
      ...requestedCaptureMethod(parameters),
      ...(receiptEmail !== undefined && { receiptEmail }),
    });
    if (!confirmed.ok) {
      const refused = await refuseAsItStands(call, 'confirmIntent', confirmed.error, (field) => field);
      return browser ? withoutPrivate(refused) : refused;
    }
    if (browser) return answer(browserView(paymentIntentToWire(confirmed.value, view)));
    return show(call, confirmed.value, parameters.expand);
  };

  return { show, refuseAsItStands, create, update, confirm, increment, forBrowser };
}

const CONFIRMATIONS_ALONE = [
  ...(['confirmation_token', 'error_on_requires_action', 'mandate_data'] as const),
  ...(['off_session', 'return_url'] as const),
];

/** What only a confirmation may say is refused without one, rather than forgotten. */
function checkConfirmation(parameters: Create): Answer | undefined {
  if (parameters.confirm === true) return undefined;
  for (const param of CONFIRMATIONS_ALONE) {
    if (parameters[param] === undefined) continue;
    const message = `${param} can only be given together with confirm=true, or when confirming`;
    return refuse('parameters_exclusive', { message, param });
  }
  return undefined;
}

function confirmationOf(call: Call, parameters: Confirm | Create, { paymentMethod, terms }: MeantCard) {
  const { off_session, return_url = terms?.returnUrl ?? undefined } = parameters;
  const { error_on_requires_action: declineOnAction } = parameters;
  return {
    ...(typeof paymentMethod === 'string' && { paymentMethod }),
    ...(return_url !== undefined && { returnUrl: return_url }),
    ...(off_session !== undefined && { offSession: off_session }),
    ...(declineOnAction !== undefined && { declineOnAction }),
    ...requestedThreeDSecure(parameters),
    ...requestedAbilities(parameters),
    ip: call.ip,
  };
}

/** Where goods go and whether the card is saved: by the request, or else as its shopper agreed to. */
function agreedOf(parameters: Create | Update | Confirm, terms: MeantCard['terms']) {
  const { setupFutureUsage: usage = terms?.setupFutureUsage ?? undefined } = requestedUsage(parameters);
  const { shipping: asked } = parameters;
  const agreed = terms?.shipping ? { ...terms.shipping, carrier: null, trackingNumber: null } : undefined;
  const shipping = asked === undefined ? agreed : asked && shippingFromWire(asked);
  return {
    ...(usage !== undefined && { setupFutureUsage: usage }),
    ...(shipping !== undefined && { shipping }),
  };
}

/** Whether no browser may confirm an intent. */
function isConfirmedByServer(shown: object): boolean {
  return 'confirmation_method' in shown && shown.confirmation_method === 'manual';
}

/** A decline as a browser may see it. */
function withoutPrivate(refused: Answer): Answer {
  if (refused.kind !== 'error') return refused;
  const { paymentIntent, ...error } = refused.error;
  if (paymentIntent === undefined) return refused;
  const shown = browserView(paymentIntent as ReturnType<typeof paymentIntentToWire>);
  return { kind: 'error', error: { ...error, paymentIntent: shown } };
}
