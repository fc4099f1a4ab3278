import { createContext, useContext, useEffect } from 'react';

/** Who wants to know what the page is called now: nobody, before somebody has signed in. */
export const TitleContext = createContext<(title: string) => void>(() => undefined);

/** What the page is about, in the browser's tab and for the shell, which announces it. */
export function useTitle(title: string): void {
  const tell = useContext(TitleContext);
  useEffect(() => {
    document.title = `${title} · TPMall`;
    tell(title);
  }, [title, tell]);
}
