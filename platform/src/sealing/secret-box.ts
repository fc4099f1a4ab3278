import { hkdfSync } from 'node:crypto';
import { type Random, type Redacted, redacted } from '@tpmall/kernel';
import { KEY_BYTES, open, seal } from './sealing.ts';

/** Seals what must not lie open in the database, and opens it again. */
export interface SecretBox {
  /** @param binding what the secret belongs to: it opens only with the same parts */
  seal(secret: Redacted<string>, binding: readonly string[]): Buffer;
  /** @throws where the bytes were altered, moved to another row, or sealed under another secret */
  open(sealed: Buffer, binding: readonly string[]): Redacted<string>;
  /** As {@link SecretBox.open}, for bytes that anybody may have sent: undefined where they do not open. */
  tryOpen(sealed: Buffer, binding: readonly string[]): Redacted<string> | undefined;
  /** Bytes that are the same for ever for one purpose. */
  derive(purpose: string, length: number): Buffer;
}

/**
 * A box whose keys derive from a module's secret (HKDF, RFC 5869).
 *
 * @param module the name of the module whose secret it is: the same secret gives each its own keys
 */
export function createSecretBox(module: string, secret: Redacted<string>, random: Random): SecretBox {
  const derive = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret.reveal(), `tpmall ${module}`, purpose, length));
  const key = derive('seal', KEY_BYTES);
  const tryOpen: SecretBox['tryOpen'] = (sealed, binding) => {
    const clear = open(key, sealed, binding);
    return clear && redacted(clear.toString('utf8'));
  };
  return {
    derive,
    tryOpen,
    seal: (clear, binding) => seal(key, Buffer.from(clear.reveal(), 'utf8'), binding, random),
    open(sealed, binding) {
      const clear = tryOpen(sealed, binding);
      if (!clear) throw new Error(`the secret of ${binding.join(' ')} was altered or sealed elsewhere`);
      return clear;
    },
  };
}
