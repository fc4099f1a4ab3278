import { html } from '@tpmall/platform/pages';
import { webPage } from '../frame/layout.ts';
import type { Routes } from '../frame/route.ts';

const words = {
  en: { title: 'The mall', lede: 'Goods of several makers, one cart, one payment.' },
  zh: { title: '商城', lede: '多家店铺，一个购物车，一次付款。' },
} as const;

/** The pages of the mall. */
export const shopRoutes: Routes = () => [
  {
    method: 'GET',
    path: '/',
    access: 'anyone',
    handle: async (visit) => {
      const w = words[visit.language];
      const body = html`<h1>${w.title}</h1><p class="lede">${w.lede}</p>`;
      return { kind: 'page', html: webPage(visit, { title: w.title, body, main: 'wrap plain stack l' }) };
    },
  },
];
