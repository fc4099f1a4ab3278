import { CATEGORIES, SHELF_SIZE_MAX } from '@tpmall/mall/contract';
import type { Language } from '@tpmall/platform/pages';
import type { WebEnvironment } from '../environment.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import { addressOf } from './about.ts';
import type { Counter } from './counter.ts';

/** Shelves of goods that the map of the site names: a thousand of the newest lead to all others. */
const SHELVES_MAX = 10;
const LANGUAGES: readonly Language[] = ['en', 'zh'];
/** Pages that are one shopper's. */
const PRIVATE = ['/account', '/c/', '/cart', '/checkout', '/orders', '/search', '/sign-in', '/wallet'];

/** What programs read that look through the mall. */
export function siteRoutes({ config }: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const open = { method: 'GET', access: 'anyone' } as const;
  return [
    {
      ...{ ...open, path: '/robots.txt' },
      handle: async () => ({
        ...{ kind: 'text', type: 'text/plain; charset=utf-8' },
        body: [
          'User-agent: *',
          ...PRIVATE.map((path) => `Disallow: ${path}`),
          `Sitemap: ${config.webUrl}/sitemap.txt`,
          '',
        ].join('\n'),
      }),
    },
    {
      ...{ ...open, path: '/sitemap.txt' },
      handle: (visit) =>
        counter.at(visit, async ({ browse, directory }) => {
          const paths = [
            '/',
            ...CATEGORIES.filter((one) => directory.categories.some(({ category }) => category === one)).map(
              (category) => `/aisles/${category}`,
            ),
            ...directory.shops.map(({ merchant }) => `/shops/${merchant}`),
          ];
          for (let page = 1; page <= SHELVES_MAX; page += 1) {
            const shelf = await browse({ limit: SHELF_SIZE_MAX, page });
            if (!shelf.ok) return plainPage(visit, 'failed');
            paths.push(...shelf.value.items.map(({ id }) => `/goods/${id}`));
            if (page * SHELF_SIZE_MAX >= shelf.value.count) break;
          }
          return {
            ...{ kind: 'text', type: 'text/plain; charset=utf-8' },
            body: paths
              .flatMap((one) => LANGUAGES.map((language) => `${addressOf(config.webUrl, one, language)}\n`))
              .join(''),
          };
        }),
    },
  ];
}
