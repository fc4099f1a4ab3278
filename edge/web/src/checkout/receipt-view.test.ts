import { currencyOf } from '@tpmall/kernel';
import type { Language } from '@tpmall/platform/pages';
import { expect, it } from 'vitest';
import type { Visit } from '../frame/visit.ts';
import type { Order } from './order.ts';
import { brandName, receiptPage } from './receipt-view.ts';
import { checkoutWords } from './words.ts';

function receipt(language: Language, card: { brand: string; last4: string } | null): string {
  const order = {
    session: { id: 'cs_1', clientReferenceId: null, successUrl: null, amountTotal: 500n, lines: [] },
    charge: { card, outcome: { approvalCode: null }, statementDescriptor: null, amountRefunded: 200n },
    ...{ stage: 'paid', currency: currencyOf('cny'), names: new Map(), intent: null },
  } as unknown as Order;
  const visit = { language, url: new URL('http://mall.example/c/pay/cs_1'), timeZone: 'UTC' };
  const page = receiptPage(visit as unknown as Visit, order, false);
  return page.kind === 'page' ? page.html : '';
}

it.each([
  ['en', 'Sent back to the card', 'Sent back to the wallet'],
  ['zh', '已退回至卡', '已退回至钱包'],
] as const)('says where the money has gone back to, in %s', (language, toCard, toWallet) => {
  const byCard = receipt(language, { brand: 'visa', last4: '4242' });
  expect([byCard.includes(toCard), byCard.includes(toWallet)]).toEqual([true, false]);
  const byWallet = receipt(language, null);
  expect([byWallet.includes(toCard), byWallet.includes(toWallet)]).toEqual([false, true]);
});

it.each([
  ['en', 'Visa card ending 4242', 'Card ending 4242', 'Card ••••'],
  ['zh', '尾号 4242 的 Visa 卡', '尾号 4242 的银行卡', '银行卡 ••••'],
] as const)('has a name for a card of any brand, in %s', (language, known, unknown, listed) => {
  const { ready } = checkoutWords[language];
  expect(ready(brandName('visa'), '4242')).toBe(known);
  expect(ready(brandName('newcomer'), '4242')).toBe(unknown);
  expect(receipt(language, { brand: 'newcomer', last4: '4242' })).toContain(listed);
});
