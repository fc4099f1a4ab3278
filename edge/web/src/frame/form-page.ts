import type { PageRoute } from './route.ts';
import type { Place } from './visit.ts';

/**
 * A visit by a form as one of the page that the form stands on, which is what links in the answer lead to: a
 * form's own address may show nothing. It is the page that the route names, or the one at the form's address,
 * or the nearest above it.
 *
 * @param shown paths of all routes that are pages
 */
export function onItsPage<At extends Place>(
  { path, page }: PageRoute,
  visit: At,
  shown: ReadonlySet<string>,
): At {
  const url = new URL(visit.url);
  url.pathname = page?.(visit) ?? nearest(path, visit.url.pathname, shown);
  const { next } = visit.form;
  url.search = next === undefined ? '' : new URLSearchParams({ next }).toString();
  return { ...visit, url };
}

function nearest(path: string, asked: string, shown: ReadonlySet<string>): string {
  const [names, parts] = [path.split('/'), asked.split('/')];
  let length = names.length;
  while (length > 1 && !shown.has(names.slice(0, length).join('/'))) length -= 1;
  return parts.slice(0, length).join('/') || '/';
}
