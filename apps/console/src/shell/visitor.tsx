import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { read, send } from '../api/ask.ts';

/** Whose desk the console is. */
export type Desk = 'operator' | 'developer' | 'merchant';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Somebody who has signed in. */
export interface Visitor {
  readonly signed_in: true;
  readonly livemode: boolean;
  readonly desk: Desk;
  readonly person: Named & { readonly email: string; readonly locale: 'en' | 'zh' };
  readonly platform: Named;
  /** What a merchant's person works for. */
  readonly accounts: readonly Named[];
  readonly session: { readonly id: string; readonly idle_at: string; readonly expires_at: string };
}

/** Who looks, if anybody has signed in. */
export type Seen = Visitor | { readonly signed_in: false };

const SESSION = '/v1/console/session';
/** Kept apart from what is read for somebody, which goes when they do. */
export const VISITOR_KEY = ['visitor'] as const;

const Context = createContext<Visitor | undefined>(undefined);

/** Asks who has signed in. */
export function useSeen() {
  return useQuery<Seen>({
    queryKey: VISITOR_KEY,
    queryFn: () => read<Seen>(SESSION),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Everything below it is for this person. */
export function VisitorProvider({
  visitor,
  children,
}: {
  readonly visitor: Visitor;
  readonly children: ReactNode;
}) {
  return <Context value={visitor}>{children}</Context>;
}

/** The person that the page is for. */
export function useVisitor(): Visitor {
  const visitor = useContext(Context);
  if (!visitor) throw new Error('nobody has signed in here');
  return visitor;
}

/** Nobody has signed in any more: what was read for somebody is forgotten. */
export function forgetVisitor(client: QueryClient): void {
  client.setQueryData<Seen>(VISITOR_KEY, { signed_in: false });
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== VISITOR_KEY[0] });
}

/** Signs out. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await send('DELETE', SESSION);
    forgetVisitor(client);
  };
}
