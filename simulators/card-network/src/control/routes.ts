import { currencyByNumber } from '@tpmall/kernel';
import type { FastifyInstance } from 'fastify';
import { testCards } from '../cards.ts';
import type { Acquirer } from '../host/acquirer.ts';
import { type Book, sumOf } from '../host/book.ts';
import type { BookedAuthorisation } from '../host/book-types.ts';
import type { Fault, OrderedFault, Rules } from '../host/faults.ts';

/** Largest delay that may be ordered; longer ones are lost answers. */
const MAX_DELAY_MS = 600_000;

const FAULT_KINDS: ReadonlySet<string> = new Set([
  'lose_request',
  'lose_answer',
  'delay',
  'duplicate',
  'malformed',
  'cut',
  'drop_connection',
  'other_stan',
  'wrong_mac',
  'decline',
]);

/** Which acquirer a request is about. */
interface Of {
  readonly Querystring: { readonly acquirer?: string };
}

/** The control API: what the simulator does wrong from now on, and what its hosts have booked. */
export async function controlRoutes(
  app: FastifyInstance,
  options: { acquirers: readonly [Acquirer, ...Acquirer[]]; rules: Rules },
): Promise<void> {
  const { acquirers, rules } = options;
  const names = acquirers.map(({ name }) => name);
  const chosen = (name: string | undefined): readonly Acquirer[] =>
    acquirers.filter((each) => name === undefined || each.name === name);

  app.addHook('onRequest', async (request, reply) => {
    const { acquirer } = request.query as Of['Querystring'];
    if (acquirer === undefined || names.includes(acquirer)) return;
    await reply.code(400).send({ error: `there are ${names.join(', ')}`, field: 'acquirer' });
  });

  app.get('/health', async () => ({ status: 'ok' }));
  // What a person sees who opens the address that a start prints.
  app.get('/', async (_request, reply) => reply.redirect('/cards'));
  app.get('/cards', async () => ({ cards: testCards }));

  app.get('/behaviours', async () => ({ behaviours: rules.list() }));
  app.post('/behaviours', async (request, reply) => {
    const rule = readRule(request.body, names);
    if ('field' in rule)
      return reply.code(400).send({ error: `${rule.field} is missing or wrong`, field: rule.field });
    return reply.code(201).send(rules.add(rule));
  });
  app.delete('/behaviours', async (_request, reply) => {
    rules.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/behaviours/:id', async (request, reply) =>
    reply.code(rules.remove(Number(request.params.id)) ? 204 : 404).send(),
  );
  app.post<Of>('/drop-connections', async (request, reply) => {
    for (const { iso } of chosen(request.query.acquirer)) iso.dropConnections();
    return reply.code(204).send();
  });

  app.post<Of>('/return-refund', async (request, reply) => {
    const { reference, code } = asRecord(request.body);
    if (typeof reference !== 'string') return reply.code(400).send({ field: 'reference' });
    if (typeof code !== 'string' || !/^[0-9A-Z]{2}$/.test(code))
      return reply.code(400).send({ field: 'code' });
    for (const { returns } of chosen(request.query.acquirer)) {
      if (await returns.order(reference, code)) return reply.code(204).send();
    }
    return reply.code(404).send({ error: 'no refund of it stands' });
  });

  app.get<{ Querystring: { acquirer?: string; reference?: string; card?: string } }>(
    '/book',
    async (request) => {
      const { acquirer, reference, card } = request.query;
      const of = chosen(acquirer);
      return {
        messages: receivedBy(of),
        endsOfDay: of.reduce((sum, { book }) => sum + book.endsOfDay, 0),
        authorisations: of.flatMap(({ name, book }) =>
          [...book.authorisations()]
            .filter(
              (each) =>
                (!reference || each.reference === reference) && (!card || each.card.endsWith(card.slice(-4))),
            )
            .map((each) => ({ acquirer: name, ...describe(book, each) })),
        ),
      };
    },
  );

  app.post<Of>('/end-of-day', async (request, reply) => {
    const [acquirer = acquirers[0]] = chosen(request.query.acquirer);
    const { name, text } = await acquirer.endOfDay();
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(text);
  });
}

function receivedBy(acquirers: readonly Acquirer[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { host } of acquirers) {
    for (const [mti, count] of host.received) sums[mti] = (sums[mti] ?? 0) + count;
  }
  return sums;
}

function describe(book: Book, authorisation: BookedAuthorisation): object {
  const movements = (kind: 'capture' | 'refund') =>
    authorisation.movements
      .filter((movement) => movement.kind === kind)
      .map(({ at, amount, code, final, reversed, returned, cleared, key }) => ({
        at,
        amount: String(amount),
        code,
        final,
        reversed,
        returned,
        cleared,
        times: book.answerTo(key)?.times ?? 0,
      }));
  return {
    ...authorisation,
    currency: currencyByNumber(Number(authorisation.currency))?.code ?? authorisation.currency,
    amount: String(authorisation.amount),
    remaining: String(authorisation.remaining),
    captured: String(sumOf(authorisation, 'capture')),
    refunded: String(sumOf(authorisation, 'refund')),
    times: book.answerTo(authorisation.key)?.times ?? 0,
    movements: undefined,
    increments: authorisation.increments.map(({ amount, ...rest }) => ({ ...rest, amount: String(amount) })),
    captures: movements('capture'),
    refunds: movements('refund'),
  };
}

function readRule(body: unknown, acquirers: readonly string[]): OrderedFault | { field: string } {
  const { kind, milliseconds, code, acquirer, card, mti, times, ...rest } = asRecord(body);
  const unknownField = Object.keys(rest)[0];
  if (unknownField !== undefined) return { field: unknownField };
  if (typeof kind !== 'string' || !FAULT_KINDS.has(kind)) return { field: 'kind' };
  if (acquirer !== undefined && (typeof acquirer !== 'string' || !acquirers.includes(acquirer)))
    return { field: 'acquirer' };
  if (card !== undefined && (typeof card !== 'string' || !/^\d{13,19}$/.test(card))) return { field: 'card' };
  if (mti !== undefined && (typeof mti !== 'string' || !/^0\d{3}$/.test(mti))) return { field: 'mti' };
  if (times !== undefined && times !== null && !isCount(times, 1_000_000)) return { field: 'times' };
  const common = {
    ...{ acquirer: acquirer ?? null, card: card ?? null, mti: mti ?? null },
    times: times === undefined ? 1 : times,
  };
  if (kind === 'delay') {
    if (!isCount(milliseconds, MAX_DELAY_MS)) return { field: 'milliseconds' };
    return { ...common, fault: { kind, milliseconds } };
  }
  if (kind === 'decline') {
    if (typeof code !== 'string' || !/^[0-9A-Z]{2}$/.test(code)) return { field: 'code' };
    return { ...common, fault: { kind, code } };
  }
  return { ...common, fault: { kind } as Fault };
}

function asRecord(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= max;
}
