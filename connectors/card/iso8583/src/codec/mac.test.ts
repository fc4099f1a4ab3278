import { Redacted, unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type IsoMessage,
  isSealed,
  type MacKey,
  pack,
  packSealed,
  readWrappingKey,
  unpack,
  unwrapKey,
  wrapKey,
} from './index.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const keys = fc.record({
  index: fc.integer({ min: 1, max: 99 }),
  key: bytes(32).map((key) => new Redacted(key)),
});
const messages: fc.Arbitrary<IsoMessage> = fc
  .record({ amount: fc.integer({ min: 0, max: 999_999 }), original: fc.boolean() })
  .map(({ amount, original }) => ({
    mti: original ? '0220' : '0100',
    fields: {
      3: '000000',
      4: String(amount).padStart(12, '0'),
      11: '000001',
      ...(original ? { 90: '0'.repeat(42) } : {}),
    },
  }));

describe('a message authentication code', () => {
  test('is accepted by its key alone, and no byte of its message can be changed', () => {
    fc.assert(
      fc.property(
        messages,
        keys,
        keys,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (of, key, other, at, by) => {
          const sealed = unwrap(packSealed(of, key));
          const find = (index: number): MacKey | undefined => (index === key.index ? key : undefined);
          const read = unwrap(unpack(sealed));
          expect(read.fields).toMatchObject(of.fields);
          expect(isSealed(sealed, read, find)).toBe(true);
          expect(isSealed(sealed, read, () => undefined)).toBe(false);
          if (!other.key.reveal().equals(key.key.reveal()))
            expect(isSealed(sealed, read, () => other)).toBe(false);
          const altered = Buffer.from(sealed);
          const place = at % altered.length;
          altered.writeUInt8((altered.readUInt8(place) ^ by) & 0xff, place);
          const message = unpack(altered);
          if (message.ok) expect(isSealed(altered, message.value, find)).toBe(false);
        },
      ),
    );
  });

  test('that does not stand at the end covers not all, and is none', () => {
    const key: MacKey = { index: 1, key: new Redacted(Buffer.alloc(32, 7)) };
    const fields = { 3: '000000', 53: '0000000000000001', 64: '0'.repeat(16), 70: '301' };
    const sent = unwrap(pack({ mti: '0800', fields }));
    expect(isSealed(sent, unwrap(unpack(sent)), () => key)).toBe(false);
    const plain = unwrap(pack({ mti: '0800', fields: { 70: '301' } }));
    expect(isSealed(plain, unwrap(unpack(plain)), () => key)).toBe(false);
  });
});

describe('a working key', () => {
  // RFC 3394, 4.6: wrap 256 bits of key data with a 256-bit key-encrypting key.
  const kek = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';
  const data = '00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F';
  const wrapped = '28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21';

  test('is wrapped as RFC 3394 says', () => {
    const wrapping = readWrappingKey(`${kek}\n`) ?? new Redacted(Buffer.alloc(0));
    const key: MacKey = { index: 7, key: new Redacted(Buffer.from(data, 'hex')) };
    expect(wrapKey(wrapping, key)).toBe(`07${wrapped}`);
    expect(unwrapKey(wrapping, `07${wrapped}`)?.key.reveal().toString('hex').toUpperCase()).toBe(data);
    expect(`${wrapping} ${JSON.stringify(key)}`).toBe('[redacted] {"index":7,"key":"[redacted]"}');
  });

  test('that was altered, or wrapped by somebody else, is none', () => {
    const wrapping = new Redacted(Buffer.from(kek, 'hex'));
    expect(unwrapKey(new Redacted(Buffer.alloc(32)), `07${wrapped}`)).toBeUndefined();
    for (const block of [
      '',
      '07',
      `00${wrapped}`,
      `07${wrapped.slice(0, -1)}0`,
      `07${wrapped}00`,
      `x7${wrapped}`,
    ])
      expect(unwrapKey(wrapping, block)).toBeUndefined();
    for (const text of ['', kek.slice(1), `${kek}0`, 'x'.repeat(64)])
      expect(readWrappingKey(text)).toBeUndefined();
  });
});
