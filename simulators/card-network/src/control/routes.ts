import { currencyByNumber } from '@tpmall/kernel';
import type { FastifyInstance } from 'fastify';
import { testCards } from '../cards.ts';
import { type Book, sumOf } from '../host/book.ts';
import type { BookedAuthorisation } from '../host/book-types.ts';
import type { Fault, Rules } from '../host/faults.ts';
import type { Host } from '../host/host.ts';

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
  'decline',
]);

/** The control API: what the simulator does wrong from now on, and what its host has booked. */
export async function controlRoutes(
  app: FastifyInstance,
  options: {
    book: Book;
    host: Host;
    rules: Rules;
    dropConnections: () => void;
    returnRefund: (reference: string, code: string) => Promise<boolean>;
    endOfDay: () => Promise<{ name: string; text: string }>;
  },
): Promise<void> {
  const { book, host, rules } = options;

  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/cards', async () => ({ cards: testCards }));

  app.get('/behaviours', async () => ({ behaviours: rules.list() }));
  app.post('/behaviours', async (request, reply) => {
    const rule = readRule(request.body);
    if ('field' in rule)
      return reply.code(400).send({ error: `${rule.field} is missing or wrong`, field: rule.field });
    return reply.code(201).send(rules.add(rule));
  });
  app.delete('/behaviours', async (_request, reply) => {
    rules.clear();
    return reply.code(204).send();
  });
  app.post('/drop-connections', async (_request, reply) => {
    options.dropConnections();
    return reply.code(204).send();
  });

  app.post('/return-refund', async (request, reply) => {
    const { reference, code } = asRecord(request.body);
    if (typeof reference !== 'string') return reply.code(400).send({ field: 'reference' });
    if (typeof code !== 'string' || !/^[0-9A-Z]{2}$/.test(code))
      return reply.code(400).send({ field: 'code' });
    const done = await options.returnRefund(reference, code);
    return done ? reply.code(204).send() : reply.code(404).send({ error: 'no refund of it stands' });
  });

  app.get<{ Querystring: { reference?: string; card?: string } }>('/book', async (request) => {
    const { reference, card } = request.query;
    const shown = [...book.authorisations()].filter(
      (each) => (!reference || each.reference === reference) && (!card || each.card.endsWith(card.slice(-4))),
    );
    return {
      messages: Object.fromEntries(host.received),
      endsOfDay: book.endsOfDay,
      authorisations: shown.map((each) => describe(book, each)),
    };
  });

  app.post('/end-of-day', async (_request, reply) => {
    const { name, text } = await options.endOfDay();
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(text);
  });
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

function readRule(
  body: unknown,
): { fault: Fault; card: string | null; mti: string | null; times: number | null } | { field: string } {
  const { kind, milliseconds, code, card, mti, times, ...rest } = asRecord(body);
  const unknownField = Object.keys(rest)[0];
  if (unknownField !== undefined) return { field: unknownField };
  if (typeof kind !== 'string' || !FAULT_KINDS.has(kind)) return { field: 'kind' };
  if (card !== undefined && (typeof card !== 'string' || !/^\d{13,19}$/.test(card))) return { field: 'card' };
  if (mti !== undefined && (typeof mti !== 'string' || !/^0\d{3}$/.test(mti))) return { field: 'mti' };
  if (times !== undefined && times !== null && !isCount(times, 1_000_000)) return { field: 'times' };
  const common = { card: card ?? null, mti: mti ?? null, times: times === undefined ? 1 : times };
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
