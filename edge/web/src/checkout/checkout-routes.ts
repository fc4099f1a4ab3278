import { createRateLimit } from '@tpmall/platform/http';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Routes } from '../frame/route.ts';
import type { Visit } from '../frame/visit.ts';
import { readBalance } from './balance.ts';
import { detailsPage, takeDetails, wantsDetails } from './details.ts';
import { linkPage } from './link-view.ts';
import { inLocaleOf, namesOf, type Order, readOrder, type Saving } from './order.ts';
import { actionPage, expiredPage, waitingPage } from './outcome-view.ts';
import { payOrder } from './pay-order.ts';
import { freePage, payPage } from './pay-view.ts';
import { problemOf } from './problems.ts';
import { changeQuantities } from './quantities.ts';
import { readCards, readyCard, savedCard } from './ready-card.ts';
import { receiptPage } from './receipt-view.ts';
import { savedPage, savePage } from './saving-view.ts';

const ATTEMPT_BYTES = 16;
const ID = /^[\w-]{1,64}$/;

/** The hosted checkout: orders and links are seen and paid by whoever has their address. */
export const checkoutRoutes: Routes = (environment) => {
  const { clock, config } = environment;
  const limits = {
    addresses: createRateLimit(clock, config.declines.perAddress),
    orders: createRateLimit(clock, config.declines.perOrder),
  };
  const shared = { access: 'holder' } as const;
  return [
    {
      ...{ ...shared, method: 'GET', path: '/c/pay/:id' },
      handle: (visit) => withId(visit, (id) => showOrder(environment, visit, id)),
    },
    {
      ...{ ...shared, method: 'POST', path: '/c/pay/:id' },
      handle: (visit) => withId(visit, (id) => payOrder(environment, limits, visit, id)),
    },
    {
      ...{ ...shared, method: 'POST', path: '/c/pay/:id/quantities' },
      handle: (visit) => withId(visit, (id) => changeQuantities(environment, visit, id)),
    },
    {
      ...{ ...shared, method: 'POST', path: '/c/pay/:id/details' },
      handle: (visit) => withId(visit, (id) => takeDetails(environment, visit, id)),
    },
    {
      ...{ ...shared, method: 'GET', path: '/c/pay/:id/state' },
      handle: (visit) =>
        withId(visit, async (id) => {
          const order = await readOrder(environment, visit, id);
          if (typeof order === 'object') return { kind: 'json', body: { stage: order.stage } };
          return { kind: 'json', body: {}, status: order === 'missing' ? 404 : 503 };
        }),
    },
    {
      ...{ ...shared, method: 'GET', path: '/b/:id' },
      handle: (visit) => withId(visit, (id) => showLink(environment, visit, id)),
    },
    {
      ...{ ...shared, method: 'POST', path: '/b/:id' },
      handle: (visit) => withId(visit, (id) => openLink(environment, visit, id)),
    },
  ];
};

function withId(visit: Visit, handle: (id: string) => Promise<Answer>): Promise<Answer> {
  const id = visit.path['id'] ?? '';
  return ID.test(id) ? handle(id) : Promise.resolve(plainPage(visit, 'missing'));
}

async function showOrder(environment: WebEnvironment, asked: Visit, id: string): Promise<Answer> {
  const order = await readOrder(environment, asked, id);
  if (typeof order === 'string') return plainPage(asked, order);
  const visit = inLocaleOf(asked, order);
  if ('setup' in order) return showSaving(environment, visit, order);
  switch (order.stage) {
    case 'payable':
      if (wantsDetails(visit, order.session)) return detailsPage(visit, order);
      return showPayable(environment, visit, order);
    case 'free':
      if (wantsDetails(visit, order.session)) return detailsPage(visit, order);
      return freePage(visit, order, drawAttempt(environment));
    case 'action':
      return actionPage(visit, order, visit.query['go'] === '1');
    case 'waiting':
      return waitingPage(visit, order);
    case 'paid':
    case 'held':
    case 'confirmed':
      return receiptPage(visit, order, visit.query['done'] === '1');
    case 'expired':
      return expiredPage(visit, order);
    case 'saveable':
    case 'saved':
      throw new Error(`session ${id} saves no card`);
  }
}

async function showSaving(environment: WebEnvironment, visit: Visit, saving: Saving): Promise<Answer> {
  const { ports, config } = environment;
  const { session, setup, stage } = saving;
  switch (stage) {
    case 'action':
      return actionPage(visit, saving, visit.query['go'] === '1');
    case 'waiting':
      return waitingPage(visit, saving);
    case 'expired':
      return expiredPage(visit, saving);
    case 'saved': {
      const card = await savedCard(environment, visit, session.tenant, setup.paymentMethod ?? '');
      return savedPage(visit, saving, card, visit.query['done'] === '1');
    }
    default: {
      if (wantsDetails(visit, session)) return detailsPage(visit, saving);
      const [form, ready] = await Promise.all([
        ports.vault.openCardForm(visit.context({ tenant: session.tenant }), {
          returnUrl: `${config.webUrl}/c/pay/${session.id}`,
          due: null,
          verb: 'save',
        }),
        readyCard(environment, visit, session.tenant),
      ]);
      if (!form.ok) return plainPage(visit, 'failed');
      const cardForm = `${config.vaultUrl}${form.value.path}&lang=${visit.language}`;
      const parts = { visit, saving, cardForm, ready, attempt: drawAttempt(environment) };
      return savePage(parts, config.vaultUrl, problemOf(visit.query['problem']));
    }
  }
}

async function showPayable(environment: WebEnvironment, visit: Visit, order: Order): Promise<Answer> {
  const { ports, config } = environment;
  const { session } = order;
  const { submitType } = session;
  const context = visit.context({ tenant: session.tenant });
  const [form, ready, balance, cards] = await Promise.all([
    ports.vault.openCardForm(context, {
      returnUrl: `${config.webUrl}/c/pay/${session.id}`,
      due: { amount: session.amountTotal, currency: session.currency },
      verb: submitType === 'book' || submitType === 'donate' ? submitType : 'pay',
    }),
    readyCard(environment, visit, session.tenant),
    readBalance(environment, visit, session),
    session.customer === null ? [] : readCards(environment, visit, session.id),
  ]);
  if (!form.ok) return plainPage(visit, 'failed');
  const cardForm = `${config.vaultUrl}${form.value.path}&lang=${visit.language}`;
  const attempt = drawAttempt(environment);
  const parts = { visit, order, cardForm, ready, attempt, balance, cards };
  return payPage(parts, config.vaultUrl, problemOf(visit.query['problem']));
}

async function showLink(environment: WebEnvironment, visit: Visit, id: string): Promise<Answer> {
  const found = await environment.ports.checkout.showLink(visit.context(), { id });
  if (!found.ok) return plainPage(visit, found.error.code === 'not_found' ? 'missing' : 'failed');
  const names = await namesOf(environment, visit, found.value);
  if (!names) return plainPage(visit, 'failed');
  return linkPage(visit, found.value, names, problemOf(visit.query['problem']));
}

async function openLink({ ports }: WebEnvironment, visit: Visit, id: string): Promise<Answer> {
  const opened = await ports.checkout.openLink(visit.context(), { id });
  if (opened.ok) return { kind: 'go', path: `/c/pay/${opened.value.id}` };
  const at = (problem: string): Answer => ({ kind: 'go', path: `/b/${id}?problem=${problem}` });
  switch (opened.error.code) {
    case 'not_found':
      return plainPage(visit, 'missing');
    case 'link_is_used_up':
      return at('used_up');
    case 'unavailable':
    case 'unknown':
      return at('busy');
    case 'link_inactive':
      return { kind: 'go', path: `/b/${id}` };
    default:
      return at('shop');
  }
}

function drawAttempt({ random }: WebEnvironment): string {
  return Buffer.from(random.bytes(ATTEMPT_BYTES)).toString('base64url');
}
