import type { Failure } from '@tpmall/kernel';
import type { paymentsContract, SetupIntent } from '@tpmall/payments/contract';
import type { CodeOf, PlatformCode } from '@tpmall/platform/contract';
import {
  automaticMethodsFromWire,
  type confirmSetupIntentParameters,
  type createSetupIntentParameters,
  setupBrowserView,
  setupIntentToWire,
  type updateSetupIntentParameters,
} from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, type Meanings, refusal, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';
import { createCardInput, type MeantCard } from './card-input.ts';
import { isSameSecret, refuseSellersTerms } from './client-secret.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { createIntentView } from './intent-view.ts';
import { type Acceptance, requestedAcceptance } from './mandate-acceptance.ts';
import { missing, pathId } from './object-id.ts';
import { cardErrorCode, paymentMeanings } from './payment-errors.ts';
import { requestedThreeDSecure } from './payment-intent-input.ts';

/** What a path without such a setup intent is told about. */
export const WHAT = 'setup intent';

type Create = z.infer<typeof createSetupIntentParameters>;
type Update = z.infer<typeof updateSetupIntentParameters>;
type Confirm = z.infer<typeof confirmSetupIntentParameters>;
type Operations = (typeof paymentsContract)['operations'];
/** Operations whose refusals carry the setup intent that they are about. */
type AboutSetup = 'createSetupIntent' | 'updateSetupIntent' | 'confirmSetupIntent' | 'cancelSetupIntent';

/** The operations on setup intents that take more than a line. */
export function setupIntentHandlers(environment: GatewayEnvironment, { present }: Present) {
  const { ports, view } = environment;
  const cards = createCardInput(environment);

  const { viewSetups } = createIntentView(environment);

  const show = async (
    call: Call,
    setup: SetupIntent,
    expand: readonly string[] | undefined,
  ): Promise<Answer> => {
    const [shown = setupIntentToWire(setup, view)] = await viewSetups(call, [setup]);
    return present(call, shown, 'setup_intent', expand);
  };

  /**
   * A refusal that follows from how a setup intent stands carries it as it stands now, one of a card that is
   * not good with the card as well.
   */
  const refuseAsItStands = async <Name extends AboutSetup>(
    call: Call,
    name: Name,
    failure: Failure<CodeOf<Operations[Name]> | PlatformCode>,
    isBrowser = false,
  ): Promise<Answer> => {
    const meanings: Meanings<string> = paymentMeanings[name];
    const refused = refusal<string>(meanings, failure);
    const { setupIntent: id, code, declineCode } = failure.detail ?? {};
    if (refused.kind !== 'error' || typeof id !== 'string') return refused;
    const found = await ports.payments.findSetupIntent(call.context, { id });
    const [shown] = found.ok ? await viewSetups(call, [found.value]) : [];
    const isDecline = failure.code === 'card_declined' || failure.code === 'authentication_required';
    const paymentMethod = isDecline ? shown?.last_setup_error?.payment_method : undefined;
    return {
      kind: 'error',
      error: {
        ...refused.error,
        ...(isDecline && {
          code: cardErrorCode(typeof code === 'string' ? code : undefined) ?? refused.error.code,
        }),
        ...(typeof declineCode === 'string' && { declineCode }),
        ...(shown && { setupIntent: isBrowser ? setupBrowserView(shown) : shown }),
        ...(paymentMethod && { paymentMethod }),
      },
    };
  };

  const create = async (call: Call, parameters: Create): Promise<Answer> => {
    const problem = checkExpand(call, parameters.expand, 'setup_intent') ?? checkConfirmation(parameters);
    if (problem) return problem;
    const acceptance = requestedAcceptance(call, parameters);
    if (!acceptance.ok) return { kind: 'error', error: acceptance.error };
    return cards.withCard(call, parameters, { isKept: true }, (card) =>
      createWith(call, parameters, card, acceptance.value),
    );
  };

  const createWith = async (
    call: Call,
    parameters: Create,
    card: MeantCard,
    acceptance: Acceptance,
  ): Promise<Answer> => {
    const { customer, description, metadata, on_behalf_of: onBehalfOf } = parameters;
    const created = await ports.payments.createSetupIntent(call.context, {
      usage: parameters.usage ?? 'off_session',
      ...automaticMethodsFromWire(parameters.automatic_payment_methods),
      ...requestedThreeDSecure(parameters),
      ...(customer !== undefined && { customer }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      ...(card.paymentMethod !== undefined && { paymentMethod: card.paymentMethod }),
      ...(parameters.confirm === true && {
        confirm: { ...confirmationOf(parameters, { terms: card.terms }), ...acceptance },
      }),
    });
    if (created.ok) return show(call, created.value, parameters.expand);
    return refuseAsItStands(call, 'createSetupIntent', created.error);
  };

  const update = async (call: Call, parameters: Update): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem = checkExpand(call, parameters.expand, 'setup_intent');
    if (problem) return problem;
    return cards.withCard(call, parameters, { isKept: true }, async ({ paymentMethod }) => {
      const { customer, description, metadata } = parameters;
      const updated = await ports.payments.updateSetupIntent(call.context, {
        id,
        ...(customer !== undefined && { customer }),
        ...(description !== undefined && { description }),
        ...(metadata !== undefined && { metadata }),
        ...(paymentMethod !== undefined && { paymentMethod }),
      });
      if (!updated.ok) return refuseAsItStands(call, 'updateSetupIntent', updated.error);
      return show(call, updated.value, parameters.expand);
    });
  };

  /** The setup intent of a browser's request, where the client secret is right. */
  const forBrowser = async (
    call: Call,
    id: string,
    secret: string | undefined,
  ): Promise<Answer | undefined> => {
    if (call.principal?.kind !== 'publishable') return undefined;
    if (secret === undefined) return refuse('parameter_missing', { param: 'client_secret' });
    const found = await ports.payments.findSetupIntent(call.context, { id });
    if (!found.ok) return refusal(paymentMeanings.findSetupIntent, found.error);
    if (!isSameSecret(secret, found.value.clientSecret)) {
      return refuse('payment_intent_incompatible_secret', { param: 'client_secret' });
    }
    return answer(setupBrowserView(setupIntentToWire(found.value, view)));
  };

  const confirm = async (call: Call, parameters: Confirm): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem =
      checkExpand(call, parameters.expand, 'setup_intent') ?? refuseSellersTerms(call, parameters);
    if (problem) return problem;
    const browser = await forBrowser(call, id, parameters.client_secret);
    if (browser?.kind === 'error') return browser;
    const acceptance = requestedAcceptance(call, parameters);
    if (!acceptance.ok) return { kind: 'error', error: acceptance.error };
    return cards.withCard(call, parameters, { isKept: true, usedFor: id }, async (card) => {
      const confirmed = await ports.payments.confirmSetupIntent(call.context, {
        id,
        ...confirmationOf(parameters, card),
        ...acceptance.value,
      });
      if (!confirmed.ok) {
        return refuseAsItStands(call, 'confirmSetupIntent', confirmed.error, browser !== undefined);
      }
      if (browser) return answer(setupBrowserView(setupIntentToWire(confirmed.value, view)));
      return show(call, confirmed.value, parameters.expand);
    });
  };

  return { show, refuseAsItStands, create, update, confirm, forBrowser };
}

/** What only a confirmation may say is refused without one, rather than forgotten. */
function checkConfirmation(parameters: Create): Answer | undefined {
  if (parameters.confirm === true) return undefined;
  for (const param of ['confirmation_token', 'mandate_data', 'return_url'] as const) {
    if (parameters[param] === undefined) continue;
    const message = `${param} can only be given together with confirm=true, or when confirming`;
    return refuse('parameters_exclusive', { message, param });
  }
  return undefined;
}

function confirmationOf(parameters: Confirm | Create, { paymentMethod, terms }: MeantCard) {
  const { return_url: returnUrl = terms?.returnUrl ?? undefined } = parameters;
  return {
    ...(typeof paymentMethod === 'string' && { paymentMethod }),
    ...(returnUrl !== undefined && { returnUrl }),
    ...requestedThreeDSecure(parameters),
  };
}
