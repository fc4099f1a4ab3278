import { err, ok, type Result } from '@tpmall/kernel';
import { METADATA_KEYS_MAX } from '../contract/index.ts';

/** What is said about an object by whoever made it. */
type Metadata = Readonly<Record<string, string>>;

/**
 * Metadata after a change: a text sets its key, null takes it away, the others stay; null instead of a patch
 * takes everything away.
 */
export function patchMetadata(
  before: Metadata,
  patch: Readonly<Record<string, string | null>> | null | undefined,
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
