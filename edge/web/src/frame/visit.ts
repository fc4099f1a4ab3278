import { SECOND } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { formTokenOf, isLanguage, type Language, languageOf, type TimeZone } from '@tpmall/platform/pages';
import type { FastifyRequest } from 'fastify';
import type { WebEnvironment } from '../environment.ts';
import { cookieName, cookieOf } from './cookies.ts';
import { findVisitor, type Visitor } from './session.ts';

/** One request of a page, as its handler sees it. */
export interface Visit {
  readonly language: Language;
  /** Asked for in the address: kept in a cookie from now on. */
  readonly chosenLanguage: Language | null;
  readonly visitor: Visitor | null;
  /**
   * What stands for a browser that nobody has signed in with: whoever knows it is that guest. A browser that
   * has none yet gets this one with its first page of the mall.
   */
  readonly guestToken: string;
  /** Whether the browser has come without a guest's token. */
  readonly isNewGuest: boolean;
  /** What the forms of this browser's pages carry: it derives from the session, or from the guest's token. */
  readonly formToken: string;
  /** The zone in which pages tell times. */
  readonly timeZone: TimeZone;
  /**
   * The page's path with its query, for the link to the other language and the way back from signing in; in
   * answer to a form, of the page that the form stands on.
   */
  readonly url: URL;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** What the form sent; empty for a GET. */
  readonly form: Readonly<Record<string, string | undefined>>;
  /** The value of one of our cookies, by its short name. */
  cookie(name: string): string | undefined;
  readonly ip: string;
  /** What the browser calls itself; never trusted. */
  readonly userAgent: string;
  /** The context of a call. Without a tenant it is a shopper's, whose right is the id that they hold. */
  context(options?: { readonly tenant?: string; readonly commandId?: string }): OutgoingContext;
}

/** The cookie that carries a guest's token. */
export const GUEST_COOKIE = 'cart';
const GUEST_TOKEN_BYTES = 32;
const GUEST_TOKEN = /^[\w-]{43}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** A path is shown in links; one beyond this is nobody's. */
const URL_MAX = 2_000;
/** Browsers call themselves by a few hundred characters. */
const USER_AGENT_MAX = 500;

/** What a request says by itself: what it is for, and in which language. */
export type Place = Pick<Visit, 'language' | 'chosenLanguage' | 'url' | 'path' | 'query' | 'form'>;

/** Reads what is asked for, in which language, and asks nobody who it is that asks. */
export function placeOf({ config }: WebEnvironment, request: FastifyRequest): Place {
  const { headers } = request;
  const query = request.query as Visit['query'];
  const asked = isLanguage(query['lang']) ? query['lang'] : null;
  const kept = cookieOf(headers.cookie, cookieName(config, 'lang'));
  return {
    language: languageOf(asked ?? (isLanguage(kept) ? kept : null), headers['accept-language']),
    chosenLanguage: asked,
    url: urlOf(config.webUrl, request.url.slice(0, URL_MAX)),
    path: request.params as Visit['path'],
    query,
    form: (request.body ?? {}) as Visit['form'],
  };
}

/** Reads who asks for what, in which language. */
export async function visitOf(environment: WebEnvironment, request: FastifyRequest): Promise<Visit> {
  const { config, clock, ids } = environment;
  const { headers } = request;
  const deadlineAt = clock.now() + config.deadlineSeconds * SECOND;
  const traceparent = traceparentOf(environment, headers['traceparent']);
  const visitor = await findVisitor(environment, headers.cookie, () => ({
    ...{ actor: 'anonymous', tenant: '', commandId: ids.next('cmd'), deadlineAt, traceparent },
  }));
  const guest = cookieOf(headers.cookie, cookieName(config, GUEST_COOKIE));
  const isNewGuest = guest === undefined || !GUEST_TOKEN.test(guest);
  const guestToken = isNewGuest ? newGuestToken(environment) : guest;
  return {
    ...placeOf(environment, request),
    visitor,
    ...{ guestToken, isNewGuest, timeZone: config.timeZone },
    formToken: formTokenOf(visitor ? visitor.sessionToken : guestToken),
    cookie: (name) => cookieOf(headers.cookie, cookieName(config, name)),
    ip: request.ip,
    userAgent: (headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX),
    context: ({ tenant = '', commandId = ids.next('cmd') } = {}) => ({
      actor: visitor && !visitor.isGuest ? visitor.subject : 'anonymous',
      ...{ tenant, commandId, deadlineAt, traceparent },
    }),
  };
}

function newGuestToken({ random }: WebEnvironment): string {
  return Buffer.from(random.bytes(GUEST_TOKEN_BYTES)).toString('base64url');
}

/**
 * The address of a page as links to it may stand in pages: on this origin, whatever the request says. A path
 * that begins with two slashes would name another host.
 */
function urlOf(origin: string, target: string): URL {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const url = new URL(origin);
  url.pathname = path;
  // Only now: dots were taken out from between slashes.
  url.pathname = url.pathname.replace(/^[/\\]+/, '/');
  url.search = query;
  return url;
}

function traceparentOf({ random }: WebEnvironment, given: unknown): string {
  if (typeof given === 'string' && TRACEPARENT.test(given)) return given;
  const hex = (length: number): string => Buffer.from(random.bytes(length)).toString('hex');
  return `00-${hex(16)}-${hex(8)}-01`;
}
