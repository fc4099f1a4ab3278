import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createIds, manualClock, seededRandom } from '@tpmall/kernel';
import { createApp } from '@tpmall/platform/http';
import { silentLog } from '@tpmall/platform/telemetry';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebEnvironment } from '../environment.ts';
import type { PageRoute } from './route.ts';
import { servePages } from './serve-pages.ts';

const clock = manualClock(1_800_000_000_000_000);
const random = seededRandom(1);
const environment = {
  config: {
    ...{ webUrl: 'http://mall.example', vaultUrl: 'http://vault.example', instance: '4405' },
    timeZone: 'Asia/Shanghai',
  },
  ...{ clock, random, ids: createIds(clock, random), log: silentLog },
  // No route of these tests calls a module.
  ports: {},
} as unknown as WebEnvironment;

let done: string[];
const routes: PageRoute[] = [
  { method: 'GET', path: '/in', access: 'anyone', handle: async (visit) => page(visit.language) },
  {
    ...{ method: 'POST', path: '/do', access: 'anyone' },
    handle: async ({ form }) => {
      done.push(String(form['what']));
      return { kind: 'go', path: '/in' };
    },
  },
  {
    ...{ method: 'GET', path: '/open', access: 'anyone' },
    handle: async () => ({ ...page('tea '.repeat(100)), isOpen: true }),
  },
  { method: 'GET', path: '/mine', access: 'person', handle: async () => page('mine') },
  {
    ...{ method: 'GET', path: '/broken', access: 'anyone' },
    handle: () => Promise.reject(new Error('secret detail')),
  },
];
routes.push({
  ...{ method: 'GET', path: '/form', access: 'anyone' },
  handle: async ({ formToken, guestToken, isNewGuest, url }) => ({
    ...page(`${formToken} ${url.pathname}`),
    cookies: isNewGuest ? [{ name: 'tpmall-4405-cart', value: guestToken, maxAge: 60 }] : [],
  }),
});
const page = (text: string) => ({ kind: 'page', html: text }) as const;

let app: FastifyInstance;
beforeEach(async () => {
  done = [];
  app = createApp({ origin: 'web', clock, random, log: silentLog });
  await app.register((pages) => servePages(pages, environment, routes));
});
afterEach(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
const post = (headers: Record<string, string>, payload = 'what=it') =>
  app.inject({
    ...{ method: 'POST', url: '/do', payload },
    headers: { host: 'mall.example', 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

describe('pages of the shopper’s origin', () => {
  it('speak the language asked for, and keep it', async () => {
    const asked = await get('/in?lang=zh', { 'accept-language': 'en' });
    expect(asked.body).toBe('zh');
    const cookie = String(asked.headers['set-cookie']);
    expect(cookie).toMatch(/^tpmall-4405-lang=zh; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const kept = await get('/in', { 'accept-language': 'en', cookie: 'x=1; tpmall-4405-lang=zh' });
    expect(kept.body).toBe('zh');
    expect(kept.headers).not.toHaveProperty('set-cookie');
    expect((await get('/in?lang=fr', { 'accept-language': 'de, zh;q=0.2' })).body).toBe('zh');
    expect((await get('/in', { cookie: 'tpmall-4406-lang=zh' })).body).toBe('en');
  });

  it('set cookies that are this host’s alone where it speaks https', async () => {
    const config = { ...environment.config, webUrl: 'https://mall.example' };
    const secure = createApp({ origin: 'web', clock, random, log: silentLog });
    await secure.register((pages) => servePages(pages, { ...environment, config }, routes));
    const asked = await secure.inject({ url: '/in?lang=zh' });
    expect(String(asked.headers['set-cookie'])).toMatch(
      /^__Host-tpmall-4405-lang=zh; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
    const ask = async (cookie: string) => (await secure.inject({ url: '/in', headers: { cookie } })).body;
    expect(await ask('__Host-tpmall-4405-lang=zh')).toBe('zh');
    // What a sibling subdomain can set, by another name or beside ours.
    expect(await ask('tpmall-4405-lang=zh')).toBe('en');
    expect(await ask('__Host-tpmall-4405-lang=zh; __Host-tpmall-4405-lang=zh')).toBe('en');
    await secure.close();
  });

  it('let in nothing, and are kept by nobody', async () => {
    const { headers } = await get('/in');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    });
  });

  it('come compressed where they hold no secret, and as they are where they may', async () => {
    const packed = await get('/open', { 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe('tea '.repeat(100));
    expect((await get('/open')).body).toBe('tea '.repeat(100));
    expect((await get('/form', { 'accept-encoding': 'gzip' })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  it('act on forms of this origin, and on no other', async () => {
    const own = { origin: 'http://mall.example', 'sec-fetch-site': 'same-origin' };
    const sent = await post(own);
    expect([sent.statusCode, sent.headers.location]).toEqual([303, '/in']);
    expect(done).toEqual(['it']);
    for (const foreign of [
      {},
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { ...own, 'sec-fetch-site': 'same-site' },
      { ...own, origin: 'http://mall.example:81' },
    ]) {
      expect((await post(foreign)).statusCode, JSON.stringify(foreign)).toBe(403);
    }
    expect(done).toEqual(['it']);
  });

  it('act on a guest’s forms by the token that only this guest’s pages carry', async () => {
    const own = { origin: 'http://mall.example', 'sec-fetch-site': 'same-origin' };
    const first = await get('/form');
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    const [token = ''] = first.body.split(' ');
    // Every page of this guest carries the same, so that tabs do not put each other out.
    expect((await get('/form', { cookie })).body.split(' ')[0]).toBe(token);
    expect((await post({ ...own, cookie }, `what=it&form_token=${token}`)).statusCode).toBe(303);
    const other = (await get('/form')).body.split(' ')[0] ?? '';
    expect(other).not.toBe(token);
    for (const wrong of ['what=it', `what=it&form_token=${other}`, 'what=it&form_token=']) {
      expect((await post({ ...own, cookie }, wrong)).statusCode, wrong).toBe(403);
    }
    expect(done).toEqual(['it']);
  });

  it('name no other host in their links, and answer whatever path is asked for', async () => {
    const port = new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port;
    const ask = (path: string) =>
      new Promise<[number | undefined, string]>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path }, (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (text: string) => (body += text));
          answer.on('end', () => resolve([answer.statusCode, body]));
        })
          .on('error', reject)
          .end();
      });
    for (const path of [
      '//evil.example/',
      '///evil.example',
      '//',
      '/\\\\evil.example',
      '/.//evil.example',
    ]) {
      const [status, body] = await ask(path);
      expect([status, body.includes('There is nothing here')], path).toEqual([404, true]);
      const links = [...body.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);
      expect(
        links.filter((href) => !/^(#|\/(?![/\\]))/.test(href ?? '')),
        path,
      ).toEqual([]);
    }
    expect((await ask('/form?lang=zh'))[1]).toContain('/form');
  });

  it('refuse a form of too many fields whole, and any other media type', async () => {
    const own = { origin: 'http://mall.example' };
    const many = Array.from({ length: 301 }, (_, index) => `f${index}=1`).join('&');
    expect((await post(own, many)).statusCode).toBe(400);
    expect((await post({ ...own, 'content-type': 'application/json' }, '{}')).statusCode).toBe(400);
    expect((await post(own, `what=${'x'.repeat(40_000)}`)).statusCode).toBe(400);
    expect(done).toEqual([]);
  });

  it('send who has not signed in to sign in, and back', async () => {
    const { statusCode, headers } = await get('/mine?a=1&b=2');
    expect([statusCode, headers.location]).toEqual([303, '/sign-in?next=%2Fmine%3Fa%3D1%26b%3D2']);
  });

  it('say what is missing or failed, and nothing of why', async () => {
    const missing = await get('/nowhere/%3Cscript%3E?x=<script>');
    expect(missing.statusCode).toBe(404);
    expect(missing.body).not.toContain('<script');
    const broken = await get('/broken');
    expect(broken.statusCode).toBe(503);
    expect(broken.body).toContain('Something of ours does not answer');
    expect(broken.body).toMatch(/req_\w+/);
    expect(broken.body).not.toContain('secret detail');
    // Who asks cannot be found out either: nobody answers that here.
    const cookie = 'tpmall-4405-session=one; tpmall-4405-lang=zh';
    const unknown = await get('/in', { cookie });
    expect(unknown.statusCode).toBe(503);
    expect(unknown.body).toContain('我方服务暂无响应');
  });

  it('load a style sheet that browsers may keep for ever', async () => {
    const href = /href="(\/assets\/web\.css\?v=[\w-]+)"/.exec((await get('/nowhere')).body)?.[1] ?? '';
    const style = await get(href);
    expect(style.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(style.body).not.toMatch(/\/\*|@import|https?:/);
    const packed = await get(href, { 'accept-encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(packed.rawPayload).toString()).toBe(style.body);
    expect((await get('/assets/web.css?v=other')).headers['cache-control']).toBe('public, max-age=300');
  });
});
