import { type Html, hashSource, inlineScript } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { webPage } from '../frame/layout.ts';
import type { Visit } from '../frame/visit.ts';

const script = inlineScript(new URL('./checkout.js', import.meta.url));

/** A page of the checkout, with its one script; `frames` names whose forms it shows. */
export function checkoutPage(
  visit: Visit,
  parts: {
    readonly title: string;
    readonly nav: Html;
    readonly body: Html;
    readonly main: string;
    readonly head?: Html | false;
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
