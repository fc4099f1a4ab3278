import { createHmac, scrypt } from 'node:crypto';
import { join } from 'node:path';
import { err, ok, type Random, Redacted } from '@tpmall/kernel';
import { createFileOnce } from '@tpmall/platform/files';
import { KEY_BYTES, open, seal } from '@tpmall/platform/sealing';
import { z } from 'zod';
import { closeFolder, listFolder, readOwnerFile } from './key-files.ts';
import type { KeyStore } from './port.ts';

/** OWASP's password storage cheat sheet: scrypt with N 2^15, r 8, p 3, which takes 32 MiB. */
const SCRYPT_COST = { N: 32_768, r: 8, p: 3 } as const;
/** Node refuses more memory than this; twice what the stored cost needs. */
const SCRYPT_MAX_MEMORY = 128 * 1024 * 1024;
const SALT_BYTES = 16;
/** Two processes that rotate at once race for a number; more rounds than processes are never needed. */
const MAX_ROTATION_ROUNDS = 16;
const FORMAT = 1;

const base64 = z.string().regex(/^[A-Za-z0-9+/]+=*$/);
const headerFile = z.strictObject({
  format: z.literal(FORMAT),
  kdf: z.literal('scrypt'),
  N: z.number().int().min(2).max(1_048_576),
  r: z.number().int().min(1).max(32),
  p: z.number().int().min(1).max(16),
  salt: base64,
});
const keyFile = z.strictObject({
  format: z.literal(FORMAT),
  purpose: z.enum(['kek', 'fingerprint']),
  version: z.number().int().min(1),
  label: z.string().max(300),
  sealed: base64,
});
type KeyFile = z.infer<typeof keyFile>;

interface LoadedKey {
  readonly label: string;
  readonly key: Redacted<Buffer>;
}

/** How to open a keystore of encrypted files. */
export interface FileKeyStoreOptions {
  readonly folder: string;
  readonly passphrase: Redacted<string>;
  readonly random: Random;
  /** Older key-encryption keys are refused (OpenBao's `min_decryption_version`). */
  readonly minimumVersion?: number;
  /** Cost of a new keystore; an existing one keeps its own. */
  readonly cost?: { readonly N: number; readonly r: number; readonly p: number };
}

/**
 * Opens, or begins, a keystore of encrypted files: each key in a file of its own that is written once and
 * never changed, sealed with AES-256-GCM under a key that scrypt derives from the passphrase. Throws when the
 * passphrase is wrong or a file was altered.
 */
export async function openFileKeyStore(options: FileKeyStoreOptions): Promise<KeyStore> {
  const { folder, random } = options;
  const minimumVersion = options.minimumVersion ?? 1;
  await closeFolder(folder);
  const master = await deriveMaster(options);
  const keks = new Map<number, LoadedKey>();

  const load = async (): Promise<void> => {
    for (const name of await listFolder(folder)) {
      const version = Number(/^kek-([1-9]\d*)\.json$/.exec(name)?.[1] ?? 0);
      if (version === 0 || keks.has(version)) continue;
      const loaded = await readKey(master, join(folder, name), 'kek', version);
      if (loaded) keks.set(version, loaded);
    }
  };
  const current = (): number => Math.max(0, ...keks.keys());
  const generateKey = async (label: string): Promise<number> => {
    for (let round = 0; round < MAX_ROTATION_ROUNDS; round += 1) {
      await load();
      for (const [version, loaded] of keks) if (loaded.label === label) return version;
      await writeKey(master, folder, { purpose: 'kek', version: current() + 1, label }, random);
    }
    throw new Error('other processes keep rotating the key-encryption key');
  };

  await load();
  if (current() === 0) await generateKey('first');
  await writeKey(master, folder, { purpose: 'fingerprint', version: 1, label: 'first' }, random);
  const fingerprint = await readKey(master, join(folder, 'fingerprint-1.json'), 'fingerprint', 1);
  if (!fingerprint) throw new Error(`the fingerprint key is missing in ${folder}`);

  return {
    currentVersion: async () => current(),
    generateKey,
    async wrapKey(key, binding) {
      const version = current();
      const kek = keks.get(version);
      if (!kek) throw new Error('the keystore holds no key-encryption key');
      const bound = ['wrapped-key', String(version), ...binding];
      return { version, bytes: seal(kek.key.reveal(), key.reveal(), bound, random) };
    },
    async unwrapKey(wrapped, binding) {
      if (wrapped.version < minimumVersion) {
        return err('retired_version', `key version ${wrapped.version} is below ${minimumVersion}`);
      }
      // Another process may have rotated since this one looked.
      if (!keks.has(wrapped.version)) await load();
      const kek = keks.get(wrapped.version);
      if (!kek) return err('unknown_version', `there is no key version ${wrapped.version}`);
      const bound = ['wrapped-key', String(wrapped.version), ...binding];
      const key = open(kek.key.reveal(), wrapped.bytes, bound);
      return key ? ok(new Redacted(key)) : err('not_authentic', 'the wrapped key was altered');
    },
    async sign(parts) {
      const hmac = createHmac('sha256', fingerprint.key.reveal());
      for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
      return hmac.digest();
    },
  };
}

async function deriveMaster(options: FileKeyStoreOptions): Promise<Redacted<Buffer>> {
  const path = join(options.folder, 'keystore.json');
  const cost = options.cost ?? SCRYPT_COST;
  const salt = Buffer.from(options.random.bytes(SALT_BYTES)).toString('base64');
  if ((await readOwnerFile(path)) === undefined) {
    const fresh = { format: FORMAT, kdf: 'scrypt', N: cost.N, r: cost.r, p: cost.p, salt };
    createFileOnce(path, JSON.stringify(fresh), options.random);
  }
  const header = headerFile.parse(JSON.parse((await readOwnerFile(path)) ?? ''));
  const derived = await new Promise<Buffer>((resolve, reject) => {
    scrypt(
      options.passphrase.reveal(),
      Buffer.from(header.salt, 'base64'),
      KEY_BYTES,
      { N: header.N, r: header.r, p: header.p, maxmem: SCRYPT_MAX_MEMORY },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
  return new Redacted(derived);
}

async function writeKey(
  master: Redacted<Buffer>,
  folder: string,
  slot: Pick<KeyFile, 'purpose' | 'version' | 'label'>,
  random: Random,
): Promise<boolean> {
  const path = join(folder, `${slot.purpose}-${slot.version}.json`);
  if ((await readOwnerFile(path)) !== undefined) return false;
  const sealed = seal(master.reveal(), random.bytes(KEY_BYTES), slotBinding(slot), random);
  const file: KeyFile = { format: FORMAT, ...slot, sealed: sealed.toString('base64') };
  return createFileOnce(path, JSON.stringify(file), random);
}

async function readKey(
  master: Redacted<Buffer>,
  path: string,
  purpose: KeyFile['purpose'],
  version: number,
): Promise<LoadedKey | undefined> {
  const text = await readOwnerFile(path);
  if (text === undefined) return undefined;
  const file = keyFile.parse(JSON.parse(text));
  const slot = { purpose, version, label: file.label };
  const key = open(master.reveal(), Buffer.from(file.sealed, 'base64'), slotBinding(slot));
  if (!key) throw new Error(`${path} does not open: the passphrase is wrong, or the file was altered`);
  return { label: file.label, key: new Redacted(key) };
}

function slotBinding(slot: Pick<KeyFile, 'purpose' | 'version' | 'label'>): readonly string[] {
  return ['key-file', String(FORMAT), slot.purpose, String(slot.version), slot.label];
}
