import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redacted, seededRandom } from '@tpmall/kernel';
import { setCookie } from '@tpmall/platform/http';
import { describe, expect, it } from 'vitest';
import { openInstance } from './instance.ts';
import { readOptions } from './options.ts';
import { blockAt } from './port-block.ts';
import { readPublicAccess } from './public-access.ts';
import { settingsFor } from './settings.ts';

const WHOLE = {
  TPMALL_PUBLIC_API_URL: 'https://api.mall.example',
  TPMALL_PUBLIC_VAULT_URL: 'https://cards.mall.example/',
  TPMALL_PUBLIC_WEB_URL: 'https://mall.example',
  TPMALL_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/24,::1',
};

describe('a proxy in front', () => {
  it('is not there unless it is named', () => {
    expect(readPublicAccess({})).toBeUndefined();
    expect(readPublicAccess({ TPMALL_PUBLIC_API_URL: '' })).toBeUndefined();
  });

  it('is named whole', () => {
    expect(readPublicAccess(WHOLE)).toEqual({
      urls: {
        api: 'https://api.mall.example',
        vault: 'https://cards.mall.example',
        web: 'https://mall.example',
      },
      proxies: ['127.0.0.1', '10.0.0.0/24', '::1'],
    });
  });

  it.each(Object.keys(WHOLE))('is refused without %s, which is named', (name) => {
    expect(() => readPublicAccess({ ...WHOLE, [name]: undefined })).toThrow(`missing: ${name}`);
  });

  it.each([
    ['TPMALL_PUBLIC_API_URL', 'http://api.mall.example'],
    ['TPMALL_PUBLIC_WEB_URL', 'https://mall.example/shop'],
    ['TPMALL_PUBLIC_VAULT_URL', 'cards.mall.example'],
    ['TPMALL_PUBLIC_VAULT_URL', 'https://mall.example'],
    ['TPMALL_TRUSTED_PROXIES', 'proxy.example'],
    ['TPMALL_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TPMALL_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TPMALL_TRUSTED_PROXIES', '127.0.0.1,'],
  ])('is refused where %s is %s', (name, value) => {
    expect(() => readPublicAccess({ ...WHOLE, [name]: value })).toThrow(name);
  });

  it('gives strangers the usual limits, and no way to loopback', () => {
    const sandbox = (env: Readonly<Record<string, string>>) => {
      const server = readOptions([], env);
      const instance = { secretFor: () => redacted('secret') };
      const { byModule } = settingsFor({ server, instance, ports: blockAt(4400), overrides: {} });
      const { identity, vault, webhooks } = byModule as Record<string, Record<string, unknown>>;
      return [identity?.['signIn'], vault?.['rateLimit'], webhooks?.['allowedNetworks']];
    };
    expect(sandbox(WHOLE)).toEqual([undefined, undefined, []]);
    expect(sandbox({})).toEqual([
      expect.any(Object),
      expect.any(Object),
      expect.arrayContaining(['127.0.0.0/8']),
    ]);
  });

  it('gives links and cookies its origins, and without it everything is of loopback', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-proxy-'));
    const instance = openInstance(dataDir, seededRandom(1));
    const ports = blockAt(4400);
    const urlsOf = (env: Readonly<Record<string, string>>): string[] => {
      const server = readOptions(['--data-dir', dataDir], env);
      const { byModule } = settingsFor({ server, instance, ports, overrides: {} });
      return [...JSON.stringify(byModule).matchAll(/"(?:api|vault|web)Url":"([^"]+)"/g)].map(
        ([, url = '']) => url,
      );
    };
    const origins = ['https://api.mall.example', 'https://cards.mall.example', 'https://mall.example'];
    expect([...new Set(urlsOf(WHOLE))].sort()).toEqual(origins);
    expect(urlsOf({}).every((url) => url.startsWith('http://localhost:44'))).toBe(true);
    const cookie = { name: 'a', value: 'b', maxAge: 1, path: '/', sameSite: 'Lax' } as const;
    expect(setCookie({ ...cookie, origin: origins[2] ?? '' })).toContain('; Secure');
    expect(setCookie({ ...cookie, origin: urlsOf({})[0] ?? '' })).not.toContain('Secure');
  });
});
