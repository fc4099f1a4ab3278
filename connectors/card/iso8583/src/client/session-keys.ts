import type { IsoMessage, MacKey } from '../codec/index.ts';
import { isSealed } from '../codec/index.ts';

/** The working keys of one connection: the newest, and the one before for what is still on its way. */
export interface SessionKeys {
  /** What messages leave with; undefined until the first has been exchanged. */
  readonly newest: MacKey | undefined;
  install(key: MacKey): void;
  /** The connection is gone, and its keys with it. */
  forget(): void;
  /** Whether a message of the other side is authenticated by one of them. */
  accepts(bytes: Buffer, message: IsoMessage): boolean;
}

/** No keys yet. */
export function createSessionKeys(): SessionKeys {
  let keys: readonly MacKey[] = [];
  return {
    get newest() {
      return keys[0];
    },
    install(key) {
      keys = [key, ...keys].slice(0, 2);
    },
    forget() {
      keys = [];
    },
    accepts: (bytes, message) => isSealed(bytes, message, (index) => keys.find((key) => key.index === index)),
  };
}
