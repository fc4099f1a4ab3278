import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

/** The languages of the console. */
export type Language = 'en' | 'zh';

/** What a part of the console says, in each language: the compiler holds them to the same words. */
export type Words<T> = Readonly<Record<Language, T>>;

const KEPT_AS = 'tpmall.language';
const TAGS: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

interface Chosen {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const Context = createContext<Chosen>({ language: 'en', choose: () => undefined });

/** Keeps the language of the page: the one that was chosen here before, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, choose] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(KEPT_AS, language);
  }, [language]);
  const chosen = useMemo(() => ({ language, choose }), [language]);
  return <Context value={chosen}>{children}</Context>;
}

/** The language, and how to choose another. */
export function useLanguage(): Chosen & { readonly tag: string } {
  const chosen = useContext(Context);
  return { ...chosen, tag: TAGS[chosen.language] };
}

/** The words of a part in the language of the page. */
export function useWords<T>(words: Words<T>): T {
  return words[useContext(Context).language];
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
