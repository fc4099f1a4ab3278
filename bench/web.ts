import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DevFile } from '@tpmall/server';
import type { Browser } from 'playwright-core';
import { hasBrowser, launchBrowser } from '../tests/harness/browser.ts';
import { openVisitor } from '../tests/harness/visitor.ts';
import { applyLoad } from './load.ts';
import { createSender, startServer } from './server.ts';
import type { Bench, BenchOptions, Row } from './table.ts';

const IN_FLIGHT = [1, 64] as const;
const WARM_UP_SECONDS = 2;
/** How often each page is loaded in the browser; the middle one counts. */
const LOADS = 7;
/** What the browser is given to do after a page has loaded, so that its work is seen. */
const SETTLE_MS = 500;
/** A task of the main thread beyond this blocks (Lighthouse). */
const LONG_TASK_MS = 50;

/** A page with a name, on one of the origins. */
interface Page {
  readonly name: string;
  readonly url: string;
  /** Of the browser that sees it. */
  readonly cookie?: string;
}

/**
 * Pages of shoppers and the console: the server's time beside an empty route of the same process, and what a
 * browser loads and waits for beside a page without style and script.
 */
export async function run({ seconds, progress }: BenchOptions): Promise<Bench> {
  const server = await startServer();
  try {
    const pages = await pagesOf(server.dev);
    const empty: Page = { name: 'empty route', url: `${server.dev.mallUrl}/healthz` };
    const rows: Row[] = [];
    for (const inFlight of IN_FLIGHT) {
      let limitRate: number | null = null;
      for (const { name, url, cookie = '' } of [empty, ...pages]) {
        progress(`${name}, ${inFlight} in flight`);
        const { origin, pathname, search } = new URL(url);
        const send = createSender(origin, server.dev.publishableKey);
        const operation = async (): Promise<void> => {
          // As browsers ask: what is sent compressed is measured so.
          await send(pathname + search, undefined, { cookie, 'accept-encoding': 'gzip, br' });
        };
        await applyLoad(inFlight, WARM_UP_SECONDS, operation);
        const before = server.cpu();
        const load = await applyLoad(inFlight, seconds, operation);
        const after = server.cpu();
        rows.push({
          ...{ case: name, inFlight, rate: load.rate, p50Ms: load.p50Ms, p99Ms: load.p99Ms },
          nodeCpuUs: (after.server - before.server) / load.operations,
          postgresCpuUs: (after.postgres - before.postgres) / load.operations,
          limit: limitRate === null ? null : empty.name,
          limitRate,
          ratio: limitRate === null ? null : load.rate / limitRate,
        });
        limitRate ??= load.rate;
      }
    }
    const notes = hasBrowser ? await inBrowser(pages, progress) : ['No browser here: nothing loaded in one.'];
    return { bench: 'web: pages of shoppers, and the console', rows, notes };
  } finally {
    await server.stop();
  }
}

/**
 * Shelves, a cart of two makers, an order to pay, one that is paid, a link, the card form in its frame, and
 * the console.
 */
async function pagesOf(dev: DevFile): Promise<Page[]> {
  const send = createSender(dev.apiUrl, dev.secretKey);
  const ask = async (path: string, body: Record<string, string>) =>
    JSON.parse(await send(path, body)) as Record<string, string>;
  const line = {
    'line_items[0][quantity]': '2',
    'line_items[0][price_data][currency]': 'cny',
    'line_items[0][price_data][unit_amount]': '16800',
    'line_items[0][price_data][product_data][name]': 'Celadon tea bowl',
  };
  const order = await ask('/v1/checkout/sessions', { mode: 'payment', ...line });
  const paid = await ask('/v1/checkout/sessions', { mode: 'payment', ...line });
  await ask(`/v1/payment_pages/${paid['id']}/confirm`, { payment_method: 'pm_card_visa' });
  const product = await ask('/v1/products', {
    name: 'Celadon tea bowl',
    'default_price_data[currency]': 'cny',
    'default_price_data[unit_amount]': '16800',
  });
  const link = await ask('/v1/payment_links', {
    'line_items[0][price]': product['default_price'] ?? '',
    'line_items[0][quantity]': '2',
  });
  const shopper = openVisitor(dev.mallUrl);
  for (const goods of ['keemun', 'mantel-clock']) {
    await shopper.submit(await shopper.get(`/goods/${goods}`), '/cart/add');
  }
  const cookie = shopper.cookie();
  const page = await createSender(dev.mallUrl, '')(new URL(order['url'] ?? '').pathname);
  const frame = /id="card-frame"[^>]* src="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  return [
    { name: 'storefront', url: `${dev.mallUrl}/`, cookie },
    { name: 'search', url: `${dev.mallUrl}/search?q=tea`, cookie },
    { name: 'product page', url: `${dev.mallUrl}/goods/mantel-clock`, cookie },
    { name: 'cart', url: `${dev.mallUrl}/cart`, cookie },
    { name: 'payment link', url: link['url'] ?? '' },
    { name: 'checkout', url: order['url'] ?? '' },
    { name: 'card form in its frame', url: frame },
    { name: 'receipt', url: `${dev.mallUrl}/c/pay/${paid['id']}` },
    // All of its script and style: the page of signing in needs no less than any other.
    { name: 'console', url: `${dev.apiUrl}/console/` },
  ];
}

/** What a browser with an empty cache loads, and when it shows something. */
async function inBrowser(pages: readonly Page[], progress: BenchOptions['progress']): Promise<string[]> {
  const bare = await serveBarePage();
  const browser = await launchBrowser();
  try {
    const { port } = bare.address() as AddressInfo;
    const lines = ['page                     requests     bytes  first paint ms  blocked ms'];
    const shown = pages.filter(({ name }) => name !== 'card form in its frame');
    const bareOne: Page = { name: 'static page', url: `http://127.0.0.1:${port}/` };
    for (const shownPage of [bareOne, ...shown]) {
      const { name } = shownPage;
      progress(`${name} in the browser`);
      const loads = [];
      for (let load = 0; load < LOADS; load += 1) loads.push(await loadOnce(browser, shownPage));
      loads.sort((a, b) => a.paint - b.paint);
      const middle = loads[Math.floor(LOADS / 2)];
      if (!middle) continue;
      const figures = [
        String(middle.requests).padStart(8),
        String(middle.bytes).padStart(9),
        middle.paint.toFixed(0).padStart(15),
        middle.blocked.toFixed(0).padStart(11),
      ];
      lines.push(`${name.padEnd(24)} ${figures.join(' ')}`);
    }
    return [...lines, 'In the browser: the middle of seven loads, each with an empty cache.'];
  } finally {
    await browser.close();
    bare.close();
  }
}

async function loadOnce(browser: Browser, { url, cookie = '' }: Page) {
  const context = await browser.newContext();
  try {
    const pairs = cookie.split('; ').filter((pair) => pair !== '');
    await context.addCookies(
      pairs.map((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return { name, value, url };
      }),
    );
    const page = await context.newPage();
    await page.addInitScript(
      `window.tasks = [];
      const watch = (list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration));
      new PerformanceObserver(watch).observe({ type: 'longtask', buffered: true });`,
    );
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      const sized = request.sizes();
      sizes.push(sized.then((size) => size.responseHeadersSize + size.responseBodySize));
    });
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(SETTLE_MS);
    const paint = await page.evaluate<number>(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN",
    );
    const tasks = await page.evaluate<number[]>('window.tasks');
    const bytes = await Promise.all(sizes);
    return {
      requests: bytes.length,
      bytes: bytes.reduce((sum, one) => sum + one, 0),
      paint,
      blocked: tasks.reduce((sum, one) => sum + Math.max(0, one - LONG_TASK_MS), 0),
    };
  } finally {
    await context.close();
  }
}

/** Text and nothing else: the least that a browser can show. */
async function serveBarePage(): Promise<Server> {
  const body = `<!doctype html><title>Static</title><p>${'Text. '.repeat(500)}</p>`;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
