import {
  type InfiniteData,
  skipToken,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { newCommand, type Parameters, type Query, Refused, read, send } from './ask.ts';

/** Entries of one page of a list. */
const PAGE_ROWS = 50;
/** From here on an answer does not say that nothing was done. */
const SERVER_ERROR = 500;
const TOO_MANY = 429;
/** The same command is still being worked on. */
const IN_USE = 'idempotency_key_in_use';
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

/** A change that was sent and of which no answer is known. */
export interface Unanswered {
  readonly command: string;
  readonly parameters: Parameters;
  /** Why no answer is known; null while the first one is waited for. */
  readonly error: Error | null;
}

/**
 * A change, given once however often it is sent; what was read before is read again. Where no answer came it
 * may have been done: then `unanswered` says so, also of a form that was closed meanwhile, and `mutate` sends
 * that same one again, whatever it is given, until an answer comes.
 */
export function useChange<T>(
  method: 'POST' | 'DELETE',
  path: string,
  {
    of = '',
    done = () => undefined,
  }: {
    /** What it is about, where the path alone does not tell. */
    readonly of?: string | undefined;
    readonly done?: (answer: T) => void;
  } = {},
) {
  const client = useQueryClient();
  const key = ['unanswered', method, path, of];
  const { data } = useQuery<Unanswered | null>({
    ...{ queryKey: key, queryFn: skipToken, gcTime: Number.POSITIVE_INFINITY },
  });
  const keep = (sent: Unanswered | null) => client.setQueryData<Unanswered | null>(key, sent);
  const mutation = useMutation<T, Error, Parameters>({
    mutationFn: (parameters) => {
      const before = client.getQueryData<Unanswered | null>(key);
      const sent = before ?? { command: newCommand(), parameters, error: null };
      keep(sent);
      return send<T>(method, path, sent.parameters, sent.command);
    },
    onSuccess: async (answer) => {
      keep(null);
      done(answer);
      await client.invalidateQueries();
    },
    onError: async (error) => {
      const sent = client.getQueryData<Unanswered | null>(key);
      // Of somebody who has been signed out nothing is kept.
      if (!sent) return;
      const isKnown = isAnswer(error, sent);
      keep(isKnown ? null : { ...sent, error });
      if (isKnown && sent.error) await client.invalidateQueries();
    },
  });
  const unanswered = data?.error ? data : undefined;
  return { ...mutation, unanswered, isPending: mutation.isPending || data?.error === null };
}

/** Whether a change was refused, and so was not done. */
function isAnswer(error: Error, sent: Unanswered): boolean {
  if (!(error instanceof Refused) || error.status >= SERVER_ERROR || error.code === IN_USE) return false;
  // That it was sent too often says nothing of what was sent before.
  return sent.error === null || error.status !== TOO_MANY;
}
