import { findCurrency } from '@tpmall/kernel';
import { languageOf } from '@tpmall/platform/pages';
import { parameter } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { chartPage } from '../pages/chart-view.ts';
import { ledgerInstantOf } from '../pages/instants.ts';
import { chartFile, trialBalanceFile } from '../pages/ledger-files.ts';
import { LEDGER_PAGES } from '../pages/ledger-layout.ts';
import { overviewPage } from '../pages/overview-view.ts';
import { trialBalancePage } from '../pages/trial-balance-view.ts';
import { verificationPage } from '../pages/verification-view.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { journalRoutes } from './journal-pages.ts';
import { aFile, aPage, asFile, asPage, currencyParameter, lang, refused } from './page-answers.ts';

/** The most outcomes of one page; whoever has more reads the JSON. */
const SHOWN_OUTCOMES = 1_000;

const page = z.strictObject(lang);

/** An instant as RFC 3339 text; an empty field of the form means now. */
const instantParameter = parameter({ type: 'string', format: 'date-time' }, (value) => {
  if (value === '') return { value: undefined };
  const at = typeof value === 'string' ? ledgerInstantOf(value) : undefined;
  return at !== undefined
    ? { value: { text: String(value), at } }
    : { code: 'parameter_invalid_string', message: 'must be an instant such as 2026-11-23T12:00:00Z' };
});

/**
 * The ledger as pages and CSV, with an operator key by Basic authentication, so that a browser asks for it.
 */
export function ledgerPageRoutes(environment: GatewayEnvironment): Route[] {
  return [
    ...overviewRoutes(environment),
    ...chartRoutes(),
    ...journalRoutes(environment),
    ...balanceRoutes(environment),
    ...verificationRoutes(environment),
  ];
}

function overviewRoutes({ ports }: GatewayEnvironment): Route[] {
  /** The currency of the platform itself; undefined where accounts cannot be asked. */
  const mainLedgerOf = async ({ context, principal }: Call): Promise<number | undefined> => {
    if (!principal) return undefined;
    const found = await ports.accounts.findAccounts(context, { ids: [principal.tenant] });
    const platform = found.ok ? found.value[0] : undefined;
    return platform && findCurrency(platform.defaultCurrency)?.number;
  };
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.overview,
      operationId: 'ledgerOverviewPage',
      summary: 'The ledger at a glance',
      parameters: page,
      examples: [{ title: 'In English', parameters: { lang: 'en' } }],
      handle: async (call, asked) => {
        const digest = await ports.ledger.digest(call.context, {});
        if (!digest.ok) return refused(digest.error);
        const balance = await ports.ledger.trialBalance(call.context, {});
        if (!balance.ok) return refused(balance.error);
        // The ledger is shown without these two where their modules do not run.
        const waiting = await ports.payments.unknownOutcomes(call.context, { limit: SHOWN_OUTCOMES });
        const overview = {
          digest: digest.value,
          balance: balance.value,
          unknownOutcomes: waiting.ok ? waiting.value.length : undefined,
          mainLedger: await mainLedgerOf(call),
        };
        return aPage(overviewPage(languageOf(asked.lang, call.acceptLanguage), overview));
      },
    }),
  ];
}

function chartRoutes(): Route[] {
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.chart,
      operationId: 'ledgerChartPage',
      summary: 'The chart of accounts',
      parameters: page,
      examples: [{ title: 'In Chinese', parameters: { lang: 'zh' } }],
      handle: async (call, asked) => aPage(chartPage(languageOf(asked.lang, call.acceptLanguage))),
    }),
    route({
      ...asFile,
      path: `${LEDGER_PAGES.chart}.csv`,
      operationId: 'ledgerChartFile',
      summary: 'The chart of accounts as CSV',
      parameters: page,
      examples: [{ title: 'The file', parameters: {} }],
      handle: async () => aFile('chart-of-accounts', chartFile()),
    }),
  ];
}

function balanceRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  const parameters = z.strictObject({
    ...lang,
    currency: currencyParameter,
    at: instantParameter.optional(),
  });
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
        const shown = currency?.ledger ?? known[0];
        const ledgers = shown === undefined || known.includes(shown) ? known : [...known, shown];
        const language = languageOf(asked, call.acceptLanguage);
        return aPage(trialBalancePage(language, found.value, { ledgers, shown, at: at?.text }));
      },
    }),
    route({
      ...asFile,
      path: `${LEDGER_PAGES.trialBalance}.csv`,
      operationId: 'ledgerTrialBalanceFile',
      summary: 'The trial balance of a currency, or of each, as CSV',
      parameters,
      examples: [{ title: 'In euro', parameters: { currency: 'eur' } }],
      handle: async (call, { at, currency }) => {
        const found = await ledger.trialBalance(call.context, at === undefined ? {} : { at: at.at });
        if (!found.ok) return refused(found.error);
        return aFile('trial-balance', trialBalanceFile(found.value, currency?.ledger));
      },
    }),
  ];
}

function verificationRoutes({ ports: { ledger } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...asPage,
      path: LEDGER_PAGES.verification,
      operationId: 'ledgerVerificationPage',
      summary: 'Every balance recomputed from the log and compared',
      parameters: page,
      examples: [{ title: 'Now', parameters: {} }],
      handle: async (call, asked) => {
        const found = await ledger.verify(call.context, {});
        if (!found.ok) return refused(found.error);
        return aPage(verificationPage(languageOf(asked.lang, call.acceptLanguage), found.value));
      },
    }),
  ];
}
