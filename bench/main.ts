import { parseArgs } from 'node:util';
import { type Bench, type BenchOptions, drawTable, writeJson } from './table.ts';

/** Every benchmark, loaded only when it is asked for. */
const benches: Readonly<Record<string, () => Promise<{ run(options: BenchOptions): Promise<Bench> }>>> = {
  ledger: () => import('./ledger.ts'),
  checkout: () => import('./checkout.ts'),
  webhooks: () => import('./webhooks.ts'),
  api: () => import('./api.ts'),
  web: () => import('./web.ts'),
};

const USAGE = `Usage: npm run bench -- NAME [--seconds N] [--json FILE]

  ledger            transfers, in process and over HTTP, beside COPY of the same rows
  ledger local      only in process (or only over HTTP: ledger http)
  ledger local 64   only at these calls in flight
  ledger growth     the same at 10^5, 10^6 and 10^7 stored transfers
  checkout          create + confirm + capture of a card payment, beside a bare ledger post over HTTP
  webhooks          deliveries of events, beside bare posts by the same client
  api [N]           lists and searches over N payments (a million), beside a read by primary key
  web               pages of shoppers and the console, beside an empty route, and in a browser`;

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string' }, json: { type: 'string' } },
  allowPositionals: true,
});
const [name = '', ...words] = positionals;
const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
const seconds = Number(values.seconds ?? '5');
if (!load || !(seconds > 0)) {
  process.stdout.write(`${USAGE}\n`);
  process.exitCode = name === '' ? 0 : 2;
} else {
  const { run } = await load();
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
  };
  const bench = await run({ seconds, words, progress });
  progress('');
  process.stdout.write(`${drawTable(bench)}\n`);
  if (values.json !== undefined) writeJson(values.json, bench);
}
