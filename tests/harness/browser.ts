import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or the one that is named. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** What is looked for; what a page does well is not written out at length. */
const LOOK = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
} satisfies axe.RunOptions;

/** Whether there is a browser on this machine. */
export const hasBrowser = existsSync(CHROMIUM);

/** Starts a browser that speaks to nobody but the pages it is sent to. */
export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** What axe finds against WCAG 2.2 AA, and whether the page scrolls sideways; nothing where all is well. */
export async function flawsOf(page: Page): Promise<string[]> {
  const violations = await violationsOf(page);
  const found = violations.map((one) => `${one.id}: ${one.nodes.map(({ html }) => html).join(' ')}`);
  const isWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
  return isWide ? [...found, 'scrolls sideways'] : found;
}

/**
 * Where there are frames, their parts are put together in a page of their own; a page that has none is
 * spared that, which takes twice as long as the look itself.
 */
async function violationsOf(page: Page): Promise<axe.Result[]> {
  if (page.frames().length > 1) {
    return (await new AxeBuilder({ page }).options(LOOK).analyze()).violations;
  }
  await page.evaluate(axe.source);
  return page.evaluate<axe.Result[]>(
    `axe.run(document, ${JSON.stringify(LOOK)}).then(({ violations }) => violations)`,
  );
}
