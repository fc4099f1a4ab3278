import { dataKeyBinding } from '../envelope/tenant-keys.ts';
import { findDataKeysBehind, replaceWrappedKey } from '../store/data-keys.ts';
import type { VaultEnvironment } from './environment.ts';

/** Data keys read at a time; each costs two keystore calls and one statement. */
const BATCH = 100;

/**
 * Seals every data key that an older key-encryption key seals under the current one. The data keys
 * themselves, and with them all cards, stay as they are. May run twice at once.
 *
 * @returns how many were rewrapped
 */
export async function rewrapDataKeys(
  environment: Pick<VaultEnvironment, 'db' | 'keyStore' | 'clock'>,
): Promise<number> {
  const { db, keyStore, clock } = environment;
  const current = await keyStore.currentVersion();
  let rewrapped = 0;
  for (;;) {
    const behind = await findDataKeysBehind(db, current, BATCH);
    for (const old of behind) {
      const binding = dataKeyBinding(old.tenant, old.version);
      const key = await keyStore.unwrapKey(old.wrapped, binding);
      if (!key.ok) throw new Error(`data key ${old.version} of ${old.tenant}: ${key.error.message}`);
      await replaceWrappedKey(db, old, await keyStore.wrapKey(key.value, binding), clock.now());
      rewrapped += 1;
    }
    if (behind.length < BATCH) return rewrapped;
  }
}
