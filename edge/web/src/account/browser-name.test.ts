import { expect, it } from 'vitest';
import { browserName } from './browser-name.ts';

const SAFARI = '(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/150.0.0.0 Safari/537.36`, 'Chrome on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/150.0.0.0 Safari/537.36 Edg/150.0`, 'Edge on Windows'],
  ['Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 ${SAFARI}`,
    'Safari on iPhone',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14) ${WEBKIT} Version/4.0 Chrome/116.0 MicroMessenger/8.0`,
    'WeChat on Android',
  ],
  ['curl/8.5 on Linux', 'Linux'],
  ['<script>alert(1)</script>', undefined],
  ['', undefined],
])('%j is shown as %j', (userAgent, name) => {
  expect(browserName(userAgent, (browser, system) => `${browser} on ${system}`)).toBe(name);
});
