import type { WebEnvironment } from '../environment.ts';
import type { Answer } from './answer.ts';
import type { Place, Visit } from './visit.ts';

/** One page, or what one of its forms does. */
export interface PageRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /**
   * Who may ask. `anyone`: what it does is the browser's session's, so a form carries that session's token.
   * `holder`: whoever has the id in the address; no cookie gives any right. `person`: only who has signed in;
   * others are sent to sign in and come back.
   */
  readonly access: 'anyone' | 'holder' | 'person';
  /** Of a form: the path of the page that it stands on, where the address does not say it. */
  readonly page?: (place: Place) => string;
  handle(visit: Visit): Promise<Answer>;
}

/** The routes of one part of the web. */
export type Routes = (environment: WebEnvironment) => readonly PageRoute[];
