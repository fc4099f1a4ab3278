import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useState } from 'react';
import { newCommand, type Parameters, type Query, Refused, read, send } from './ask.ts';

/** Entries of one page of a list. */
const PAGE_ROWS = 50;
/** From here on an answer does not say that nothing was done. */
const SERVER_ERROR = 500;
/** How often a list that is followed is read again. */
const FOLLOW_MS = 2_000;

/** One object; it can be followed. */
export function useObject<T>(path: string, { follow = false }: { readonly follow?: boolean } = {}) {
  return useQuery<T>({
    queryKey: [path],
    queryFn: ({ signal }) => read<T>(path, {}, signal),
    refetchInterval: follow ? FOLLOW_MS : false,
  });
}

interface Page<T> {
  readonly data: readonly T[];
  readonly has_more?: boolean;
  /** Of a search: where its next page begins. */
  readonly next_page?: string | null;
}

const FIRST: Query = {};

/** What of a row a list goes on after. */
interface Row {
  readonly id?: string;
}

/** Where the next page begins: of a search it says so itself, of a list it follows the last row. */
function nextPage<T extends Row>(
  { data, has_more: more, next_page: page }: Page<T>,
  pageName: string,
): Query | undefined {
  if (page !== undefined) return page === null ? undefined : { [pageName]: page };
  const id = data.at(-1)?.id;
  return more === true && id !== undefined ? { starting_after: id } : undefined;
}

/** A list or a search, page by page. */
export function useRows<T extends object>(
  path: string,
  parameters: Query = {},
  {
    follow = false,
    isWhole = false,
    pageName = 'page',
  }: {
    /** Whether it is read again, or whether these rows are still changing. */
    readonly follow?: boolean | ((rows: readonly T[]) => boolean);
    /** The list has no pages, and takes no limit. */
    readonly isWhole?: boolean;
    /** The parameter that takes the `next_page` of an answer. */
    readonly pageName?: string;
  } = {},
) {
  const query = useInfiniteQuery({
    queryKey: [path, parameters],
    initialPageParam: FIRST,
    queryFn: ({ pageParam, signal }) =>
      read<Page<T>>(path, { ...(!isWhole && { limit: PAGE_ROWS }), ...parameters, ...pageParam }, signal),
    getNextPageParam: (page: Page<T>) => nextPage(page, pageName),
    refetchInterval: ({ state }) => {
      const follows = typeof follow === 'function' ? follow(rowsOf(state.data)) : follow;
      return follows ? FOLLOW_MS : false;
    },
  });
  return { ...query, rows: rowsOf(query.data) };
}

function rowsOf<T>(found: InfiniteData<Page<T>> | undefined): readonly T[] {
  return found?.pages.flatMap(({ data }) => data) ?? [];
}

/** A change, given once however often it is sent; what was read before is read again. */
export function useChange<T>(
  method: 'POST' | 'DELETE',
  path: string,
  done: (answer: T) => void = () => undefined,
) {
  const client = useQueryClient();
  const [command, setCommand] = useState(newCommand);
  return useMutation<T, Error, Parameters>({
    mutationFn: (parameters) => send<T>(method, path, parameters, command),
    onSuccess: async (answer) => {
      setCommand(newCommand());
      done(answer);
      await client.invalidateQueries();
    },
    onError: (error) => {
      // What was refused was not done, and what is sent next is another command. Where no answer came it may
      // have been done: it is sent again as the same one.
      if (error instanceof Refused && error.status < SERVER_ERROR) setCommand(newCommand());
    },
  });
}
