import { createRateLimit } from '@tpmall/platform/http';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Routes } from '../frame/route.ts';
import type { Visit } from '../frame/visit.ts';
import { takeDetails } from './details.ts';
import { linkPage } from './link-view.ts';
import { namesOf, readOrder } from './order.ts';
import { payOrder } from './pay-order.ts';
import { problemOf } from './problems.ts';
import { changeQuantities } from './quantities.ts';
import { showOrder } from './show-order.ts';

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
