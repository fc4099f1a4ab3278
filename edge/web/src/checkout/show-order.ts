import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Visit } from '../frame/visit.ts';
import { readBalance } from './balance.ts';
import { detailsPage, wantsDetails } from './details.ts';
import { inLocaleOf, type Order, readOrder, type Saving } from './order.ts';
import { actionPage, expiredPage, waitingPage } from './outcome-view.ts';
import { freePage, payPage } from './pay-view.ts';
import { problemOf } from './problems.ts';
import { readCards, readyCard, savedCard } from './ready-card.ts';
import { receiptPage } from './receipt-view.ts';
import { savedPage, savePage } from './saving-view.ts';

const ATTEMPT_BYTES = 16;

/**
 * The page of an order as it stands, for whoever has its id. In answer to a form that could not be taken,
 * what was written stands in it again.
 */
export async function showOrder(environment: WebEnvironment, asked: Visit, id: string): Promise<Answer> {
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
      return freePage(visit, order, drawAttempt(environment), problemOf(visit.query['problem']));
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

function drawAttempt({ random }: WebEnvironment): string {
  return Buffer.from(random.bytes(ATTEMPT_BYTES)).toString('base64url');
}
