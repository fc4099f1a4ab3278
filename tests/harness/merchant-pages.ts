import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Pages of one origin, by path; what is not named is answered with the page of `/`. */
export type Pages = Readonly<Record<string, { readonly body: string; readonly type?: string }>>;

/** A merchant's own server. */
export interface MerchantPages {
  readonly origin: string;
  close(): void;
}

/** Serves a merchant's pages on an origin of their own; every page of the world may load its files. */
export async function serveMerchantPages(pages: () => Pages): Promise<MerchantPages> {
  const server: Server = createServer((request, response) => {
    const all = pages();
    const { pathname } = new URL(request.url ?? '/', 'http://merchant');
    const { body, type = 'text/html; charset=utf-8' } = all[pathname] ?? all['/'] ?? { body: '' };
    response.setHeader('access-control-allow-origin', '*').setHeader('content-type', type).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** A page that takes a card by our script; what is done with it stands in `#out`, for a test to read. */
export function cardPage(vaultUrl: string, key: string, before = ''): string {
  return `<!doctype html><html lang="en"><title>Shop</title>${before}
<h1>Shop</h1><main><div id="card"></div><button id="go">Use the card</button>
<pre id="out" style="white-space: pre-wrap; overflow-wrap: anywhere"></pre></main>
<script src="${vaultUrl}/v1/fields.js"></script><script>
const tpmall = TPMall('${key}');
const elements = tpmall.elements();
const card = elements.create('card');
window.heard = [];
window.addEventListener('message', (event) => heard.push(JSON.stringify(event.data)));
card.on('ready', () => { document.title = 'ready'; });
window.changes = [];
card.on('change', (event) => changes.push(event));
card.mount('#card');
document.getElementById('go').onclick = async () => {
  const billing_details = { name: 'Lin Wei' };
  const result = await tpmall.createPaymentMethod({ type: 'card', card, billing_details });
  document.getElementById('out').textContent = JSON.stringify(result);
};
</script></html>`;
}
