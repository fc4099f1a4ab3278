import { withConnection } from '@tpmall/platform/db';
import type { DevFile } from '@tpmall/server';
import type { Client } from 'pg';
import { applyLoad } from './load.ts';
import { createSender, startServer } from './server.ts';
import type { Bench, BenchOptions, Row } from './table.ts';

/** Payments that are listed and searched, unless the command line says another number. */
const PAYMENTS = 1_000_000;
/** Rows of one INSERT, so that progress can be told. */
const FILL_ROWS = 50_000;
/** Payments of each customer, from the oldest to the newest. */
const PAYMENTS_OF_CUSTOMER = 100;
/** Different amounts; they rise with time, so that each customer has small ones and large ones. */
const AMOUNTS = 5_000;
const IN_FLIGHT = [1, 16] as const;
const WARM_UP_SECONDS = 2;

/** Lists and searches over many payments, beside the read of one payment by its primary key. */
export async function run({ seconds, words, progress }: BenchOptions): Promise<Bench> {
  const payments = Number(words[0] ?? PAYMENTS);
  const server = await startServer();
  try {
    const { dev } = server;
    await fill(dev, payments, progress);
    const send = createSender(dev.apiUrl, dev.secretKey);
    const rows: Row[] = [];
    for (const inFlight of IN_FLIGHT) {
      let limitRate: number | null = null;
      for (const [name, path] of casesOf(payments)) {
        progress(`${name}, ${inFlight} in flight`);
        const operation = async (index: number): Promise<void> => {
          // An answer without payments would be quick, and measure nothing.
          const answer = await send(path(index));
          if (!answer.includes('"id":"pi_')) throw new Error(`${name} found nothing: ${answer}`);
        };
        await applyLoad(inFlight, WARM_UP_SECONDS, operation);
        const before = server.cpu();
        const load = await applyLoad(inFlight, seconds, operation);
        const after = server.cpu();
        rows.push({
          case: name,
          inFlight,
          rate: load.rate,
          p50Ms: load.p50Ms,
          p99Ms: load.p99Ms,
          nodeCpuUs: (after.server - before.server) / load.operations,
          postgresCpuUs: (after.postgres - before.postgres) / load.operations,
          limit: limitRate === null ? null : 'read by primary key',
          limitRate,
          ratio: limitRate === null ? null : load.rate / limitRate,
        });
        limitRate ??= load.rate;
      }
    }
    return {
      bench: `api: lists and searches over ${payments.toLocaleString('en')} payments`,
      rows,
      notes: ['Each page has ten payments, each with all its fields; the read by primary key has one.'],
    };
  } finally {
    await server.stop();
  }
}

type Case = readonly [name: string, path: (index: number) => string];

/** Each call asks for another place, so that no answer is warm because the last one was the same. */
function casesOf(payments: number): readonly Case[] {
  const nth = (index: number): number => ((index * 7_919) % payments) + 1;
  const customer = (index: number): string => `cus_bench_${nth(index) % customersOf(payments)}`;
  const amount = (index: number): number => 100 + Math.floor((nth(index) * AMOUNTS) / payments);
  const search = (query: string): string => `/v1/payment_intents/search?query=${encodeURIComponent(query)}`;
  return [
    ['read by primary key', (index) => `/v1/payment_intents/pi_bench_${nth(index)}`],
    ['list: the newest', () => '/v1/payment_intents'],
    ['list: after a cursor', (index) => `/v1/payment_intents?starting_after=pi_bench_${nth(index)}`],
    ['list: of a customer', (index) => `/v1/payment_intents?customer=${customer(index)}`],
    ['list: of a time', (index) => `/v1/payment_intents?created[lte]=${secondOf(nth(index))}`],
    ['search: one order', (index) => search(`metadata["order"]:"${nth(index)}"`)],
    ['search: a status that all have', () => search('status:"succeeded"')],
    ['search: an amount', (index) => search(`amount:${amount(index)}`)],
    [
      'search: a customer and an amount',
      (index) => search(`customer:"${customer(index)}" AND amount>${AMOUNTS / 2}`),
    ],
    [
      'search: an order or an amount',
      (index) => search(`metadata["order"]:"${nth(index)}" OR amount:${amount(index + 1)}`),
    ],
    ['search: one that has not succeeded', () => search('-status:"succeeded"')],
  ];
}

function customersOf(payments: number): number {
  return Math.ceil(payments / PAYMENTS_OF_CUSTOMER);
}

/** Payments lie a second apart, ending here. */
const NEWEST_SECOND = 1_795_000_000;

function secondOf(payment: number): number {
  return NEWEST_SECOND - payment;
}

/**
 * Terms of the search index as `@tpmall/platform/search` makes them; both are inlined where they are called.
 */
const TERMS = `CREATE FUNCTION pg_temp.part(text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN length($1) || ':' || $1;
CREATE FUNCTION pg_temp.term(text) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN ('x' || encode(substr(sha256(convert_to($1, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint`;

/** The columns in which the copies differ from the payment that is copied. */
const OWN: Readonly<Record<string, string>> = {
  id: "'pi_bench_' || n",
  created_at: 'to_timestamp($1::bigint - n)',
  amount: `100 + n * ${AMOUNTS}::bigint / $6::int`,
  customer: "'cus_bench_' || n % $2::int",
  status: "'succeeded'",
  metadata: "jsonb_build_object('order', n::text)",
};

function copyIntents(columns: readonly string[]): string {
  const values = columns.map((name) => (Object.hasOwn(OWN, name) ? OWN[name] : `i.${name}`));
  return `INSERT INTO payments.intent (${columns.join(', ')}) SELECT ${values.join(', ')}
FROM payments.intent AS i, generate_series($3::int, $4::int) AS n WHERE i.id = $5`;
}

const TERM_PARTS = [
  ["'status'", "'='", "'succeeded'"],
  ["'currency'", "'='", 'i.currency'],
  ["'customer'", "'='", "'cus_bench_' || n % $2::int"],
  ["'metadata.order'", "'='", 'n::text'],
  ["'metadata.order'", "'?'", "''"],
].map((parts) => {
  const text = ["'intent'", 'i.tenant', ...parts].map((part) => `pg_temp.part(${part})`).join(' || ');
  return `pg_temp.term(${text})`;
});

const COPY_DOCUMENTS = `INSERT INTO payments.search_document
  (id, kind, tenant, created_at, amount, terms, texts)
SELECT ${OWN['id']}, 'intent', i.tenant, ${OWN['created_at']}, ${OWN['amount']},
  ARRAY[${TERM_PARTS.join(', ')}], '{}'
FROM payments.intent AS i, generate_series($3::int, $4::int) AS n WHERE i.id = $5`;

/** Copies one payment many times, as the superuser: through the API it would take hours. */
async function fill(dev: DevFile, payments: number, progress: BenchOptions['progress']): Promise<void> {
  const send = createSender(dev.apiUrl, dev.secretKey);
  const made = await send('/v1/payment_intents', { amount: '100', currency: 'eur' });
  const { id } = JSON.parse(made) as { id: string };
  await withConnection({ connectionString: dev.databaseUrl }, async (client) => {
    await client.query(TERMS);
    await withoutIndexes(client, progress, async (columns) => {
      for (let from = 1; from <= payments; from += FILL_ROWS) {
        const to = Math.min(payments, from + FILL_ROWS - 1);
        progress(`${to.toLocaleString('en')} of ${payments.toLocaleString('en')} payments`);
        for (const copy of [copyIntents(columns), COPY_DOCUMENTS]) {
          await client.query(copy, [NEWEST_SECOND, customersOf(payments), from, to, id, payments]);
        }
      }
    });
    progress('vacuum');
    await client.query('VACUUM ANALYZE payments.intent, payments.search_document');
  });
}

/**
 * Fills tables whose indexes are built afterwards, all at once: row by row they take several times as long.
 */
async function withoutIndexes(
  client: Client,
  progress: BenchOptions['progress'],
  work: (columns: readonly string[]) => Promise<void>,
): Promise<void> {
  // Those of constraints stay: other tables refer to them.
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
WHERE indrelid IN ('payments.intent'::regclass, 'payments.search_document'::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`,
  );
  const { rows: columns } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
WHERE attrelid = 'payments.intent'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await work(columns.map(({ name }) => name));
  await client.query("SET maintenance_work_mem = '512MB'");
  for (const { name, definition } of indexes) {
    progress(`index ${name}`);
    await client.query(definition);
  }
}
