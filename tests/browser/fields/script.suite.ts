import { expect, it } from 'vitest';
import { weighScripts } from '../../harness/script-weight.ts';
import type { Shop } from './shop.ts';

/** All the script that our fields bring into a page. */
const SCRIPT_BYTES = 120 * 1024;

/** The script that they bring into a page. */
export function script(shop: Shop): void {
  const { open } = shop;

  it('bring at most 120 kB of script, ours alone, as the card’s own page does', async () => {
    const { vaultUrl } = shop.test.system;
    const page = await open(`${shop.mine}/blank`);
    const { bytes, ...scripts } = await weighScripts(page, shop.mine, [shop.mine]);
    expect(scripts).toEqual({ origins: [shop.mine, vaultUrl].sort(), loose: [] });
    expect(bytes).toBeGreaterThan(1024);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES);
    const asked = new URLSearchParams({ key: shop.key, return_url: shop.mine });
    const own = await weighScripts(page, `${vaultUrl}/cards/new?${asked.toString()}`);
    expect(own).toEqual({ bytes: 0, origins: [], loose: [] });
    const heavy = await weighScripts(page, `${shop.mine}/heavy`);
    expect(heavy.bytes).toBeGreaterThan(SCRIPT_BYTES);
    expect(heavy.origins).toContain(shop.strange);
    expect(heavy.loose).toEqual(['no policy']);
  });

  it('are held to their hash by a page that names it: a changed script is refused', async () => {
    const { vaultUrl } = shop.test.system;
    const published = await fetch(`${vaultUrl}/v1/fields.json`);
    const { src, integrity } = (await published.json()) as { src: string; integrity: string };
    const load = async (url: string) => {
      const page = await open(`${shop.mine}/blank`);
      const script = JSON.stringify({ src: url, integrity, crossOrigin: 'anonymous' });
      return page.evaluate<string>(`new Promise((resolve) => {
        const script = Object.assign(document.createElement('script'), ${script});
        script.onload = () => resolve(typeof TPMall);
        script.onerror = () => resolve('refused');
        document.head.append(script);
      })`);
    };
    expect(await load(new URL(src, vaultUrl).href)).toBe('function');
    expect(await load(`${shop.strange}/copy.js`)).toBe('refused');
  });
}
