import type { Failure } from '@tpmall/kernel';
import { findCurrency } from '@tpmall/kernel';
import { BATCH_MAX, type TrialBalance } from '@tpmall/ledger/contract';
import { parameter } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { CSV_TYPE } from '../pages/csv.ts';
import { PAGE_HEADERS, PAGE_TYPE } from '../pages/layout.ts';
import { chartFile, journalFile, trialBalanceFile } from '../pages/ledger-files.ts';
import { LEDGER_PAGES } from '../pages/ledger-layout.ts';
import { chartPage, journalPage, overviewPage } from '../pages/ledger-views.ts';
import { trialBalancePage } from '../pages/trial-balance-view.ts';
import { languageOf, languageParameter } from '../pages/words.ts';
import { type Answer, refusal } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { ledgerInstant } from './ledger.ts';

/** Rows of one page of the journal. */
const PAGE_ROWS = 50;

const shared = { method: 'GET', tag: 'Ledger pages', access: 'operator', errors: 'page' } as const;
const asPage = { ...shared, answers: PAGE_TYPE };
const asFile = { ...shared, answers: CSV_TYPE };
const lang = { lang: languageParameter };

/** A currency's code, or `#` and a ledger's number. */
const currencyParameter = parameter({ type: 'string', pattern: '^([a-zA-Z]{3}|#\\d{1,10})$' }, (value) => {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const ledger = text.startsWith('#') ? Number(text.slice(1)) : findCurrency(text)?.number;
  return ledger !== undefined && Number.isInteger(ledger) && ledger > 0
    ? { value: ledger }
    : { code: 'parameter_invalid_enum', message: 'must be a currency’s code, or # and a ledger’s number' };
});

/** An instant as RFC 3339 text; an empty field of the form means now. */
const instantParameter = parameter({ type: 'string', format: 'date-time' }, (value) => {
  if (value === '') return { value: undefined };
  const millis =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? Date.parse(value) : NaN;
  return Number.isFinite(millis) && millis >= 0
    ? { value: { text: String(value), at: BigInt(millis) * 1_000_000n } }
    : { code: 'parameter_invalid_string', message: 'must be an instant such as 2026-11-23T12:00:00Z' };
});

const aPage = (body: string): Answer => ({ kind: 'text', type: PAGE_TYPE, body, headers: PAGE_HEADERS });
const aFile = (name: string, body: string): Answer => ({
  kind: 'text',
  type: CSV_TYPE,
  body,
  headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
});
const refused = (failure: Failure<'invalid_input' | 'forbidden' | 'unavailable' | 'unknown'>): Answer =>
  refusal({}, failure);

/**
 * The ledger as pages and CSV, with an operator key by Basic authentication, so that a browser asks for it.
 */
export function ledgerPageRoutes(environment: GatewayEnvironment): Route[] {
  return [...chartRoutes(environment), ...journalRoutes(environment), ...balanceRoutes(environment)];
}

function chartRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.overview,
      operationId: 'ledgerOverviewPage',
      summary: 'The ledger at a glance',
      parameters: z.strictObject(lang),
      examples: [{ title: 'In English', parameters: { lang: 'en' } }],
      handle: async (call, parameters) => {
        const digest = await ledger.digest(call.context, {});
        if (!digest.ok) return refused(digest.error);
        const balance = await ledger.trialBalance(call.context, {});
        if (!balance.ok) return refused(balance.error);
        return aPage(
          overviewPage(languageOf(parameters.lang, call.acceptLanguage), digest.value, balance.value),
        );
      },
    }),
    route({
      ...asPage,
      path: LEDGER_PAGES.chart,
      operationId: 'ledgerChartPage',
      summary: 'The chart of accounts',
      parameters: z.strictObject(lang),
      examples: [{ title: 'In Chinese', parameters: { lang: 'zh' } }],
      handle: async (call, parameters) => aPage(chartPage(languageOf(parameters.lang, call.acceptLanguage))),
    }),
    route({
      ...asFile,
      path: `${LEDGER_PAGES.chart}.csv`,
      operationId: 'ledgerChartFile',
      summary: 'The chart of accounts as CSV',
      parameters: z.strictObject(lang),
      examples: [{ title: 'The file', parameters: {} }],
      handle: async () => aFile('chart-of-accounts', chartFile()),
    }),
  ];
}

function journalRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  const read = (call: Call, before: bigint | undefined, limit: number) =>
    ledger.queryTransfers(call.context, {
      userData128: 0n,
      userData64: 0n,
      userData32: 0,
      ledger: 0,
      code: 0,
      timestampMin: 0n,
      timestampMax: before === undefined ? 0n : before - 1n,
      limit,
      reversed: true,
    });
  const parameters = z.strictObject({ ...lang, before: ledgerInstant.optional() });
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.journal,
      operationId: 'ledgerJournalPage',
      summary: 'The journal, newest first',
      parameters,
      examples: [{ title: 'The newest', parameters: {} }],
      handle: async (call, { before, lang: asked }) => {
        // A bound of zero would mean "no bound" to the ledger.
        const from = before !== undefined && before <= 1n ? 2n : before;
        const found = await read(call, from, PAGE_ROWS + 1);
        if (!found.ok) return refused(found.error);
        const shown = found.value.slice(0, PAGE_ROWS);
        const older = found.value.length > PAGE_ROWS ? shown.at(-1)?.timestamp : undefined;
        const language = languageOf(asked, call.acceptLanguage);
        return aPage(journalPage(language, shown, older, before === undefined));
      },
    }),
    route({
      ...asFile,
      path: `${LEDGER_PAGES.journal}.csv`,
      operationId: 'ledgerJournalFile',
      summary: `The newest ${BATCH_MAX} transfers as CSV, or those before an instant`,
      parameters,
      examples: [{ title: 'The newest', parameters: {} }],
      handle: async (call, { before }) => {
        const from = before !== undefined && before <= 1n ? 2n : before;
        const found = await read(call, from, BATCH_MAX);
        return found.ok ? aFile('journal', journalFile(found.value)) : refused(found.error);
      },
    }),
  ];
}

function balanceRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  const parameters = z.strictObject({
    ...lang,
    currency: currencyParameter.optional(),
    at: instantParameter.optional(),
  });
  const firstLedger = (balance: TrialBalance): number | undefined => balance.totals[0]?.ledger;
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.trialBalance,
      operationId: 'ledgerTrialBalancePage',
      summary: 'The trial balance of a currency, now or as of an instant',
      parameters,
      examples: [{ title: 'In euro', parameters: { currency: 'eur' } }],
      handle: async (call, { at, currency, lang: asked }) => {
        const found = await ledger.trialBalance(call.context, at === undefined ? {} : { at: at.at });
        if (!found.ok) return refused(found.error);
        const known = found.value.totals.map((row) => row.ledger);
        const shown = currency ?? firstLedger(found.value);
        const ledgers = shown === undefined || known.includes(shown) ? known : [...known, shown];
        const language = languageOf(asked, call.acceptLanguage);
        return aPage(trialBalancePage(language, found.value, { ledgers, shown, at: at?.text }));
      },
    }),
    route({
      ...asFile,
      path: `${LEDGER_PAGES.trialBalance}.csv`,
      operationId: 'ledgerTrialBalanceFile',
      summary: 'The trial balance of a currency as CSV',
      parameters,
      examples: [{ title: 'In euro', parameters: { currency: 'eur' } }],
      handle: async (call, { at, currency }) => {
        const found = await ledger.trialBalance(call.context, at === undefined ? {} : { at: at.at });
        if (!found.ok) return refused(found.error);
        const ledgerNumber = currency ?? firstLedger(found.value) ?? 0;
        return aFile('trial-balance', trialBalanceFile(found.value, ledgerNumber));
      },
    }),
  ];
}
