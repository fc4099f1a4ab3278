import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A text with its compressed forms, made once. */
export interface Encoded {
  readonly text: string;
  readonly gzip: Buffer;
  /** Brotli takes a hundred times as long to make: only for what never changes. */
  readonly brotli: Buffer | null;
}

/** A coding that the answer is sent in (RFC 9110, 8.4), and its body. */
interface Sent {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Header values beyond this say nothing more about a browser. */
const ACCEPT_MAX = 200;

/**
 * Compresses a text that holds no secret. What holds one is sent as it is: beside words that a stranger can
 * choose, the length of the compressed form would tell it (BREACH).
 *
 * @param isStatic it is made at the start, and may take long
 */
export function encode(text: string, isStatic: boolean): Encoded {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return {
    text,
    gzip: gzipSync(text, {
      level: isStatic ? constants.Z_BEST_COMPRESSION : constants.Z_DEFAULT_COMPRESSION,
    }),
    brotli: isStatic ? brotliCompressSync(text, { params }) : null,
  };
}

/** The smallest form that the browser takes (RFC 9110, 12.5.3). */
export function inAcceptedCoding({ text, gzip, brotli }: Encoded, acceptEncoding: string | undefined): Sent {
  const accepted = new Set(
    (acceptEncoding ?? '')
      .slice(0, ACCEPT_MAX)
      .toLowerCase()
      .split(',')
      .map((coding) => coding.trim().split(/\s*;\s*/))
      .filter(([, quality]) => quality === undefined || !/^q=0(?:\.0*)?$/.test(quality))
      .map(([name]) => name),
  );
  const vary = { vary: 'accept-encoding' };
  if (brotli && accepted.has('br')) return { body: brotli, headers: { ...vary, 'content-encoding': 'br' } };
  if (accepted.has('gzip')) return { body: gzip, headers: { ...vary, 'content-encoding': 'gzip' } };
  return { body: text, headers: vary };
}
