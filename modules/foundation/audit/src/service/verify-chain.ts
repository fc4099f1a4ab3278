import { ok, type Result } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { ChainReport } from '../contract/index.ts';
import { entriesAfter, hashAt, readHead } from '../store/log.ts';
import { canonicalEntry, chainHash, FIRST_HASH } from './canonical.ts';

/** Entries read at a time. */
const BATCH = 1_000;

/** Recomputes the chain over a part of the log and says where it first does not hold. */
export async function verifyChain(
  db: Database,
  input: { readonly after: bigint; readonly limit: number },
): Promise<Result<ChainReport>> {
  const head = await readHead(db);
  let hash = input.after === 0n ? FIRST_HASH : await hashAt(db, input.after);
  let position = input.after;
  let left = input.limit;
  const broken = (): Result<ChainReport> =>
    ok({ verifiedTo: position, hash: hash?.toString('hex') ?? '', brokenAt: position + 1n });

  while (left > 0 && position < head.position) {
    const entries = await entriesAfter(db, position, Math.min(BATCH, left));
    // The log says that it is longer than what is there.
    if (entries.length === 0 || !hash) return broken();
    for (const entry of entries) {
      const expected: Buffer = chainHash(hash, position + 1n, canonicalEntry(entry));
      if (entry.position !== position + 1n || !entry.hash.equals(expected)) return broken();
      hash = expected;
      position = entry.position;
      left -= 1;
      if (position === head.position && !expected.equals(head.hash)) return broken();
    }
  }
  return ok({ verifiedTo: position, hash: hash?.toString('hex') ?? '', brokenAt: null });
}
