/** The languages of the pages. */
export type Language = 'en' | 'zh';

/** As documents name them (BCP 47). */
export const languageTags = { en: 'en', zh: 'zh-CN' } as const;

/** What each calls itself, for the link to it. */
export const languageNames = { en: 'English', zh: '中文' } as const;

/** What joins words and sentences that a page puts together, as each language writes it. */
export const punctuation = {
  en: { colon: ': ', comma: ', ', sentence: ' ' },
  zh: { colon: '：', comma: '，', sentence: '' },
} as const;

/** Header values beyond this say nothing more about a reader. */
const ACCEPT_MAX = 200;

/** The one that a page links to. */
export function otherLanguage(language: Language): Language {
  return language === 'en' ? 'zh' : 'en';
}

/** Whether this names a language of the pages. */
export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'zh';
}

/**
 * The language of a request: what it asks for, else the best of the browser's preferences that there is (RFC
 * 9110, 12.5.4), else English.
 */
export function languageOf(asked: Language | null | undefined, acceptLanguage: string | undefined): Language {
  if (asked) return asked;
  const ranked = (acceptLanguage ?? '')
    .slice(0, ACCEPT_MAX)
    .split(',')
    .map((range) => {
      const [tag = '', ...rest] = range.trim().toLowerCase().split(';');
      const quality = rest.map((item) => /^\s*q=([\d.]+)/.exec(item)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    });
  const first = ranked
    .filter(({ language, quality }) => isLanguage(language) && quality > 0)
    .sort((a, b) => b.quality - a.quality)[0];
  return first?.language === 'zh' ? 'zh' : 'en';
}
