import { ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { mallContract, Shelf } from '../contract/index.ts';
import { browseAll, browseWords } from '../store/shelves.ts';
import type { MallDeps } from './deps.ts';
import { readWords } from './words.ts';

type Asked = InputOf<(typeof mallContract)['operations']['browse']>;

const NOTHING: Shelf = { items: [], count: 0, match: 'all' };

/** Finds goods: with every word, or where none has them all with some. */
export async function browse(
  { db }: Pick<MallDeps, 'db'>,
  { tenant }: Pick<CallContext, 'tenant'>,
  { words, ...asked }: Asked,
): Promise<Result<Shelf>> {
  if (words === undefined || words.trim() === '') return ok(await browseAll(db, tenant, asked));
  const query = readWords(words, 'all');
  if (!query) return ok(NOTHING);
  const found = await browseWords(db, tenant, asked, query, 'all');
  if (found.count > 0 || asked.page > 1) return ok(found);
  const any = readWords(words, 'some');
  return ok(any ? await browseWords(db, tenant, asked, any, 'some') : NOTHING);
}
