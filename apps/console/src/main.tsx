import { createTheme, MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refused } from './api/ask.ts';
import { LanguageProvider } from './language.tsx';
import { Loading } from './parts/loading.tsx';
import { Problem } from './parts/problem.tsx';
import { router } from './router.tsx';
import { forgetVisitor, useSeen, VisitorProvider } from './shell/visitor.tsx';
import { SignIn } from './sign-in/sign-in.tsx';
import './style.css';

const UNAUTHORISED = 401;
/** What has just been read is not read again for the next part of a page. */
const FRESH_MS = 1_000;

/** A session that has ended is noticed by whatever is asked next: then the page asks to sign in. */
const noticeEnd = (error: Error): void => {
  if (error instanceof Refused && error.status === UNAUTHORISED) {
    forgetVisitor(client);
  }
};

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    // What a browser calls offline says nothing of a server on this machine. And a change that waits for a
    // network would be made later, unseen, when whoever wanted it has left the page.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      refetchOnReconnect: true,
      staleTime: FRESH_MS,
      // What was refused stays refused; only where no answer came is it worth asking again.
      retry: (count, error) => count < 2 && !(error instanceof Refused),
    },
  },
});

/** The look is the house's; of the library's own theme only what its sheets need. */
const theme = createTheme({ fontFamily: 'var(--text)', focusRing: 'auto', respectReducedMotion: true });

function Console() {
  const seen = useSeen();
  if (seen.error) return <Problem error={seen.error} onRetry={() => void seen.refetch()} />;
  if (!seen.data) return <Loading />;
  if (!seen.data.signed_in) return <SignIn />;
  return (
    <VisitorProvider visitor={seen.data}>
      <RouterProvider router={router} />
    </VisitorProvider>
  );
}

const place = document.getElementById('console');
if (!place) throw new Error('the page has no place for the console');
createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <LanguageProvider>
          <Console />
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
