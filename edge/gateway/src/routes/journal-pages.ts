import { hash128, ok, type Result } from '@tpmall/kernel';
import { type Account, BATCH_MAX, type Transfer } from '@tpmall/ledger/contract';
import type { PlatformCode } from '@tpmall/platform/contract';
import { languageOf } from '@tpmall/platform/pages';
import { z } from 'zod';
import type { GatewayEnvironment, GatewayPorts } from '../environment.ts';
import { journalPage } from '../pages/journal-view.ts';
import { ledgerName } from '../pages/ledger-currency.ts';
import { journalFile } from '../pages/ledger-files.ts';
import { LEDGER_PAGES, queryText } from '../pages/ledger-layout.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { ledgerInstant } from './ledger.ts';
import {
  aFile,
  aPage,
  asFile,
  asPage,
  currencyParameter,
  fieldParameter,
  lang,
  refused,
} from './page-answers.ts';
import { readJournal } from './read-journal.ts';

/** Rows of one page of the journal. */
const PAGE_ROWS = 50;
/** The most merchants that are named. */
const NAMED_MERCHANTS = 100;

const parameters = z.strictObject({
  ...lang,
  before: ledgerInstant.optional(),
  after: ledgerInstant.optional(),
  currency: currencyParameter,
  account: fieldParameter(
    '^(\\d{1,39}|acct_\\w{1,58})$',
    'must be a ledger account’s number or an acct_… id',
  ),
  payment: fieldParameter('^pi_\\w{1,60}$', 'must be the id of a payment intent, pi_…'),
  kind: fieldParameter('^[1-9]\\d{0,4}$', 'must be a code of the chart of accounts'),
});
type Asked = z.output<typeof parameters>;

/** The journal as pages and as CSV, all of it or what touches a currency, an account or a payment. */
export function journalRoutes({ ports }: GatewayEnvironment): Route[] {
  const read = (call: Call, asked: Asked, limit: number) =>
    readJournal(ports.ledger, call.context, {
      ledger: asked.currency?.ledger ?? 0,
      accountCode: Number(asked.kind ?? 0),
      account: asked.account,
      payment: asked.payment,
      before: asked.before,
      after: asked.after,
      limit,
    });
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.journal,
      operationId: 'ledgerJournalPage',
      summary: 'The journal, newest first; all of it, or of a currency, an account, a payment',
      parameters,
      examples: [{ title: 'In euro', parameters: { currency: 'eur' } }],
      handle: async (call, asked) => {
        const found = await read(call, asked, PAGE_ROWS);
        if (!found.ok) return refused(found.error);
        const accounts = await accountsOf(ports.ledger, call, found.value.transfers);
        if (!accounts.ok) return refused(accounts.error);
        const balance = await ports.ledger.trialBalance(call.context, {});
        if (!balance.ok) return refused(balance.error);
        const { account, payment, kind } = asked;
        const currency = asked.currency && ledgerName(asked.currency.ledger).toLowerCase();
        const parties = await partiesOf(ports.accounts, call);
        const rows = { ...found.value, accounts: accounts.value, parties };
        const ledgers = balance.value.totals.map((total) => total.ledger);
        const language = languageOf(asked.lang, call.acceptLanguage);
        return aPage(journalPage(language, rows, { currency, account, payment, kind }, ledgers));
      },
    }),
    route({
      ...asFile,
      path: `${LEDGER_PAGES.journal}.csv`,
      operationId: 'ledgerJournalFile',
      summary: `The newest ${BATCH_MAX} transfers as CSV, or those before an instant; leads to older ones`,
      parameters,
      examples: [{ title: 'The newest', parameters: {} }],
      handle: async (call, asked) => {
        const found = await read(call, asked, BATCH_MAX);
        if (!found.ok) return refused(found.error);
        const { transfers, older } = found.value;
        const { currency, account, payment, kind } = asked;
        const query = { currency: currency?.text, account, payment, kind, before: older?.toString() };
        const next = older === undefined ? undefined : `${LEDGER_PAGES.journal}.csv${queryText(query)}`;
        return aFile('journal', journalFile(transfers), next);
      },
    }),
  ];
}

async function accountsOf(
  ledger: GatewayPorts['ledger'],
  call: Call,
  transfers: readonly Transfer[],
): Promise<Result<ReadonlyMap<bigint, Account>, PlatformCode>> {
  const ids = new Set(transfers.flatMap((item) => [item.debitAccountId, item.creditAccountId]));
  const found = await ledger.lookupAccounts(call.context, { ids: [...ids] });
  return found.ok ? ok(new Map(found.value.map((account) => [account.id, account]))) : found;
}

/**
 * Merchants and the platform by what their ledger accounts carry; without the accounts module nobody is
 * named.
 */
async function partiesOf(accounts: GatewayPorts['accounts'], call: Call): Promise<Map<bigint, string>> {
  const listed = await accounts.listMerchants(call.context, { limit: NAMED_MERCHANTS });
  const ids = call.principal ? [call.principal.tenant] : [];
  const own = await accounts.findAccounts(call.context, { ids });
  const parties = [...(listed.ok ? listed.value.items : []), ...(own.ok ? own.value : [])];
  return new Map(parties.map(({ id, name }) => [hash128('party', id), name]));
}
