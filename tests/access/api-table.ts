import type { Access } from '../fuzz/document.ts';
import type { Kind } from './callers.ts';
import * as groups from './expected.ts';

/** Who may call an operation. */
export interface Expected {
  readonly kinds: readonly Kind[];
  /** As the document says it; `console` is in no document. */
  readonly access: Access | 'console';
  /** That of a restricted key which is enough. */
  readonly permission?: string;
}

type Table = ReadonlyMap<string, Expected>;

const platform = ['platform', 'developer'] as const;

/** Every operation of the API's origin. */
export const API: Table = tableOf([
  [groups.PLATFORM, { kinds: platform, access: 'secret' }],
  [groups.PLATFORM_AND_HOUSE, { kinds: [...platform, 'house'], access: 'secret-or-operator' }],
  [groups.PLATFORM_AND_BROWSER, { kinds: [...platform, 'browser'], access: 'browser' }],
  [groups.PLATFORM_AND_MERCHANTS, { kinds: [...platform, 'merchant'], access: 'secret-or-merchant' }],
  [groups.KEYS, { kinds: ['house', 'developer'], access: 'operator-or-developer' }],
  [groups.HOUSE, { kinds: ['house'], access: 'operator' }],
  [groups.CONSOLE, { kinds: [], access: 'console' }],
  [groups.OPEN, { kinds: [], access: 'public' }],
]);

/** Every operation of the vault's origin. */
export const VAULT: Table = tableOf([
  [groups.VAULT_WITH_KEY, { kinds: ['platform', 'browser'], access: 'browser' }],
  [groups.VAULT_PAGE, { kinds: ['browser'], access: 'browser' }],
  [groups.VAULT_OPEN, { kinds: [], access: 'public' }],
]);

/** What restricted keys may be given. */
export const PERMISSIONS: readonly string[] = [
  ...new Set([...API.values()].flatMap(({ permission }) => permission ?? [])),
];

function tableOf(all: readonly (readonly [Readonly<Record<string, string>> | string, Expected])[]): Table {
  return new Map(
    all.flatMap(([lines, expected]) =>
      typeof lines === 'string'
        ? groups.operationsIn(lines).map((name) => [name, expected] as const)
        : Object.entries(lines).flatMap(([permission, some]) =>
            groups.operationsIn(some).map((name) => [name, { ...expected, permission }] as const),
          ),
    ),
  );
}
