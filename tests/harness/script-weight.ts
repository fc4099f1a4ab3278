import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';

/** The scripts that a page has loaded, those in its frames with them. */
export interface ScriptWeight {
  /** Of files as they were transferred, of what stands in documents as gzip makes it. */
  readonly bytes: number;
  /** Where files came from, and documents that have scripts in them. */
  readonly origins: readonly string[];
  /** What policies of documents let run besides what they name by a hash; nothing where all is well. */
  readonly loose: readonly string[];
}

/** What a document has in it; `data:` and other types of `script` elements that do not run are none. */
const INLINE = `[...document.querySelectorAll('script:not([src])')]
  .filter(({ type }) => ['', 'module', 'text/javascript'].includes(type)).map(({ text }) => text)`;
const HASH = /^'sha(256|384|512)-[A-Za-z0-9+/]+=*'$/;

/**
 * Opens a page in a browser and weighs every script of it and of its frames.
 *
 * @param foreign origins whose documents are not ours, so that their policies are not looked at
 */
export async function weighScripts(
  page: Page,
  url: string,
  foreign: readonly string[] = [],
): Promise<ScriptWeight> {
  const responses: Response[] = [];
  const heard = (response: Response) => responses.push(response);
  page.on('response', heard);
  await page.goto(url, { waitUntil: 'networkidle' });
  page.off('response', heard);
  const ofType = (type: string) => responses.filter((one) => one.request().resourceType() === type);
  const files = await Promise.all(
    ofType('script').map(async (response) => ({
      origin: new URL(response.url()).origin,
      bytes: (await response.request().sizes()).responseBodySize,
    })),
  );
  const inline = await Promise.all(
    page.frames().map(async (frame) => ({
      origin: new URL(frame.url()).origin,
      bytes: (await frame.evaluate<string[]>(INLINE)).reduce((sum, text) => sum + gzipSync(text).length, 0),
    })),
  );
  const weighed = [...files, ...inline].filter(({ bytes }) => bytes > 0);
  const documents = ofType('document').filter((one) => !foreign.includes(new URL(one.url()).origin));
  return {
    bytes: weighed.reduce((sum, { bytes }) => sum + bytes, 0),
    origins: [...new Set(weighed.map(({ origin }) => origin))].sort(),
    loose: documents.flatMap((response) => looseSources(response.headers()['content-security-policy'])),
  };
}

/** What lets scripts run that a policy does not name by their hash. */
function looseSources(policy: string | undefined): string[] {
  if (policy === undefined) return ['no policy'];
  const directives = new Map(
    policy.split('; ').map((one) => [one.split(' ', 1)[0], one.split(' ').slice(1)]),
  );
  const sources = directives.get('script-src') ?? directives.get('default-src') ?? ['*'];
  return sources.filter((source) => source !== "'none'" && !HASH.test(source));
}
