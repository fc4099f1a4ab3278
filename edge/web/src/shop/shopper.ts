import { createHash } from 'node:crypto';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { WebEnvironment } from '../environment.ts';
import { type Cookie, cookieName } from '../frame/cookies.ts';
import { GUEST_COOKIE, type Visit } from '../frame/visit.ts';

/** Currencies that the mall shows prices in, the first where nobody has chosen. */
export const CURRENCIES = ['cny', 'usd'] as const;
/** One of {@link CURRENCIES}. */
export type ShopCurrency = (typeof CURRENCIES)[number];

/** Who looks at the mall, and how. */
export interface Shopper {
  readonly currency: ShopCurrency;
  /** Whose cart and orders. */
  readonly owner: string;
  /** A browser that was never here: it has no cart and no orders. */
  readonly isNew: boolean;
  /** The guest that the browser's cookie stands for, whoever has signed in since. */
  readonly guest: string | null;
  /** The same, whose browser forgets the guest. */
  withoutGuest(): Shopper;
  /** What the browser is to keep, with the answer. */
  readonly cookies: readonly Cookie[];
  /** The same with an order: a guest's is kept from now on, however long ago the cookie was. */
  readonly cookiesOfOrder: readonly Cookie[];
  /**
   * The context of a call to the mall; `form` names the form that was sent, which does what it says once, and
   * `what` tells what it says where one showing of a page may say several things.
   */
  context(form?: string, what?: string): OutgoingContext;
}

const CART_SECONDS = 30 * 24 * 3600;
/** A guest's cookie is renewed so often; a second one, of that life, says that it was. */
const RENEW_SECONDS = 24 * 3600;
const RENEWED_COOKIE = 'kept';
const YEAR_SECONDS = 365 * 24 * 3600;
const FORM_ID = /^form_[0-9a-z]{26}$/;

/** Reads who looks at the mall of a platform. */
export function shopperOf(environment: WebEnvironment, visit: Visit, tenant: string): Shopper {
  const { config } = environment;
  const { visitor, guestToken, isNewGuest } = visit;
  const asked = currencyOf(visit.query['prices']);
  const kept = currencyOf(visit.cookie('currency'));
  const owner = visitor ? `${visitor.isGuest ? 'guest' : 'person'}:${visitor.subject}` : guestOf(guestToken);
  const isNew = visitor === null && isNewGuest;
  const guestCookie = (value: string, maxAge: number): Cookie => ({
    ...{ name: cookieName(config, GUEST_COOKIE), value, maxAge },
  });
  const keepGuest = [
    guestCookie(guestToken, CART_SECONDS),
    { name: cookieName(config, RENEWED_COOKIE), value: '1', maxAge: RENEW_SECONDS },
  ];
  const cookies = [
    ...(asked ? [{ name: cookieName(config, 'currency'), value: asked, maxAge: YEAR_SECONDS }] : []),
    ...(visitor === null && (isNew || visit.cookie(RENEWED_COOKIE) === undefined) ? keepGuest : []),
  ];
  const shopper: Shopper = {
    ...{ currency: asked ?? kept ?? CURRENCIES[0], owner, isNew, cookies },
    cookiesOfOrder: visitor === null ? keepGuest : [],
    guest: isNewGuest ? null : guestOf(guestToken),
    withoutGuest: () => ({ ...shopper, guest: null, cookies: [...cookies, guestCookie('', 0)] }),
    context: (form, what) => {
      const isForm = form !== undefined && FORM_ID.test(form);
      return visit.context({
        tenant,
        ...(isForm && { commandId: [owner, form, what].filter((part) => part !== undefined).join(' ') }),
      });
    },
  };
  return shopper;
}

/** Whoever knows the token is the guest; who sees an order's owner does not learn the token. */
function guestOf(token: string): string {
  return `guest:${createHash('sha256').update(token).digest('base64url')}`;
}

function currencyOf(text: string | undefined): ShopCurrency | undefined {
  return CURRENCIES.find((code) => code === text);
}
