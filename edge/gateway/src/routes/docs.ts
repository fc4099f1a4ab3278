import { type ErrorCode, findCatalogueEntry } from '@tpmall/wire';
import { z } from 'zod';
import { errorDocPage, errorsPage, welcomePage } from '../pages/docs-pages.ts';
import { PAGE_HEADERS, PAGE_TYPE, STYLE_PATH } from '../pages/layout.ts';
import { type Answer, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';

const nothing = z.strictObject({});
const aPage = (body: string): Answer => ({ kind: 'text', type: PAGE_TYPE, body, headers: PAGE_HEADERS });
const shared = { method: 'GET', tag: 'Documentation', access: 'public', errors: 'page' } as const;
const examples = [{ title: 'The page', parameters: {} }];

/** What anybody may read: the welcome page, the OpenAPI document, the errors, the style sheet. */
export function docsRoutes(options: { readonly openapi: () => string; readonly style: string }): Route[] {
  return [
    route({
      ...shared,
      path: '/',
      operationId: 'welcome',
      summary: 'What this is and where to go on',
      answers: PAGE_TYPE,
      parameters: nothing,
      examples,
      handle: async () => aPage(welcomePage()),
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
    route({
      ...shared,
      path: STYLE_PATH,
      operationId: 'style',
      summary: 'The style sheet of the pages',
      answers: 'text/css; charset=utf-8',
      parameters: nothing,
      examples,
      handle: async () => ({
        kind: 'text',
        type: 'text/css; charset=utf-8',
        body: options.style,
        headers: { 'cache-control': 'public, max-age=300' },
      }),
    }),
  ];
}
