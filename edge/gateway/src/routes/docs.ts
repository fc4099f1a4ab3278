import { type ErrorCode, findCatalogueEntry } from '@tpmall/wire';
import { z } from 'zod';
import { errorDocPage, errorsPage, welcomePage } from '../pages/docs-pages.ts';
import { ICON_PATH, icon, PAGE_HEADERS, PAGE_TYPE, STYLE_PATH } from '../pages/layout.ts';
import { type Answer, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';

const nothing = z.strictObject({});
const aPage = (body: string): Answer => ({ kind: 'text', type: PAGE_TYPE, body, headers: PAGE_HEADERS });
const shared = { method: 'GET', tag: 'Documentation', access: 'public', errors: 'page' } as const;
const examples = [{ title: 'The page', parameters: {} }];

/** What anybody may read: the welcome page, the OpenAPI document, the errors, the style sheet, the icon. */
export function docsRoutes(options: {
  readonly openapi: () => string;
  readonly style: string;
  readonly apiUrl: string;
}): Route[] {
  return [...documentRoutes(options), ...assetRoutes(options.style)];
}

function documentRoutes(options: { readonly openapi: () => string; readonly apiUrl: string }): Route[] {
  return [
    route({
      ...shared,
      path: '/',
      operationId: 'welcome',
      summary: 'What this is and where to go on',
      answers: PAGE_TYPE,
      parameters: nothing,
      examples,
      handle: async () => aPage(welcomePage(options.apiUrl)),
    }),
    route({
      ...shared,
      path: '/openapi.json',
      operationId: 'openapi',
      summary: 'This document',
      parameters: nothing,
      examples,
      handle: async () => ({ kind: 'json-text', body: options.openapi() }),
    }),
    route({
      ...shared,
      path: '/docs/errors',
      operationId: 'errorCatalogue',
      summary: 'Every error code, with its remedy',
      answers: PAGE_TYPE,
      parameters: nothing,
      examples,
      handle: async () => aPage(errorsPage()),
    }),
    route({
      ...shared,
      path: '/docs/errors/:code',
      operationId: 'errorCode',
      summary: 'One error code',
      answers: PAGE_TYPE,
      parameters: nothing,
      examples: [{ title: 'A decline', path: { code: 'card_declined' }, parameters: {} }],
      handle: async (call) => {
        const code = call.path.code ?? '';
        const entry = findCatalogueEntry(code);
        return entry ? aPage(errorDocPage(code as ErrorCode, entry)) : refuse('resource_missing');
      },
    }),
  ];
}

function assetRoutes(style: string): Route[] {
  const asset = (path: string, type: string, body: string) => ({
    ...shared,
    path,
    answers: type,
    parameters: nothing,
    examples,
    handle: async (): Promise<Answer> => ({
      kind: 'text',
      type,
      body,
      headers: { 'cache-control': 'public, max-age=300' },
    }),
  });
  return [
    route({
      ...asset(STYLE_PATH, 'text/css; charset=utf-8', style),
      operationId: 'style',
      summary: 'The style sheet of the pages',
    }),
    route({
      ...asset(ICON_PATH, 'image/svg+xml', icon),
      operationId: 'icon',
      summary: 'The icon of the pages',
    }),
  ];
}
