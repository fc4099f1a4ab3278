import { currencyOf } from '@tpmall/kernel';
import type { Language } from '@tpmall/platform/pages';
import { expect, it } from 'vitest';
import type { Visit } from '../frame/visit.ts';
import type { Order } from './order.ts';
import { brandName, receiptPage } from './receipt-view.ts';
import { checkoutWords } from './words.ts';

interface Paid {
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly stage?: 'paid' | 'held';
  readonly charge?: object;
}

function receipt(language: Language, { card, stage = 'paid', charge }: Paid): string {
  const order = {
    session: { id: 'cs_1', clientReferenceId: null, successUrl: null, amountTotal: 500n, lines: [] },
    charge: {
      ...{ card, outcome: { approvalCode: null }, statementDescriptor: null, status: 'succeeded' },
      ...{ amountCaptured: 500n, amountRefunded: 200n, amountSentBack: 200n, captureBefore: null, ...charge },
    },
    ...{ stage, currency: currencyOf('cny'), names: new Map(), intent: null },
  } as unknown as Order;
  const visit = { language, url: new URL('http://mall.example/c/pay/cs_1'), timeZone: 'UTC' };
  const page = receiptPage(visit as unknown as Visit, order, false);
  return page.kind === 'page' ? page.html.replaceAll('\u00a0', ' ') : '';
}

const visa = { brand: 'visa', last4: '4242' };
const HELD = { amountCaptured: 0n, amountRefunded: 0n, amountSentBack: 0n };

it.each([
  ['part of it', { amountCaptured: 300n }, 3, 5],
  ['all of it', {}, 5, 3],
])('says what the card has paid where %s was taken', (_what, charge, says, not) => {
  const paid = (units: number) => `<dd><span class="m"><span class="c">CNY </span>${units}<`;
  const page = receipt('en', { card: visa, charge });
  expect(page).toContain(paid(says));
  expect(page).not.toContain(paid(not));
});

it('says that money is back when it is, and not while it may still fail', () => {
  expect(receipt('en', { card: visa, charge: { amountSentBack: 0n } })).not.toContain('Sent back');
});

it.each([
  ['is reserved', 1_800_000_000_000_000, 'the amount is reserved on your card'],
  ['was let go of', null, 'Called off; nothing is reserved or charged any more'],
])('says of an amount that %s what it is', (_what, captureBefore, says) => {
  const page = receipt('en', { card: visa, stage: 'held', charge: { ...HELD, captureBefore } });
  expect(page).toContain(says);
});

it.each([
  ['en', 'Sent back to the card', 'Sent back to the wallet'],
  ['zh', '已退回至卡', '已退回至钱包'],
] as const)('says where the money has gone back to, in %s', (language, toCard, toWallet) => {
  const byCard = receipt(language, { card: visa });
  expect([byCard.includes(toCard), byCard.includes(toWallet)]).toEqual([true, false]);
  const byWallet = receipt(language, { card: null });
  expect([byWallet.includes(toCard), byWallet.includes(toWallet)]).toEqual([false, true]);
});

it.each([
  ['en', 'Visa card ending 4242', 'Card ending 4242', 'Card ••••'],
  ['zh', '尾号 4242 的 Visa 卡', '尾号 4242 的银行卡', '银行卡 ••••'],
] as const)('has a name for a card of any brand, in %s', (language, known, unknown, listed) => {
  const { ready } = checkoutWords[language];
  expect(ready(brandName('visa'), '4242')).toBe(known);
  expect(ready(brandName('newcomer'), '4242')).toBe(unknown);
  expect(receipt(language, { card: { brand: 'newcomer', last4: '4242' } })).toContain(listed);
});
