import { err, ok, type Result } from '@tpmall/kernel';
import { z } from 'zod';

/** The most keys that metadata may have. */
const METADATA_KEYS_MAX = 50;
const key = z.string().min(1).max(40);
const value = z.string().max(500);

/** What is said about an object by whoever made it: pairs of text that mean nothing to this system. */
export type Metadata = Readonly<Record<string, string>>;

/**
 * A change of metadata: a text sets its key, null takes it away, the others stay; null instead of it all
 * takes everything away.
 */
export type MetadataPatch = Readonly<Record<string, string | null>> | null;

/** Metadata of a new object. */
export const metadataSchema = z
  .record(key, value)
  .refine((entries) => Object.keys(entries).length <= METADATA_KEYS_MAX, {
    error: `metadata has at most ${METADATA_KEYS_MAX} keys`,
  });

/** See {@link MetadataPatch}. */
export const metadataPatchSchema = z.record(key, value.nullable()).nullable();

/** Metadata after a change. */
export function patchMetadata(
  before: Metadata,
  patch: MetadataPatch | undefined,
): Result<Metadata, 'metadata_too_many_keys'> {
  if (patch === undefined) return ok(before);
  if (patch === null) return ok({});
  const after = Object.fromEntries(
    Object.entries({ ...before, ...patch }).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  const count = Object.keys(after).length;
  if (count <= METADATA_KEYS_MAX) return ok(after);
  return err(
    'metadata_too_many_keys',
    `metadata has at most ${METADATA_KEYS_MAX} keys; after this change it would have ${count}`,
    { field: 'metadata', detail: { maximum: METADATA_KEYS_MAX } },
  );
}
