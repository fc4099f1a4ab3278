import { type Html, hashSource, html, inlineScript } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { webPage } from '../frame/layout.ts';
import type { Visit } from '../frame/visit.ts';

const script = inlineScript(new URL('./checkout.js', import.meta.url));

/** Seconds after which a page without a script looks again. */
const LOOK_AGAIN_S = 5;

/** In the head of a page that waits: without a script it looks again by itself. */
export const lookAgain = html`<noscript><meta http-equiv="refresh" content="${LOOK_AGAIN_S}"></noscript>
`;

/** The browser goes on by itself: a redirect of a form's answer would be blocked where it leads elsewhere. */
export function refresh(seconds: number, url: string): Html {
  return html`<meta http-equiv="refresh" content="${seconds};url=${url}">
`;
}

/** A page of the checkout, with its one script; `frames` names whose forms it shows. */
export function checkoutPage(
  visit: Visit,
  parts: {
    readonly title: string;
    readonly nav: Html;
    readonly body: Html;
    readonly main: string;
    readonly head?: Html | false;
    readonly typed?: string;
    readonly frames?: readonly string[];
    readonly status?: number;
  },
): Answer {
  const { frames, status, ...rest } = parts;
  return {
    kind: 'page',
    html: webPage(visit, { ...rest, after: script.element }),
    policy: {
      scripts: [hashSource(script.text)],
      connects: ["'self'"],
      ...(frames && { frames }),
    },
    ...(status !== undefined && { status }),
  };
}
