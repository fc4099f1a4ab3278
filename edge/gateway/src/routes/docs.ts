import { type Asset, asset, cacheControl, ICON_PATH, icon, PAGE_TYPE } from '@tpmall/platform/pages';
import { type ErrorCode, findCatalogueEntry } from '@tpmall/wire';
import { z } from 'zod';
import { errorDocPage, errorsPage, welcomePage } from '../pages/docs-pages.ts';
import { PAGE_HEADERS, style } from '../pages/layout.ts';
import { type Answer, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';

const nothing = z.strictObject({});
const aPage = (body: string): Answer => ({ kind: 'text', type: PAGE_TYPE, body, headers: PAGE_HEADERS });
const shared = { method: 'GET', tag: 'Documentation', access: 'public', errors: 'page' } as const;
const examples = [{ title: 'The page', parameters: {} }];

/** What anybody may read: the welcome page, the OpenAPI document, the errors, the style sheet, the icon. */
export function docsRoutes(options: { readonly openapi: () => string; readonly apiUrl: string }): Route[] {
  return [...documentRoutes(options), ...[style, iconAsset].map(assetRoute)];
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

const iconAsset = asset(ICON_PATH, 'image/svg+xml', icon);
const assetNames: Readonly<Record<string, readonly [string, string]>> = {
  [style.path]: ['style', 'The style sheet of the pages'],
  [ICON_PATH]: ['icon', 'The icon of the pages'],
};

function assetRoute(file: Asset): Route {
  const [operationId = '', summary = ''] = assetNames[file.path] ?? [];
  return route({
    ...shared,
    path: file.path,
    operationId,
    summary,
    answers: file.type,
    parameters: z.strictObject({ v: z.string().max(100).optional() }),
    examples,
    handle: async (_call, { v }): Promise<Answer> => ({
      kind: 'text',
      type: file.type,
      body: file.body,
      headers: { 'cache-control': cacheControl(file, v) },
    }),
  });
}
