import { describe, expect, it } from 'vitest';
import { csv } from './csv.ts';
import { html } from './html.ts';
import { overviewPage } from './ledger-views.ts';
import { ledgerInstantText, money } from './money.ts';
import { trialBalancePage } from './trial-balance-view.ts';
import { languageOf } from './words.ts';

const sums = { debitsPending: 0n, debitsPosted: 123_456n, creditsPending: 0n, creditsPosted: 123_456n };
const balance = {
  timestamp: 1_795_435_200_123_456_789n,
  rows: [{ ledger: 978, code: 100, accounts: 1, ...sums }],
  totals: [{ ledger: 978, accounts: 1, ...sums, balanced: true }],
};

describe('what stands on the pages', () => {
  it('escapes all but HTML', () => {
    const nasty = `<script>"'&`;
    expect(html`<p title="${nasty}">${[nasty, html`<b>1</b>`]}${false}${null}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;<b>1</b></p>',
    );
  });

  it('shows amounts with every decimal of their currency', () => {
    const text = (amount: bigint, ledger: number) => money(amount, ledger).text.replaceAll(/<[^>]*>/g, '');
    expect(text(123_456_789n, 978)).toBe('1,234,567.89');
    expect(text(123_456n, 392)).toBe('123,456');
    expect(text(5n, 48)).toBe('0.005');
    expect(text((1n << 128n) - 1n, 100_001)).toMatch(/^340,282,/);
  });

  it('shows instants with all nine digits', () => {
    expect(ledgerInstantText(balance.timestamp)).toBe('2026-11-23T12:00:00.123456789Z');
  });

  it('ends the trial balance with its total, in the language asked for', () => {
    const page = trialBalancePage('zh', balance, { ledgers: [978], shown: 978, at: undefined });
    expect(page).toContain('<tfoot');
    expect(page).toContain('借贷平衡');
    const empty = { timestamp: 0n, rows: [], totals: [] };
    expect(trialBalancePage('en', empty, { ledgers: [], shown: undefined, at: undefined })).toContain(
      'No account has been opened yet',
    );
    const digest = { digest: 'ab', position: 0n, accounts: 0, openPendings: 0 };
    expect(overviewPage('en', digest, empty)).toContain('No account has been opened yet');
  });

  it('chooses the language of the browser unless it is asked for another', () => {
    expect(languageOf(undefined, 'fr,zh-CN;q=0.9,en;q=0.8')).toBe('zh');
    expect(languageOf('en', 'zh')).toBe('en');
    expect(languageOf(undefined, '')).toBe('en');
  });
});

it('CSV follows RFC 4180, and runs no formula in a spreadsheet', () => {
  expect(csv([['a', 'b,c', 'd"e', 1n, -2, 'x\ny']])).toBe('a,"b,c","d""e",1,-2,"x\ny"\r\n');
  expect(csv([['=1+1', '@x', '+x', '-x', '\tx', '-12.50']])).toBe("'=1+1,'@x,'+x,'-x,'\tx,-12.50\r\n");
});
