import { ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { mallContract, Shelf } from '../contract/index.ts';
import { browseAll, browseWords, findNearWords } from '../store/shelves.ts';
import type { MallDeps } from './deps.ts';
import { isOneSlip, latinWordsOf, readWords, respell } from './words.ts';

type Asked = InputOf<(typeof mallContract)['operations']['browse']>;
type Db = MallDeps['db'];

const NOTHING: Shelf = { items: [], count: 0, match: 'some', near: null };

/** Finds goods: with every word; where none has them all, as it may have been meant, or with some. */
export async function browse(
  { db }: Pick<MallDeps, 'db'>,
  { tenant }: Pick<CallContext, 'tenant'>,
  { words, ...asked }: Asked,
): Promise<Result<Shelf>> {
  if (words === undefined || words.trim() === '') return ok(await browseAll(db, tenant, asked));
  const found = await search(db, tenant, words, asked, 'all');
  if (found.count > 0 || (await isLeftOut(db, tenant, words, asked))) return ok(found);
  const near = await spelledNear(db, tenant, words);
  const meant = near === words ? NOTHING : await search(db, tenant, near, asked, 'all');
  if (meant.count > 0) return ok({ ...meant, near });
  return ok(await search(db, tenant, words, asked, 'some'));
}

/** Whether goods have the words, and what else is asked for leaves all of them out. */
async function isLeftOut(db: Db, tenant: string, words: string, asked: Omit<Asked, 'words'>) {
  const { category, merchant, inStock } = asked;
  if (category === undefined && merchant === undefined && inStock !== true) return false;
  return (await search(db, tenant, words, { limit: 1, page: 1 }, 'all')).count > 0;
}

async function search(
  db: Db,
  tenant: string,
  words: string,
  asked: Omit<Asked, 'words'>,
  match: Shelf['match'],
): Promise<Shelf> {
  const query = readWords(words, match);
  if (!query) return { ...NOTHING, match };
  const found = await browseWords(db, tenant, asked, query, match);
  if (found.count > 0 || asked.page === 1) return found;
  // Behind the last page nothing is counted: the first one says whether there are any.
  const first = await browseWords(db, tenant, { ...asked, page: 1, limit: 1 }, query, match);
  return { ...found, count: first.count };
}

/**
 * The words with each that no name has replaced by one that is a slip away; as they are where there is none.
 */
async function spelledNear(db: Db, tenant: string, words: string): Promise<string> {
  const asked = latinWordsOf(words);
  if (asked.length === 0) return words;
  const found = await findNearWords(db, tenant, asked);
  const known = new Set(found.map(({ word }) => word));
  const instead = new Map<string, string>();
  for (const { asked: mistyped, word } of found) {
    const isFirst = !known.has(mistyped) && !instead.has(mistyped);
    if (isFirst && isOneSlip(mistyped, word)) instead.set(mistyped, word);
  }
  return instead.size === 0 ? words : respell(words, instead);
}
