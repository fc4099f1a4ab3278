import { join } from 'node:path';
import { type Random, Redacted } from '@tpmall/kernel';
import { createFileOnce } from '@tpmall/platform/files';
import { readOwnerFile } from './key-files.ts';

/** As strong as the keys that it guards. */
const PASSPHRASE_BYTES = 32;

/**
 * The passphrase from the configuration or, where it has none, from `vault.passphrase` in the data folder,
 * which the first start fills with a random one for its owner only.
 */
export async function readPassphrase(
  configured: Redacted<string> | undefined,
  dataFolder: string,
  random: Random,
): Promise<Redacted<string>> {
  if (configured) return configured;
  const path = join(dataFolder, 'vault.passphrase');
  const fresh = Buffer.from(random.bytes(PASSPHRASE_BYTES)).toString('base64url');
  if ((await readOwnerFile(path)) === undefined) createFileOnce(path, `${fresh}\n`, random);
  const text = (await readOwnerFile(path))?.trim();
  if (!text) throw new Error(`${path} is empty`);
  return new Redacted(text);
}
