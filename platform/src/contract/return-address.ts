import { z } from 'zod';

/** Schemes by which an address is run, read or written by the browser itself, instead of leading anywhere. */
const RUN_BY_BROWSERS = [
  ...['about', 'blob', 'chrome', 'data', 'file', 'filesystem', 'ftp', 'intent', 'jar', 'javascript'],
  ...['livescript', 'mailto', 'mhtml', 'resource', 'vbscript', 'view-source', 'ws', 'wss'],
];
const SCHEME = new RegExp(`^(?!(?:${RUN_BY_BROWSERS.join('|')})$)[a-z][a-z0-9+.-]*$`);

/**
 * An address at which a shopper goes on, behind a link that they follow: http, https, or the scheme of an app
 * (`myapp://paid`, RFC 7595). Nothing that a browser would run.
 */
export const returnAddress = z.url({ protocol: SCHEME }).regex(/^[^\s:]+:\/\//);

/**
 * The address with these parameters in its query, each once. What its query says besides stays as it is
 * written, and so does its fragment.
 */
export function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  const own = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !Object.hasOwn(parameters, pair.split('=')[0] ?? ''));
  const added = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  url.search = [...own, ...added].join('&');
  return url.href;
}
