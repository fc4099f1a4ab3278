import { isIP } from 'node:net';
import { err, ok, type Result } from '@tpmall/kernel';
import { URL_MAX } from '../contract/index.ts';
import type { WebhooksEnvironment } from './environment.ts';

/**
 * Whether events may be sent to an address, as far as its text says. What a name resolves to is checked at
 * each connection.
 */
export function checkUrl(
  { config, mayConnect }: Pick<WebhooksEnvironment, 'config' | 'mayConnect'>,
  text: string,
): Result<string, 'url_not_allowed'> {
  const url = new URL(text);
  const no = (message: string) => err('url_not_allowed', message, { field: 'url' });
  if (url.protocol !== 'https:' && (config.livemode || url.protocol !== 'http:')) {
    return no(config.livemode ? 'the address must be https' : 'the address must be http or https');
  }
  if (url.username !== '' || url.password !== '') return no('the address must not hold a user name');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !mayConnect(host)) return no(`${host} is not a public address`);
  // Percent-encoded, it is up to nine times as long as it was given.
  if (url.href.length > URL_MAX) return no(`the address must have at most ${URL_MAX} characters, encoded`);
  return ok(url.href);
}
