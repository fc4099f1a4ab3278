import { createHash } from 'node:crypto';

/** What a page may do beyond showing itself; everything that is not named is forbidden. */
export interface PagePolicy {
  /** Sources of style besides a hash; the origin's own sheet where nothing is said. */
  readonly styles?: readonly string[];
  /** Scripts, as {@link hashSource} names them; none where nothing is said. */
  readonly scripts?: readonly string[];
  /** Where scripts may send to. */
  readonly connects?: readonly string[];
  /** What may stand in a frame of the page. */
  readonly frames?: readonly string[];
  /** Where forms may go, redirects of their answers included. */
  readonly forms?: readonly string[];
  /** Who may put the page into a frame. */
  readonly ancestors?: readonly string[];
}

/** The media type of every page. */
export const PAGE_TYPE = 'text/html; charset=utf-8';

/** How a policy names text that stands in the page itself. */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A content security policy (CSP level 3). */
export function contentPolicy(policy: PagePolicy = {}): string {
  const directive = (name: string, sources: readonly string[] | undefined, otherwise?: string) => {
    if (sources === undefined || sources.length === 0) return otherwise ?? [];
    return `${name} ${sources.join(' ')}`;
  };
  return [
    "default-src 'none'",
    directive('style-src', policy.styles, "style-src 'self'"),
    directive('script-src', policy.scripts),
    directive('connect-src', policy.connects),
    "img-src 'self'",
    directive('frame-src', policy.frames),
    directive('form-action', policy.forms, "form-action 'self'"),
    directive('frame-ancestors', policy.ancestors, "frame-ancestors 'none'"),
    "base-uri 'none'",
  ]
    .flat()
    .join('; ');
}

/** Headers of every page, with its policy. */
export function pageHeaders(policy: PagePolicy = {}): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentPolicy(policy),
    // Forms of our own pages say where they come from; nobody else is told.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    ...((policy.ancestors ?? []).length === 0 && { 'x-frame-options': 'DENY' }),
  };
}
