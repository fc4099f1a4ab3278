import {
  ACCOUNT_CODES,
  type Account,
  TRANSFER_CODES,
  TRANSFER_FLAGS,
  type Transfer,
} from '@tpmall/ledger/contract';
import { csv, html, languageOf, money, moneyText, moneyWithCode } from '@tpmall/platform/pages';
import { describe, expect, it } from 'vitest';
import { welcomePage } from './docs-pages.ts';
import { errorPage } from './error-page.ts';
import { ledgerDay, ledgerInstantOf, ledgerInstantText, timeText } from './instants.ts';
import { type JournalRows, journalPage } from './journal-view.ts';
import { ledgerCurrency } from './ledger-currency.ts';
import { trialBalanceFile } from './ledger-files.ts';
import { overviewPage } from './overview-view.ts';
import { trialBalancePage } from './trial-balance-view.ts';
import { verificationPage } from './verification-view.ts';

const sums = { debitsPending: 0n, debitsPosted: 123_456n, creditsPending: 0n, creditsPosted: 123_456n };
const balance = {
  timestamp: 1_795_435_200_123_456_789n,
  rows: [{ ledger: 978, code: 100, accounts: 1, ...sums }],
  totals: [{ ledger: 978, accounts: 1, ...sums, balanced: true }],
};

const receivable = { ledger: 978, code: 100, accounts: 1, ...sums, creditsPosted: 23_456n };
const digest = { digest: 'ab', position: 0n, accounts: 0, openPendings: 0 };
const textOf = (page: string): string => page.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

describe('what stands on the pages', () => {
  it('escapes all but HTML', () => {
    const nasty = `<script>"'&`;
    expect(html`<p title="${nasty}">${[nasty, html`<b>1</b>`]}${false}${null}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;<b>1</b></p>',
    );
  });

  it('shows amounts with every decimal of their currency', () => {
    const text = (amount: bigint, ledger: number) =>
      money(amount, ledgerCurrency(ledger)).text.replaceAll(/<[^>]*>/g, '');
    expect(text(123_456_789n, 978)).toBe('1,234,567.89');
    expect(text(123_456n, 392)).toBe('123,456');
    expect(text(5n, 48)).toBe('0.005');
    expect(text((1n << 128n) - 1n, 100_001)).toMatch(/^340,282,/);
  });

  it('shows a currency before the amount in English and after it in Chinese', () => {
    const text = (language: 'en' | 'zh', amount: bigint, ledger: number) =>
      textOf(moneyWithCode(language, amount, ledgerCurrency(ledger)).text);
    expect(text('en', -38_600n, 978)).toBe('EUR −386.00');
    expect(text('zh', 27_894n, 840)).toBe('278.94 USD');
    expect(text('zh', -200_000n, 156)).toBe('−¥2,000.00');
    for (const language of ['en', 'zh'] as const) {
      for (const ledger of [156, 392, 840]) {
        const shown = moneyWithCode(language, -1_234n, ledgerCurrency(ledger)).text.replaceAll(
          /<[^>]*>/g,
          '',
        );
        expect(moneyText(language, -1_234n, ledgerCurrency(ledger))).toBe(shown);
      }
    }
  });

  it('shows instants with all nine digits', () => {
    expect(ledgerDay('en', balance.timestamp)).toBe('23 November 2026');
    expect(ledgerDay('zh', balance.timestamp)).toBe('2026 年 11 月 23 日');
    expect(timeText(balance.timestamp)).toBe('12:00:00.123');
    expect(ledgerInstantText(balance.timestamp)).toBe('2026-11-23T12:00:00.123456789Z');
  });

  it('reads the instants that it writes, to the last digit, and none that no calendar has', () => {
    expect(ledgerInstantOf(ledgerInstantText(balance.timestamp))).toBe(balance.timestamp);
    expect(ledgerInstantOf('2026-11-23T12:00:00Z')).toBe(1_795_435_200_000_000_000n);
    expect(ledgerInstantOf('2026-11-23T12:00:00.5Z')).toBe(1_795_435_200_500_000_000n);
    expect(ledgerInstantOf('2024-02-29T00:00:00Z')).toBe(1_709_164_800_000_000_000n);
    const wrong = [
      '2026-02-29T00:00:00Z',
      '2026-11-31T00:00:00Z',
      '2026-11-30T24:00:00Z',
      '1969-12-31T23:59:59Z',
    ];
    for (const text of [
      ...wrong,
      '2026-11-23',
      '2026-11-23T12:00:00',
      '2026-11-23T12:00:00.1234567890Z',
      '',
    ]) {
      expect(ledgerInstantOf(text), text).toBeUndefined();
    }
  });

  it('ends the trial balance with its total, in the language asked for', () => {
    const page = trialBalancePage('zh', balance, { ledgers: [978], shown: 978, at: undefined });
    expect(page).toContain('<tfoot');
    expect(page).toContain('借贷平衡');
    const empty = { timestamp: 0n, rows: [], totals: [] };
    expect(trialBalancePage('en', empty, { ledgers: [], shown: undefined, at: undefined })).toContain(
      'No account has been opened yet',
    );
    const overview = { digest, balance: empty, unknownOutcomes: 0, mainLedger: undefined };
    expect(overviewPage('en', overview)).toContain('No account has been opened yet');
  });

  it('is a file that says of what instant and currency each figure is', () => {
    const yen = { ledger: 392, accounts: 1, ...sums };
    const both = {
      ...balance,
      rows: [{ ...yen, code: 100 }, ...balance.rows],
      totals: [{ ...yen, balanced: true }, ...balance.totals],
    };
    const [, ...lines] = trialBalanceFile(both).split('\r\n');
    expect(lines.slice(0, 2)).toEqual([
      '2026-11-23T12:00:00.123456789Z,JPY,100,acquirer_receivable,1,0,0,123456,123456',
      '2026-11-23T12:00:00.123456789Z,JPY,,total,1,0,0,123456,123456',
    ]);
    expect(lines[3]).toBe('2026-11-23T12:00:00.123456789Z,EUR,,total,1,0.00,0.00,1234.56,1234.56');
    expect(trialBalanceFile(both, 978).split('\r\n').slice(1)).toEqual(lines.slice(2));
  });

  it('chooses the language of the browser unless it is asked for another', () => {
    expect(languageOf(undefined, 'fr,zh-CN;q=0.9,en;q=0.8')).toBe('zh');
    expect(languageOf('en', 'zh')).toBe('en');
    expect(languageOf(undefined, '')).toBe('en');
  });
});

const account = (id: bigint, code: number, party: bigint): Account => ({
  ...{ id, code, userData128: party, userData64: 0n, userData32: 0, ledger: 978, flags: 0, timestamp: 1n },
  ...{ debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n, owner: 'payments' },
});
const transfer = (flags: number, reason: keyof typeof TRANSFER_CODES): Transfer => ({
  ...{ id: 1n, debitAccountId: 1n, creditAccountId: 2n, amount: 2_500n, pendingId: 0n, timeout: 0 },
  ...{ userData128: 0n, userData64: 0n, userData32: 0, ledger: 978, flags },
  ...{ code: TRANSFER_CODES[reason].code, timestamp: balance.timestamp },
});
const everything = { currency: undefined, account: undefined, payment: undefined, kind: undefined };

describe('the journal', () => {
  const rows: JournalRows = {
    transfers: [
      transfer(TRANSFER_FLAGS.pending, 'payment_authorisation'),
      transfer(0, 'merchant_share'),
      transfer(0, 'refund'),
    ],
    accounts: new Map([
      [1n, account(1n, ACCOUNT_CODES.payment_clearing.code, 7n)],
      [2n, account(2n, ACCOUNT_CODES.merchant_payable.code, 9n)],
    ]),
    parties: new Map([
      [7n, 'The platform'],
      [9n, 'Kiln & <Reed>'],
    ]),
    older: 5n,
    newer: undefined,
  };

  it('names accounts, parties and reasons in words, and every state by a shape and a word', () => {
    const page = journalPage('en', rows, everything, [978]);
    expect(textOf(page)).toContain('Merchant payable · Kiln &amp; &lt;Reed&gt;');
    expect(page).not.toContain('merchant_payable');
    expect(textOf(page)).not.toContain('Payment clearing · The platform');
    for (const state of ['st wait">Held', 'st done">Posted', 'st back">Sent back']) {
      expect(page).toContain(state);
    }
    expect(page.match(/23 November 2026/g)).toHaveLength(1);
    expect(journalPage('zh', rows, everything, [978])).toContain('应付商户款');
  });

  it('keeps what was asked for in every link, and says it in the fields', () => {
    const page = journalPage(
      'en',
      { ...rows, newer: 9n },
      { ...everything, currency: 'eur', payment: 'pi_1' },
      [978],
    );
    expect(page).toContain('lang=en&amp;currency=eur&amp;payment=pi_1&amp;before=5');
    expect(page).toContain('lang=en&amp;currency=eur&amp;payment=pi_1&amp;after=9');
    expect(page).toContain('lang=zh&amp;currency=eur&amp;payment=pi_1');
    expect(page).toContain('/ledger/journal.csv?currency=eur&amp;payment=pi_1');
    expect(page).toContain('value="pi_1"');
    expect(page).toContain('Amount, EUR');
  });

  it('says when nothing is there, and when nothing matches', () => {
    const none = { ...rows, transfers: [], older: undefined };
    expect(journalPage('en', none, everything, [])).toContain('Nothing has been posted yet');
    expect(journalPage('en', none, { ...everything, account: '12' }, [])).toContain('No transfer matches');
  });
});

describe('the operator’s other pages', () => {
  it('leads with what acquirers owe in the platform’s currency', () => {
    const overview = { digest, balance, unknownOutcomes: undefined, mainLedger: 978 };
    const page = overviewPage('en', { ...overview, balance: { ...balance, rows: [receivable] } });
    expect(textOf(page)).toContain('Acquirers owe us EUR 1,000.00');
    expect(page).toContain('not known now');
  });

  it('counts what acquirers have cleared as owed, and what is held of wallets as held', () => {
    const cleared = { ...sums, ledger: 978, accounts: 1, debitsPosted: 100_000n, creditsPosted: 0n };
    const rows = [
      { ...cleared, code: ACCOUNT_CODES.acquirer_receivable.code, creditsPosted: 100_000n },
      { ...cleared, code: ACCOUNT_CODES.due_from_acquirer.code, creditsPosted: 250n },
      { ...cleared, code: ACCOUNT_CODES.payment_clearing.code, creditsPending: 7_500n },
      { ...cleared, code: ACCOUNT_CODES.shopper_wallet.code, debitsPending: 7_500n },
    ];
    const overview = { digest, unknownOutcomes: 0, mainLedger: 978, balance: { ...balance, rows } };
    const text = textOf(overviewPage('en', overview));
    expect(text).toContain('Acquirers owe us EUR 997.50 captured and not yet settled');
    expect(text).toContain('Held 75.00');
  });

  it('shows which balances differ from the log', () => {
    const verified = { ok: true, entries: 7n, accounts: 2, differences: [] };
    expect(verificationPage('en', verified)).toContain('Every balance agrees with the log');
    const difference = { accountId: 42n, field: 'debitsPosted', machine: 1n, log: 2n } as const;
    const page = verificationPage('en', { ...verified, ok: false, differences: [difference] });
    expect(page).toContain('st due');
    expect(page).toContain('>42<');
  });

  it('shows how a client is pointed here', () => {
    const page = welcomePage('https://pay.example:8443');
    expect(page).toContain('curl https://pay.example:8443/v1/payment_intents');
    expect(page).toContain('host: &#39;pay.example&#39;, port: 8443, protocol: &#39;https&#39;');
  });

  it('names its language and its icon, and runs nothing', () => {
    for (const page of [
      welcomePage('http://localhost:1'),
      errorPage({ code: 'resource_missing' }, 404, 'r'),
    ]) {
      expect(page).toContain('<html lang="en"');
      expect(page).toContain('rel="icon"');
      expect(page).not.toContain('<script');
    }
    const verified = { ok: true, entries: 7n, accounts: 2, differences: [] };
    expect(verificationPage('zh', verified)).toContain('<html lang="zh-CN"');
  });
});

it('CSV follows RFC 4180, and runs no formula in a spreadsheet', () => {
  expect(csv([['a', 'b,c', 'd"e', 1n, -2, 'x\ny']])).toBe('a,"b,c","d""e",1,-2,"x\ny"\r\n');
  expect(csv([['=1+1', '@x', '+x', '-x', '\tx', '-12.50']])).toBe("'=1+1,'@x,'+x,'-x,'\tx,-12.50\r\n");
});
