import { houseStyle, type PageParts, page, pageHeaders, styleSheet } from '@tpmall/platform/pages';

/** The style of the pages of this origin. */
export const style = styleSheet('/assets/console.css', [
  ...houseStyle,
  new URL('./console.css', import.meta.url),
]);

/** Headers of every page: nothing but the page itself, its style sheet and its icon; no script at all. */
export const PAGE_HEADERS = pageHeaders();

/** What every page that names the wire's origin says. */
export const DISCLAIMER =
  'Wire-compatible with clients written for the Stripe API; ' +
  'not affiliated with or endorsed by Stripe, Inc.';

/** A whole page of this origin. */
export function apiPage(parts: Omit<PageParts, 'style'>): string {
  return page({ ...parts, style });
}
