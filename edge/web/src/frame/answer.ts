import type { Encoded, PagePolicy } from '@tpmall/platform/pages';
import type { Cookie } from './cookies.ts';

/** What a page's handler answers. */
export type Answer =
  | {
      readonly kind: 'page';
      readonly html: string;
      /** It holds no secret, no form's token among them: it is sent compressed. */
      readonly isOpen?: boolean;
      readonly status?: number;
      /** What the page may do beyond showing itself. */
      readonly policy?: PagePolicy;
      readonly cookies?: readonly Cookie[];
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      /** 303: on to another page of this origin. */
      readonly kind: 'go';
      readonly path: string;
      readonly cookies?: readonly Cookie[];
    }
  | {
      /** What pages load, named by what is in it: browsers keep it for ever. */
      readonly kind: 'file';
      readonly type: string;
      readonly body: Encoded;
    }
  | {
      /** A file to keep, made for whoever asks. */
      readonly kind: 'download';
      readonly type: string;
      /** Letters, digits, dots and hyphens. */
      readonly name: string;
      readonly body: string;
    }
  | {
      /** A text for programs, made for whoever asks. */
      readonly kind: 'text';
      readonly type: string;
      readonly body: string;
    }
  | { readonly kind: 'json'; readonly body: unknown; readonly status?: number };
