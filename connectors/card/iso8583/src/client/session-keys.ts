import { type IsoMessage, isSealed, type MacKey, unpackAdditionalData, unwrapKey } from '../codec/index.ts';
import { readKeyFile } from './dial.ts';

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

/**
 * The working key that a host gives when it is asked; undefined where it gives none, or none that was wrapped
 * with the key of the file.
 */
export async function receiveKey(
  keyFile: string,
  ask: () => Promise<IsoMessage | undefined>,
): Promise<MacKey | undefined> {
  const wrapping = await readKeyFile(keyFile);
  const answer = wrapping && (await ask());
  const given = unpackAdditionalData(answer?.fields[48] ?? '');
  return wrapping && given.ok ? unwrapKey(wrapping, given.value.keyBlock ?? '') : undefined;
}
