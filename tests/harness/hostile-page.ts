import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { luhnCheckDigit } from '../../modules/foundation/vault/src/card/luhn.ts';

/** A script that takes all that comes by in the page it stands in; see there. */
export const HOSTILE = readFileSync(new URL('./hostile-page.js', import.meta.url), 'utf8');

/** What others would put into the frame: it says on and on that it made cards, and keeps what it is told. */
export const FORGED_FRAME = `<!doctype html><title>Forged</title><script>
window.told = [];
window.addEventListener('message', ({ data }) => told.push(JSON.stringify(data)));
window.setInterval(() => {
  for (let call = 1; call < 5; call += 1) {
    parent.postMessage({ type: 'tpmall.tokenised', call, result: { id: 'pm_forged' } }, '*');
  }
}, 20);
</script>`;

/** A card as somebody types it. */
export interface Typed {
  readonly number: string;
  readonly expiry: string;
  readonly cvc: string;
}

/** A card that is nobody's, made for one run: a part of its number stands nowhere by accident. */
export function newCard(): Typed {
  const start = `4${randomInt(10 ** 13, 10 ** 14 - 1)}`;
  return { number: start + luhnCheckDigit(start), expiry: '11 / 33', cvc: '907' };
}

/** What a page sends from now on, as text: by the vault's frame to the vault, and all else. */
export function sentBy(page: Page, vaultUrl: string): Record<'vault' | 'page', readonly string[]> {
  const sent: Record<'vault' | 'page', string[]> = { vault: [], page: [] };
  page.on('request', (request) => {
    const isVaults = [request.url(), request.frame().url()].every((url) => url.startsWith(vaultUrl));
    const text = [request.url(), request.postData(), ...Object.values(request.headers())].join(' <|> ');
    sent[isVaults ? 'vault' : 'page'].push(text);
  });
  return sent;
}

/** So many digits of a number in a row are no accident, and more than the last four that anybody may see. */
const RUN = 8;

/** All that a page with {@link HOSTILE} in it has got hold of, and what it can still find. */
export async function takenBy(page: Page): Promise<string[]> {
  // As one text, so that reading it is not itself a thousand things that come by.
  const all = await page.evaluate<string>(`[
    ...__taken, document.documentElement.outerHTML, document.cookie, document.title, location.href,
    JSON.stringify(history.state), JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
    ...performance.getEntries().map(({ name }) => name),
  ].join('\\0')`);
  return all.split('\0');
}

/** Those of some texts that have something of a card: digits of its number in a row, its date or its code. */
export function leaksIn(texts: readonly string[], { number, expiry, cvc }: Typed): string[] {
  const starts = Array.from({ length: number.length - RUN + 1 }, (_, at) => number.slice(at, at + RUN));
  const code = new RegExp(`(?<![\\w.])${cvc}(?![\\w.])`);
  return texts.filter((text) => {
    const joined = text.replaceAll(/(?<=\d)[\s-](?=\d)/g, '');
    return starts.some((run) => joined.includes(run)) || text.includes(expiry) || code.test(text);
  });
}
