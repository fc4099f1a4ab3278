export { cookieName, cookieOf, type SetCookie, setCookie } from './cookies.ts';
export { BODY_LIMIT_BYTES, createApp, listen, RETRY_AFTER_SECONDS } from './create-app.ts';
export { networkOf } from './network.ts';
export { createRateLimit, type Rate, type RateLimit } from './rate-limit.ts';
