/**
 * Who may call what, written down apart from the code. A line is a path with its methods; an operation that
 * is in no group fails the test.
 */
type Lines = string;

/** Of a platform: its secret keys and its developers, and restricted keys by what these permissions name. */
export const PLATFORM: Readonly<Record<string, Lines>> = {
  payment_intents: `
    /v1/payment_intents POST
    /v1/payment_intents/:id POST
    /v1/payment_intents/:id/capture POST
    /v1/payment_intents/:id/cancel POST
    /v1/payment_intents/:id/increment_authorization POST`,
  charges: `
    /v1/charges GET POST
    /v1/charges/:id GET POST
    /v1/charges/:id/capture POST
    /v1/charges/:id/refunds GET`,
  refunds: `
    /v1/refunds GET POST
    /v1/refunds/:id GET POST
    /v1/refunds/:id/cancel POST`,
  customers: `
    /v1/customers GET POST
    /v1/customers/:id GET POST DELETE
    /v1/customers/search GET
    /v1/customers/:id/payment_methods GET
    /v1/customers/:id/payment_methods/:payment_method GET
    /v1/customers/:id/sources GET POST
    /v1/customers/:id/sources/:source GET POST DELETE`,
  payment_methods: `
    /v1/payment_methods GET POST
    /v1/payment_methods/:id GET POST
    /v1/payment_methods/:id/attach POST
    /v1/payment_methods/:id/detach POST`,
  setup_intents: `
    /v1/setup_intents GET POST
    /v1/setup_intents/:id POST
    /v1/setup_intents/:id/cancel POST`,
  tokens: `
    /v1/tokens POST
    /v1/tokens/:id GET`,
  confirmation_tokens: '/v1/confirmation_tokens/:id GET',
  test_helpers: '/v1/test_helpers/confirmation_tokens POST',
  products: `
    /v1/products GET POST
    /v1/products/:id GET POST DELETE
    /v1/products/search GET`,
  prices: `
    /v1/prices GET POST
    /v1/prices/:id GET POST
    /v1/prices/search GET`,
  checkout_sessions: `
    /v1/checkout/sessions GET POST
    /v1/checkout/sessions/:id GET POST
    /v1/checkout/sessions/:id/expire POST
    /v1/checkout/sessions/:id/line_items GET`,
  payment_pages: `
    /v1/payment_pages/:id GET
    /v1/payment_pages/:id/confirm POST`,
  payment_links: `
    /v1/payment_links GET POST
    /v1/payment_links/:id GET POST
    /v1/payment_links/:id/line_items GET`,
  balance: '/v1/balance GET',
  balance_transactions: `
    /v1/balance_transactions GET
    /v1/balance_transactions/:id GET`,
  accounts: `
    /v1/accounts GET POST
    /v1/accounts/:id GET`,
  account: '/v1/account GET',
  wallet: `
    /v1/wallet/wallets POST
    /v1/wallet/wallets/:id GET
    /v1/wallet/wallets/:id/limits GET
    /v1/wallet/wallets/:id/top_ups POST
    /v1/wallet/wallets/:id/payments POST
    /v1/wallet/wallets/:id/sends POST
    /v1/wallet/wallets/:id/withdrawals POST
    /v1/wallet/wallets/:id/entries GET
    /v1/wallet/wallets/:id/statement GET
    /v1/wallet/wallets/:id/statement.csv GET
    /v1/wallet/operations GET
    /v1/wallet/operations/:id GET
    /v1/wallet/operations/:id/cancel POST`,
  events: `
    /v1/events GET
    /v1/events/:id GET
    /v1/events/:id/retry POST`,
  stripecli: '/v1/stripecli/sessions POST',
  webhook_endpoints: `
    /v1/webhook_endpoints GET POST
    /v1/webhook_endpoints/:id GET POST DELETE
    /v1/webhook_endpoints/:id/rotate_secret POST
    /v1/webhook_endpoints/:id/replay POST
    /v1/webhook_endpoints/:id/test POST`,
  webhook_deliveries: `
    /v1/webhook_deliveries GET
    /v1/webhook_deliveries/:id GET
    /v1/webhook_deliveries/:id/resend POST`,
  request_logs: `
    /v1/request_logs GET
    /v1/request_logs/:id GET`,
};

/** The same, and whoever runs the house: it looks at payments, and moves none. */
export const PLATFORM_AND_HOUSE: Readonly<Record<string, Lines>> = {
  payment_intents: `
    /v1/payment_intents GET
    /v1/payment_intents/search GET`,
  charges: '/v1/charges/search GET',
  payment_timelines: '/v1/payment_timelines/:id GET',
};

/** Of a platform, and of a shopper's browser that has the client secret. */
export const PLATFORM_AND_BROWSER: Readonly<Record<string, Lines>> = {
  payment_intents: `
    /v1/payment_intents/:id GET
    /v1/payment_intents/:id/confirm POST`,
  setup_intents: `
    /v1/setup_intents/:id GET
    /v1/setup_intents/:id/confirm POST`,
};

/** Of a platform, and of the people of its merchants, who see their own part. */
export const PLATFORM_AND_MERCHANTS: Readonly<Record<string, Lines>> = {
  mall: `
    /v1/mall/orders GET
    /v1/mall/orders/:id GET
    /v1/mall/orders/:id/pack POST
    /v1/mall/orders/:id/ship POST
    /v1/mall/orders/:id/deliver POST
    /v1/mall/returns GET
    /v1/mall/returns/:id GET
    /v1/mall/returns/:id/accept POST
    /v1/mall/returns/:id/refuse POST
    /v1/mall/returns/:id/receive POST`,
};

/** Of the house, and of a developer in person: no key of a platform makes or ends another. */
export const KEYS: Lines = `
  /v1/keys GET POST
  /v1/keys/:id/rotate POST
  /v1/keys/:id/revoke POST`;

/** Of the house alone. */
export const HOUSE: Lines = `
  /v1/ledger/accounts POST
  /v1/ledger/accounts/lookup POST
  /v1/ledger/accounts/query POST
  /v1/ledger/accounts/history POST
  /v1/ledger/accounts/balances POST
  /v1/ledger/transfers POST
  /v1/ledger/transfers/lookup POST
  /v1/ledger/transfers/query POST
  /v1/ledger/trial-balance GET
  /v1/ledger/digest GET
  /v1/ledger/verify GET
  /v1/operations/clearing GET
  /v1/operations/clearing/exceptions GET
  /v1/operations/clearing/exceptions/:id GET
  /v1/operations/clearing/files POST
  /v1/operations/clearing/resolutions GET POST
  /v1/operations/clearing/resolutions/:id GET
  /v1/operations/clearing/resolutions/:id/confirm POST
  /v1/operations/clearing/resolutions/:id/reject POST
  /v1/operations/clearing/resolutions/:id/withdraw POST
  /v1/operations/connectors GET
  /v1/operations/unknown_outcomes GET
  /v1/operations/outcomes/:id GET
  /v1/operations/resolutions GET POST
  /v1/operations/resolutions/:id GET
  /v1/operations/resolutions/:id/confirm POST
  /v1/operations/resolutions/:id/reject POST
  /v1/operations/resolutions/:id/withdraw POST
  /v1/operations/requests GET
  /v1/operations/requests/:id GET
  /v1/operations/deliveries GET
  /v1/operations/deliveries/:id GET
  /v1/operations/deliveries/:id/resend POST
  /v1/operations/set_aside_events GET
  /v1/operations/set_aside_events/retry POST
  /v1/operations/jobs GET
  /v1/operations/jobs/:id/retry POST
  /v1/operations/wallets GET
  /v1/operations/wallets/:id POST
  /v1/operations/wallet_limits GET POST
  /v1/operations/withdrawals/:id POST
  /v1/risk/lists GET POST DELETE
  /v1/audit/entries GET
  /v1/audit/entries/search GET
  /v1/audit/entries/verify GET
  /ledger GET
  /ledger/chart GET
  /ledger/chart.csv GET
  /ledger/journal GET
  /ledger/journal.csv GET
  /ledger/trial-balance GET
  /ledger/trial-balance.csv GET
  /ledger/verification GET`;

/** Of the console's own page, whoever looks at it: who has signed in is for each to ask. */
export const CONSOLE: Lines = `
  /v1/console/sign_ins POST
  /v1/console/sign_ins/:id/finish POST
  /v1/console/session GET DELETE
  /v1/console/statement GET`;

/** Anybody's: nothing of anybody is in them. Metrics are for this machine alone, which has a test. */
export const OPEN: Lines = `
  / GET
  /openapi.json GET
  /docs/errors GET
  /docs/errors/:code GET
  /assets/console.css GET
  /favicon.svg GET
  /console GET
  /console/* GET
  /console/assets/* GET
  /healthz GET
  /readyz GET
  /metrics GET`;

/** On the vault's origin: with a key that may store a card of this kind. */
export const VAULT_WITH_KEY: Readonly<Record<string, Lines>> = {
  payment_methods: '/v1/payment_methods POST',
  tokens: '/v1/tokens POST',
  confirmation_tokens: '/v1/confirmation_tokens POST',
};

/** On the vault's origin: a page for a publishable key, which its address or its form carries. */
export const VAULT_PAGE: Lines = '/cards/new GET POST';

/** On the vault's origin: files, and what is opened by a secret of its own in the address or the form. */
export const VAULT_OPEN: Lines = `
  /v1/fields.js GET
  /v1/fields.json GET
  /fields/card GET
  /cards/form GET POST
  /favicon.svg GET
  /3ds/:id GET
  /3ds/notify POST
  /3ds/results/:key POST
  /3ds/icon.svg GET
  /3ds/style.css GET
  /healthz GET
  /readyz GET
  /metrics GET`;

/** On the shopper's origin: of somebody who has signed in there; others are led to signing in. */
export const WEB_PERSON: Lines = `
  /account GET POST
  /account/sessions POST
  /wallet GET
  /wallet/statement GET
  /wallet/statement.csv GET
  /wallet/send GET POST
  /wallet/withdraw GET POST
  /wallet/top-up GET POST
  /wallet/top-ups/:id GET POST
  /wallet/top-ups/:id/state GET
  /wallet/operations GET
  /wallet/operations/:id GET
  /wallet/operations/:id/cancel POST`;

/** On the shopper's origin: of whoever the browser's session or guest's token is. */
export const WEB_BROWSER: Lines = `
  / GET
  /aisles/:category GET
  /shops/:merchant GET
  /search GET
  /goods/:id GET
  /plates/:edition/:kind/:file GET
  /cart GET
  /cart/add POST
  /cart/change POST
  /checkout GET POST
  /orders GET
  /orders/:id GET
  /orders/:id/pay POST
  /orders/:id/cancel POST
  /orders/:id/return GET POST
  /orders/:id/returns/:one/withdraw POST
  /sign-in GET POST
  /sign-in/:id GET POST
  /sign-out POST
  /sitemap.txt GET
  /robots.txt GET
  /assets/web.css GET
  /favicon.svg GET
  /healthz GET
  /readyz GET
  /metrics GET
  /* GET`;

/** On the shopper's origin: of whoever holds the id in the address. */
export const WEB_HOLDER: Lines = `
  /c/pay/:id GET POST
  /c/pay/:id/state GET
  /c/pay/:id/details POST
  /c/pay/:id/quantities POST
  /b/:id GET POST`;

/** `POST /v1/refunds` and its like, of lines. */
export function operationsIn(lines: Lines): string[] {
  return lines
    .split('\n')
    .map((line) => line.trim().split(' '))
    .filter(([path]) => path !== '')
    .flatMap(([path = '', ...methods]) => methods.map((method) => `${method} ${path}`));
}
