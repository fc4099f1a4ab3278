import type { IndexedWords } from '../store/goods.ts';
import type { WordQuery } from '../store/shelves.ts';

/** Words of a query that are looked for; more are left away. */
const QUERY_WORDS_MAX = 12;
/** Postgres keeps no higher position of a word. */
const POSITION_MAX = 16_000;
/** Between two runs of characters, so that no phrase reaches over their gap. */
const GAP = 2;

const WEIGHTS = ['A', 'B', 'C', 'D'] as const;

/** A run of Chinese characters, or a word of letters and digits. */
const TOKEN = /(\p{Script=Han}+)|[\p{L}\p{N}]+/gu;

interface Token {
  readonly text: string;
  readonly isHan: boolean;
}

/** Runs of Chinese characters and other words, in small letters without accents. */
function tokensOf(text: string): Token[] {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().normalize('NFC');
  // A word may begin right behind a Chinese character, so runs are cut off where the script changes.
  const apart = plain.replaceAll(/\p{Script=Han}+/gu, ' $& ');
  return [...apart.matchAll(TOKEN)].map(([word, han]) => ({ text: word, isHan: han !== undefined }));
}

/** Pairs of neighbouring characters, and the last one alone, so that every character begins a word. */
function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.map((character, at) => character + (characters[at + 1] ?? ''));
}

/**
 * The words that texts are found by. English goes by its stems; Chinese, which has no spaces, by pairs of
 * neighbouring characters.
 *
 * @param texts by weight, the heaviest first, in any language
 */
export function indexWords(texts: readonly [string[], string[], string[], string[]]): IndexedWords {
  let position = 1;
  const pairs: string[] = [];
  const latinOf = (weight: (typeof WEIGHTS)[number], all: readonly string[]): string => {
    const words: string[] = [];
    for (const { text, isHan } of all.flatMap(tokensOf)) {
      if (!isHan) {
        words.push(text);
        continue;
      }
      for (const pair of pairsOf(text)) {
        pairs.push(`'${pair}':${Math.min(position, POSITION_MAX)}${weight}`);
        position += 1;
      }
      position += GAP;
    }
    return words.join(' ');
  };
  const [a, b, c, d] = texts;
  return {
    latin: [latinOf('A', a), latinOf('B', b), latinOf('C', c), latinOf('D', d)],
    han: pairs.join(' '),
  };
}

/**
 * What somebody looks for, as queries; undefined where there is no word in it. The last word may be
 * unfinished. Words consist of letters and digits only, so that nothing of them is an operator.
 *
 * @param match `all`: every word, Chinese as it stands; `some`: any word, or any pair of characters
 */
export function readWords(words: string, match: 'all' | 'some'): WordQuery | undefined {
  const tokens = tokensOf(words).slice(0, QUERY_WORDS_MAX);
  if (tokens.length === 0) return undefined;
  const join = match === 'all' ? ' & ' : ' | ';
  const latin = tokens.filter(({ isHan }) => !isHan).map(({ text }) => text);
  const isUnfinished = tokens.at(-1)?.isHan === false;
  const started = latin.map((word, at) => (isUnfinished && at === latin.length - 1 ? `${word}:*` : word));
  const han = tokens.filter(({ isHan }) => isHan).map(({ text }) => hanQuery(text, match));
  return { latin: started.join(join), han: han.join(join), whole: latin.join(join) };
}

function hanQuery(run: string, match: 'all' | 'some'): string {
  const pairs = pairsOf(run);
  if (pairs.length === 1) return `'${run}':*`;
  // The last character alone stands in its pair already.
  const quoted = pairs.slice(0, -1).map((pair) => `'${pair}'`);
  return `(${quoted.join(match === 'all' ? ' <-> ' : ' | ')})`;
}

/** Words of letters and digits of a query, as they are looked for. */
export function latinWordsOf(words: string): string[] {
  const tokens = tokensOf(words).slice(0, QUERY_WORDS_MAX);
  return tokens.filter(({ isHan }) => !isHan).map(({ text }) => text);
}

/** A query with some of its words spelled otherwise. */
export function respell(words: string, instead: ReadonlyMap<string, string>): string {
  const tokens = tokensOf(words).slice(0, QUERY_WORDS_MAX);
  return tokens.map(({ text }) => instead.get(text) ?? text).join(' ');
}

/**
 * Whether two words differ by one letter that is wrong, missing or too much, or by the order of neighbours.
 */
export function isOneSlip(one: string, other: string): boolean {
  const [a, b] = [Array.from(one), Array.from(other)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  const rest = Math.min(a.length, b.length) - start;
  while (end < rest && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (x.length <= 1 && y.length <= 1) return x.length + y.length > 0;
  return x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
}
