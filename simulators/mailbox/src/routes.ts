import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Fault, Inbox } from './inbox.ts';
import { gonePage, languageOf, listPage, mailPage } from './pages.ts';
import { STYLE } from './style.ts';

/** How often a list that its reader keeps up to date is asked for again. */
const REFRESH_SECONDS = 3;
const FAULTS: ReadonlySet<unknown> = new Set<Fault>(['refuse', 'defer', 'drop']);
/** Names of this machine, as a browser on it says them. */
const HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const TIMES_MAX = 1_000;

const SAFE = "default-src 'none'; base-uri 'none'; form-action 'none'";
/** Of our own pages, which show a mail in a frame of this origin. */
const PAGE_POLICY = `${SAFE}; style-src 'self'; frame-src 'self'; frame-ancestors 'none'`;
/** Of a mail's own HTML: nothing but its style, whatever it says. */
const MAIL_POLICY = `${SAFE}; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox`;

/** Pages to read the mails, and JSON for tests. */
export async function mailboxRoutes(app: FastifyInstance, inbox: Inbox): Promise<void> {
  // A page of the network whose name leads here would read codes: it is asked for by a name of this machine
  // only.
  app.addHook('onRequest', async (request, reply) => {
    if (!HOSTS.has(request.hostname)) return reply.code(421).send({ error: 'asked for by another name' });
    return undefined;
  });
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));

  app.get<{ Querystring: { to?: string; live?: string } }>('/', async (request, reply) => {
    const recipient = recipientOf(request.query.to);
    const live = request.query.live === '1';
    if (live) reply.header('refresh', String(REFRESH_SECONDS));
    const language = languageOf(request.headers['accept-language']);
    return html(reply, listPage(language, inbox.list(recipient), { recipient, live }));
  });
  app.get<{ Params: { id: string } }>('/mails/:id', async (request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    const mail = inbox.find(Number(request.params.id));
    return mail ? html(reply, mailPage(language, mail)) : html(reply.code(404), gonePage(language));
  });
  app.get<{ Params: { id: string } }>('/mails/:id/html', async (request, reply) => {
    const mail = inbox.find(Number(request.params.id));
    if (!mail) return html(reply.code(404), gonePage('en'));
    return html(reply, mail.html, MAIL_POLICY);
  });

  app.get<{ Querystring: { to?: string } }>('/api/mails', async (request) => ({
    mails: inbox.list(recipientOf(request.query.to)),
  }));
  app.delete('/api/mails', async (_request, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });
  app.post('/api/faults', async (request, reply) => {
    const { fault, times = 1 } = (request.body ?? {}) as { fault?: unknown; times?: unknown };
    if (!FAULTS.has(fault)) return reply.code(400).send({ error: 'refuse, defer or drop', field: 'fault' });
    if (!Number.isInteger(times) || Number(times) < 1 || Number(times) > TIMES_MAX) {
      return reply.code(400).send({ error: `1 to ${TIMES_MAX}`, field: 'times' });
    }
    inbox.order(fault as Fault, Number(times));
    return reply.code(204).send();
  });
}

function recipientOf(given: string | undefined): string | undefined {
  return given === undefined || given === '' ? undefined : given.toLowerCase();
}

function html(reply: FastifyReply, page: string, policy = PAGE_POLICY): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .send(page);
}
