import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encode, inAcceptedCoding } from './encodings.ts';

const text = '.plate { color: red; } /* 灯笼 */\n'.repeat(50);
const codingOf = (accept: string | undefined, isStatic = true) =>
  inAcceptedCoding(encode(text, isStatic), accept).headers['content-encoding'];

describe('a compressed text', () => {
  it('is the same text, and smaller', () => {
    const { gzip, brotli } = encode(text, true);
    expect(gunzipSync(gzip).toString()).toBe(text);
    expect(brotliDecompressSync(brotli ?? Buffer.alloc(0)).toString()).toBe(text);
    expect(gzip.length).toBeLessThan(text.length / 4);
  });

  it('goes out in the best coding that the browser takes, and says that it depends on it', () => {
    expect(codingOf('gzip, deflate, br, zstd')).toBe('br');
    expect(codingOf('gzip, deflate, br', false)).toBe('gzip');
    expect(codingOf('br;q=0, GZIP;q=0.5')).toBe('gzip');
    expect(codingOf('br; q=0.000, gzip;q=0')).toBeUndefined();
    for (const none of [undefined, '', 'identity', 'gzipped', ','.repeat(500)]) {
      expect(codingOf(none)).toBeUndefined();
    }
    expect(inAcceptedCoding(encode(text, true), undefined)).toEqual({
      body: text,
      headers: { vary: 'accept-encoding' },
    });
  });
});
