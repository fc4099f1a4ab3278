import { err, ok, type Result, SECOND } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { checkoutConfig } from './config.ts';
import { checkoutContract } from './contract/index.ts';
import { needs } from './needs.ts';
import { adjustSession } from './service/adjust-session.ts';
import { createSession } from './service/create-session.ts';
import { createSetupSession } from './service/create-setup-session.ts';
import { describePayer } from './service/describe-payer.ts';
import { expireSession, sweep } from './service/expire-session.ts';
import { cardKeepingSubscription } from './service/keep-card.ts';
import { paymentsSubscription } from './service/learn.ts';
import { createLink, updateLink } from './service/make-link.ts';
import { openLink } from './service/open-link.ts';
import { paySession, paySessionFromWallet } from './service/pay-session.ts';
import { listSessionCards } from './service/saved-cards.ts';
import { updateSession } from './service/update-session.ts';
import { findLink, findLinks, listLinks, toLink } from './store/links.ts';
import { findSession, findSessions, listSessions, toSession } from './store/sessions.ts';

/** A shopper has no tenant: whoever has the id may see what it is. */
const ANYBODY = '';

/** Orders that are paid on a page of their own, and links that open them. */
export const checkout = defineModule({
  name: 'checkout',
  contract: checkoutContract,
  needs,
  config: checkoutConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, random, log, ports, config }) {
    const deps = { db, clock, random, log, ports, config };
    const session = async (tenant: string, id: string) =>
      found('checkout.session', await findSession(db, tenant, id), id, toSession);
    const link = async (tenant: string, id: string) =>
      found('payment_link', await findLink(db, tenant, id), id, toLink);
    return {
      implementation: {
        createSession: (context, input) => createSession(deps, context, input),
        createSetupSession: (context, input) => createSetupSession(deps, context, input),
        updateSession: (context, input) => updateSession(deps, context, input),
        adjustSession: (context, input) => adjustSession(deps, context, input),
        describePayer: (context, input) => describePayer(deps, context, input),
        expireSession: (context, input) => expireSession(deps, context, input),
        paySession: (context, input) => paySession(deps, context, input),
        paySessionFromWallet: (context, input) => paySessionFromWallet(deps, context, input),
        listSessionCards: (context, input) => listSessionCards(deps, context, input),
        findSession: ({ tenant }, { id }) => session(tenant, id),
        findSessions: async ({ tenant }, { ids }) => ok((await findSessions(db, tenant, ids)).map(toSession)),
        showSession: (_context, { id }) => session(ANYBODY, id),
        listSessions: ({ tenant }, input) => listSessions(db, tenant, input),
        createLink: (context, input) => createLink(deps, context, input),
        updateLink: (context, input) => updateLink(deps, context, input),
        findLink: ({ tenant }, { id }) => link(tenant, id),
        findLinks: async ({ tenant }, { ids }) => ok((await findLinks(db, tenant, ids)).map(toLink)),
        showLink: (_context, { id }) => link(ANYBODY, id),
        listLinks: ({ tenant }, input) => listLinks(db, tenant, input),
        openLink: (context, input) => openLink(deps, context, input),
      },
      jobs: [
        {
          name: 'expire-sessions',
          every: config.sweepEverySeconds * SECOND,
          run: async () => void (await sweep(deps)),
        },
      ],
      subscriptions: [paymentsSubscription(deps), cardKeepingSubscription(deps)],
    };
  },
});

function found<Record, T>(
  what: string,
  record: Record | undefined,
  id: string,
  show: (record: Record) => T,
): Result<T, 'not_found'> {
  return record ? ok(show(record)) : err('not_found', `No such ${what}: '${id}'`, { field: 'id' });
}
