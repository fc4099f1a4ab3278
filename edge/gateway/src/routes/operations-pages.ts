import type { Resolution, UnknownOutcome } from '@tpmall/payments/contract';
import { FORM_TOKEN, type Language, languageOf } from '@tpmall/platform/pages';
import { objectId, readDeliveryId, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Connectors, connectorsPage } from '../pages/connector-view.ts';
import { deliveriesPage } from '../pages/delivery-view.ts';
import { OPERATIONS_PAGES, operationsAddress, type Viewer } from '../pages/operations-layout.ts';
import { operationsOverviewPage, SHOWN_ROWS } from '../pages/operations-view.ts';
import { outcomePage } from '../pages/outcome-view.ts';
import { requestPage, requestsPage } from '../pages/request-view.ts';
import { resolutionsPage } from '../pages/resolution-view.ts';
import { RETRY_PATH, setAsidePage } from '../pages/set-aside-view.ts';
import { unknownOutcomesPage } from '../pages/unknown-view.ts';
import { type Answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { decisionReason, proposalOf, proposalParameters } from './operations.ts';
import { aPage, asPage, fieldParameter, lang } from './page-answers.ts';
import { paymentMeanings } from './payment-errors.ts';
import { webhookMeanings } from './webhook-errors.ts';

/** The most outcomes and resolutions of one page; whoever has more reads the JSON. */
const SHOWN_MAX = 1_000;
/** Requests, deliveries and set-aside events of one page. */
const PAGE_ROWS = 50;

const shared = { ...asPage, tag: 'Operations pages' } as const;
const plain = z.strictObject(lang);

/**
 * What operators watch, as pages; with an operator key by Basic authentication, so that a browser asks for
 * it.
 */
export function operationsPageRoutes(environment: GatewayEnvironment): Route[] {
  return [
    ...overviewRoutes(environment),
    ...outcomeRoutes(environment),
    ...requestRoutes(environment),
    ...setAsideRoutes(environment),
    ...formRoutes(environment),
  ];
}

function viewerOf({ ids }: GatewayEnvironment, call: Call, asked: Language | undefined): Viewer {
  return {
    language: languageOf(asked, call.acceptLanguage),
    actor: call.context.actor,
    formToken: call.formToken,
    nextFormId: () => ids.next('form'),
  };
}

function overviewRoutes(environment: GatewayEnvironment): Route[] {
  const { payments, webhooks } = environment.ports;
  return [
    route({
      ...shared,
      path: OPERATIONS_PAGES.overview,
      operationId: 'operationsPage',
      summary: 'What operators watch: unknown outcomes, proposals, requests and deliveries',
      parameters: plain,
      examples: [{ title: 'In English', parameters: { lang: 'en' } }],
      handle: async (call, asked) => {
        const viewer = viewerOf(environment, call, asked.lang);
        const unknowns = await findUnknowns(environment, call);
        if (!unknowns.ok) return unknowns.answer;
        const { items: requests } = await environment.requests.list(call.context.tenant, {
          limit: SHOWN_ROWS,
        });
        const deliveries = await webhooks.listDeliveries(call.context, { limit: SHOWN_ROWS });
        if (!deliveries.ok) return refusal(webhookMeanings.listDeliveries, deliveries.error);
        const setAside = await webhooks.listSetAside(call.context, { limit: SHOWN_ROWS });
        if (!setAside.ok) return refusal(webhookMeanings.listSetAside, setAside.error);
        const overview = {
          ...{ outcomes: unknowns.outcomes, proposals: unknowns.proposals, requests },
          connectors: await findConnectors(environment, call),
          deliveries: deliveries.value.items,
          setAside: setAside.value,
        };
        return aPage(operationsOverviewPage(viewer, overview));
      },
    }),
    route({
      ...shared,
      path: OPERATIONS_PAGES.unknown,
      operationId: 'unknownOutcomesPage',
      summary: 'Payments and refunds whose outcome is not known, and when each is asked about again',
      parameters: plain,
      examples: [{ title: 'All', parameters: {} }],
      handle: async (call, asked) => {
        const unknowns = await findUnknowns(environment, call);
        if (!unknowns.ok) return unknowns.answer;
        return aPage(unknownOutcomesPage(languageOf(asked.lang, call.acceptLanguage), unknowns));
      },
    }),
    route({
      ...shared,
      path: OPERATIONS_PAGES.resolutions,
      operationId: 'resolutionsPage',
      summary: 'What waits for a second person, and what was decided',
      parameters: plain,
      examples: [{ title: 'All', parameters: {} }],
      handle: async (call, asked) => {
        const found = await payments.listResolutions(call.context, { open: false, limit: SHOWN_MAX });
        if (!found.ok) return refusal(paymentMeanings.listResolutions, found.error);
        const unknown = await payments.unknownOutcomes(call.context, { limit: SHOWN_MAX });
        if (!unknown.ok) return refusal(paymentMeanings.unknownOutcomes, unknown.error);
        return aPage(resolutionsPage(viewerOf(environment, call, asked.lang), found.value, unknown.value));
      },
    }),
    route({
      ...shared,
      path: OPERATIONS_PAGES.connectors,
      operationId: 'connectorsPage',
      summary: 'How each way to an acquirer is doing',
      parameters: plain,
      examples: [{ title: 'All', parameters: {} }],
      handle: async (call, asked) => {
        const connectors = await findConnectors(environment, call);
        return aPage(connectorsPage(languageOf(asked.lang, call.acceptLanguage), connectors));
      },
    }),
    route({
      ...shared,
      path: OPERATIONS_PAGES.deliveries,
      operationId: 'deliveriesPage',
      summary: 'Deliveries of events, and a button to send each again',
      parameters: plain,
      examples: [{ title: 'The newest', parameters: {} }],
      handle: async (call, asked) => {
        const found = await webhooks.listDeliveries(call.context, { limit: PAGE_ROWS });
        if (!found.ok) return refusal(webhookMeanings.listDeliveries, found.error);
        return aPage(deliveriesPage(viewerOf(environment, call, asked.lang), found.value.items));
      },
    }),
  ];
}

type Unknowns =
  | {
      readonly ok: true;
      readonly outcomes: readonly UnknownOutcome[];
      readonly proposals: readonly Resolution[];
    }
  | { readonly ok: false; readonly answer: Answer };

/** The page says so where acquiring is away: that is when operators look at it. */
async function findConnectors({ ports }: GatewayEnvironment, { context }: Call): Promise<Connectors> {
  const found = await ports.acquiring.connectorHealth(context, {});
  return found.ok ? found.value : undefined;
}

async function findUnknowns(
  { ports: { payments } }: GatewayEnvironment,
  { context }: Call,
): Promise<Unknowns> {
  const outcomes = await payments.unknownOutcomes(context, { limit: SHOWN_MAX });
  if (!outcomes.ok) return { ok: false, answer: refusal(paymentMeanings.unknownOutcomes, outcomes.error) };
  const proposals = await payments.listResolutions(context, { open: true, limit: SHOWN_MAX });
  if (!proposals.ok) return { ok: false, answer: refusal(paymentMeanings.listResolutions, proposals.error) };
  return { ok: true, outcomes: outcomes.value, proposals: proposals.value };
}

function outcomeRoutes(environment: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      path: '/operations/outcomes/:id',
      operationId: 'outcomePage',
      summary: 'What was tried for a payment or refund, and a form to say what became of it',
      parameters: z.strictObject({ ...lang, advice: objectId().optional() }),
      examples: [{ title: 'Of a payment', path: { id: '{payment_intent_paid}' }, parameters: {} }],
      handle: async (call, { advice = null, lang: asked }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'payment intent or refund');
        const trail = await environment.ports.payments.outcomeTrail(call.context, { id });
        if (!trail.ok) return refusal(paymentMeanings.outcomeTrail, trail.error);
        const unknowns = await findUnknowns(environment, call);
        if (!unknowns.ok) return unknowns.answer;
        const page = outcomePage(viewerOf(environment, call, asked), {
          id,
          trail: trail.value,
          outcome: unknowns.outcomes.find((each) => each.id === id && each.advice === advice),
          proposal: unknowns.proposals.find((each) => each.subject === id && each.advice === advice),
        });
        return aPage(page);
      },
    }),
  ];
}

function requestRoutes({ requests }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      path: OPERATIONS_PAGES.requests,
      operationId: 'requestsPage',
      summary: 'The log of requests, by status, operation and object',
      parameters: z.strictObject({
        ...lang,
        status: fieldParameter('^[1-5]\\d\\d$', 'must be a status such as 402'),
        operation: fieldParameter('^[A-Za-z]{1,100}$', 'must be the name of an operation'),
        object: fieldParameter('^[A-Za-z0-9_-]{1,64}$', 'must be the id of an object'),
        starting_after: objectId().optional(),
      }),
      examples: [{ title: 'Those that were declined', parameters: { status: '402' } }],
      handle: async (call, { lang: asked, starting_after: startingAfter, ...choice }) => {
        const found = await requests.list(call.context.tenant, {
          limit: PAGE_ROWS,
          ...choice,
          ...(startingAfter !== undefined && { startingAfter }),
          status: choice.status === undefined ? undefined : Number(choice.status),
        });
        const rows = { ...found, isLater: startingAfter !== undefined };
        return aPage(requestsPage(languageOf(asked, call.acceptLanguage), rows, choice));
      },
    }),
    route({
      ...shared,
      path: '/operations/requests/:id',
      operationId: 'requestPage',
      summary: 'One request with its redacted bodies',
      parameters: plain,
      examples: [{ title: 'One request', path: { id: '{request}' }, parameters: {} }],
      handle: async (call, asked) => {
        const id = pathId(call);
        const found = id === undefined ? undefined : await requests.find(call.context.tenant, id);
        if (!found) return missing(call, 'request');
        return aPage(requestPage(languageOf(asked.lang, call.acceptLanguage), found));
      },
    }),
  ];
}

/** What every form of these pages sends. */
const ownFields = { ...lang, [FORM_TOKEN]: text(100), form_id: objectId() };
const token = { [FORM_TOKEN]: '{form_token}', form_id: '{form_id}' };

const form = { ...shared, method: 'POST', goesOn: true } as const;
/** The same form is the same command, however often it is sent. */
const commandOf = ({ context }: Call, formId: string): Call['context'] => ({
  ...context,
  commandId: formId,
});
const goOn = (path: string, asked: Language | undefined): Answer => ({
  kind: 'see-other',
  location: operationsAddress(path, asked ?? 'en'),
});

function decisionForm(
  { ports: { payments } }: GatewayEnvironment,
  verb: 'confirm' | 'reject',
  summary: string,
): Route {
  return route({
    ...form,
    path: `/operations/resolutions/:id/${verb}`,
    operationId: `${verb}ResolutionForm`,
    summary,
    parameters: z.strictObject({ ...ownFields, reason: decisionReason.optional() }),
    examples: [
      {
        title: 'One',
        path: { id: '{resolution}' },
        parameters: { ...token, reason: 'I have looked as well' },
      },
    ],
    handle: async (call, { form_id: formId, lang: asked, reason }) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'resolution');
      const context = commandOf(call, formId);
      if (verb === 'reject' && reason === undefined) return refuse('parameter_missing', { param: 'reason' });
      const decided = await (verb === 'confirm'
        ? payments.confirmResolution(context, { id, ...(reason !== undefined && { reason }) })
        : payments.rejectResolution(context, { id, reason: reason ?? '' }));
      if (!decided.ok) return refusal(paymentMeanings.confirmResolution, decided.error);
      return goOn(OPERATIONS_PAGES.resolutions, asked);
    },
  });
}

function setAsideRoutes(environment: GatewayEnvironment): Route[] {
  const { webhooks } = environment.ports;
  return [
    route({
      ...shared,
      path: OPERATIONS_PAGES.setAside,
      operationId: 'setAsideEventsPage',
      summary: 'Events that could not be told to clients, why, and a button to try them again',
      parameters: plain,
      examples: [{ title: 'The oldest', parameters: {} }],
      handle: async (call, asked) => {
        const found = await webhooks.listSetAside(call.context, { limit: PAGE_ROWS });
        if (!found.ok) return refusal(webhookMeanings.listSetAside, found.error);
        return aPage(setAsidePage(viewerOf(environment, call, asked.lang), found.value));
      },
    }),
    route({
      ...form,
      path: RETRY_PATH,
      operationId: 'retrySetAsideEventsForm',
      summary: 'Tell clients what was set aside, where it can be read by now, by the form of a page',
      parameters: z.strictObject(ownFields),
      examples: [{ title: 'All', parameters: token }],
      handle: async (call, { form_id: formId, lang: asked }) => {
        const retried = await webhooks.retrySetAside(commandOf(call, formId), {});
        if (!retried.ok) return refusal(webhookMeanings.retrySetAside, retried.error);
        return goOn(OPERATIONS_PAGES.setAside, asked);
      },
    }),
  ];
}

function formRoutes(environment: GatewayEnvironment): Route[] {
  const { payments, webhooks } = environment.ports;
  return [
    route({
      ...form,
      path: '/operations/outcomes/:id',
      operationId: 'proposeResolutionForm',
      summary: 'Say what became of an unknown outcome, by the form of its page',
      parameters: z.strictObject({
        ...ownFields,
        ...proposalParameters,
        approval_code: fieldParameter('^[A-Za-z0-9]{1,6}$', 'must be up to six letters and digits'),
        reference: fieldParameter('^[!-~]{1,64}$', 'must be what the acquirer calls it, without spaces'),
      }),
      examples: [
        {
          title: 'A capture that the acquirer has booked after all',
          path: { id: '{payment_intent_refused}' },
          parameters: { ...token, verdict: 'captured', evidence: 'In the clearing file, line 812' },
        },
      ],
      handle: async (call, { form_id: formId, [FORM_TOKEN]: _token, lang: asked, ...given }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'payment intent or refund');
        const proposed = await payments.proposeResolution(commandOf(call, formId), proposalOf(id, given));
        if (!proposed.ok) return refusal(paymentMeanings.proposeResolution, proposed.error);
        return goOn(OPERATIONS_PAGES.resolutions, asked);
      },
    }),
    decisionForm(
      environment,
      'confirm',
      'Agree with what another person has proposed, by the form of a page',
    ),
    decisionForm(
      environment,
      'reject',
      'Disagree with what another person has proposed, by the form of a page',
    ),
    route({
      ...form,
      path: '/operations/deliveries/:id/resend',
      operationId: 'resendDeliveryForm',
      summary: 'Send an event to an endpoint again, by the form of a page',
      parameters: z.strictObject(ownFields),
      examples: [{ title: 'One delivery', path: { id: '{webhook_delivery}' }, parameters: token }],
      handle: async (call, { form_id: formId, lang: asked }) => {
        const of = readDeliveryId(call.path.id ?? '');
        if (!of) return missing(call, 'delivery');
        const sent = await webhooks.resend(commandOf(call, formId), of);
        if (!sent.ok) return refusal(webhookMeanings.resend, sent.error);
        return goOn(OPERATIONS_PAGES.deliveries, asked);
      },
    }),
  ];
}
