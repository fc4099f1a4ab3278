import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';

const page = (body: string): string =>
  `<!doctype html><html lang="en"><head><title>A page</title></head><body><main>${body}</main></body></html>`;
/** A field that nothing names. */
const NAMELESS = '<input type="text">';
const framed = (body: string): string =>
  `<iframe title="A frame" srcdoc="${page(body).replaceAll('"', '&quot;')}"></iframe>`;

describe.skipIf(!hasBrowser)('what is looked for on every page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it.each([
    ['nothing', page('<h1>All is well</h1>'), []],
    ['a field without a name', page(NAMELESS), [/^label: <input type="text">/]],
    ['a field without a name in a frame', page(framed(NAMELESS)), [/^label: <input type="text">/]],
    ['letters that can hardly be read', page('<p style="color: #ccc">Pale</p>'), [/^color-contrast: <p/]],
    ['what is wider than the window', page('<div style="width: 9000px">Wide</div>'), [/^scrolls sideways$/]],
  ])('finds %s', async (_what, html, flaws) => {
    const context = await browser.newContext();
    const at = await context.newPage();
    await at.setContent(html);
    const found = await flawsOf(at);
    await context.close();
    expect(found).toHaveLength(flaws.length);
    for (const [index, flaw] of flaws.entries()) expect(found[index]).toMatch(flaw);
  });
});
