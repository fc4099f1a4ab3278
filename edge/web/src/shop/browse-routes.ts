import { CATEGORIES, PLATE_KINDS, SHELF_PAGES_MAX } from '@tpmall/mall/contract';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import type { AtCounter, Counter } from './counter.ts';
import { goodsPage, type RefusedChoice } from './goods-view.ts';
import { askedBy, isNarrow, type Narrowing, narrowingOf } from './narrowing.ts';
import { plateFile } from './plates.ts';
import { aislePage, type Browsed, homePage, merchantPage, resultsPage } from './shelf-view.ts';

/** Goods on one page of a shelf: rows of four on a desktop, of two on a phone. */
const PAGE_SIZE = 24;
/** Others of the same shop, below a product; goods below a search that has found none. */
const OTHERS = 4;

/** Pages that show goods. */
export function browseRoutes(counter: Counter): readonly PageRoute[] {
  const open = { method: 'GET', access: 'anyone' } as const;
  return [
    { ...open, path: '/', handle: (visit) => counter.at(visit, (at) => home(at)) },
    {
      ...open,
      path: '/aisles/:category',
      handle: (visit) =>
        counter.at(visit, async (at) => {
          const category = CATEGORIES.find((one) => one === visit.path['category']);
          if (!category) return plainPage(visit, 'missing');
          const browsed = await browse(at, { aisle: category });
          return browsed ? aislePage(at.frame, at.directory, category, browsed) : plainPage(visit, 'failed');
        }),
    },
    {
      ...open,
      path: '/shops/:merchant',
      handle: (visit) =>
        counter.at(visit, async (at) => {
          const shop = at.directory.shops.find(({ merchant }) => merchant === visit.path['merchant']);
          if (!shop) return plainPage(visit, 'missing');
          const browsed = await browse(at, { maker: shop.merchant });
          return browsed ? merchantPage(at.frame, at.directory, shop, browsed) : plainPage(visit, 'failed');
        }),
    },
    {
      ...open,
      path: '/search',
      handle: (visit) =>
        counter.at(visit, async (at) => {
          const words = (visit.query['q'] ?? '').trim().slice(0, 200);
          if (words === '') return home(at);
          const browsed = await browse(at, {}, words);
          if (!browsed) return plainPage(visit, 'failed');
          const isNothing = browsed.shelf.count === 0 && !isNarrow(browsed.narrowing);
          const others = isNothing ? await at.browse({ limit: OTHERS, page: 1 }) : undefined;
          const shown = others?.ok ? others.value.items : [];
          return resultsPage(at.frame, words, at.directory, browsed, shown);
        }),
    },
    {
      ...open,
      path: '/goods/:id',
      handle: (visit) => counter.at(visit, (at) => showGoods(at, visit.path['id'] ?? '')),
    },
    {
      ...open,
      path: '/plates/:edition/:kind/:file',
      handle: async (visit) => {
        const kind = PLATE_KINDS.find((one) => one === visit.path['kind']);
        const seed = /^(.{1,64})\.svg$/u.exec(visit.path['file'] ?? '')?.[1];
        if (!kind || seed === undefined) return plainPage(visit, 'missing');
        return { kind: 'file', type: 'image/svg+xml', body: plateFile(kind, seed) };
      },
    },
  ];
}

/** A page of a shelf as its address asks for it; what the path says stands above that. */
async function browse(
  { browse: look, frame, directory }: AtCounter,
  path: Partial<Pick<Narrowing, 'aisle' | 'maker'>>,
  words?: string,
): Promise<Browsed | undefined> {
  const { visit, shopper } = frame;
  const number = Number(visit.query['page'] ?? '1');
  const page = Number.isInteger(number) && number >= 1 && number <= SHELF_PAGES_MAX ? number : 1;
  const narrowing = narrowingOf(visit, directory);
  const what = {
    ...(words !== undefined && { words }),
    ...askedBy({ ...narrowing, ...path }, shopper.currency),
  };
  const found = await look({ ...what, limit: PAGE_SIZE, page });
  return found.ok ? { shelf: found.value, narrowing, page, size: PAGE_SIZE } : undefined;
}

async function home(at: AtCounter): Promise<Answer> {
  const browsed = await browse(at, { aisle: null });
  return browsed ? homePage(at.frame, at.directory, browsed) : plainPage(at.frame.visit, 'failed');
}

/** A product's page, with what could not be put into the cart, and why. */
export async function showGoods(at: AtCounter, id: string, refused?: RefusedChoice): Promise<Answer> {
  const { mall, context, frame, directory } = at;
  const found = await mall.findGoods(context(), { id });
  if (!found.ok) return plainPage(frame.visit, found.error.code === 'unavailable' ? 'failed' : 'missing');
  const { goods, shop } = found.value;
  const others = await at.browse({ merchant: shop.merchant, limit: OTHERS + 1, page: 1 });
  const ofShop = directory.shops.find(({ merchant }) => merchant === shop.merchant)?.goods ?? 0;
  return goodsPage(frame, {
    ...{ goods, shop, ofShop },
    others: others.ok ? others.value.items.filter((card) => card.id !== id).slice(0, OTHERS) : [],
    ...(refused && { refused }),
  });
}
