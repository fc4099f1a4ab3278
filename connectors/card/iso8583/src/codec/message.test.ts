import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIELDS, type FieldFormat } from './fields.ts';
import { maskedFields } from './mask.ts';
import { type CodecCode, type IsoMessage, pack, unpack } from './message.ts';

// Not a card number: its check digit is wrong.
const PAN = '4242424242424241';

const vectors: readonly (readonly [name: string, message: IsoMessage, wire: string])[] = [
  [
    'echo request, as hosts print it in their manuals',
    { mti: '0800', fields: { 7: '1123120000', 11: '000001', 70: '301' } },
    '0800' + '8220000000000000' + '0400000000000000' + '1123120000' + '000001' + '301',
  ],
  [
    'sign-on answer with acquirer and terminal',
    {
      mti: '0810',
      fields: { 7: '1123120000', 11: '000002', 32: '123456', 39: '00', 41: 'TERM0001', 70: '001' },
    },
    '0810' +
      '8220000102800000' +
      '0400000000000000' +
      '1123120000' +
      '000002' +
      '06123456' +
      '00' +
      'TERM0001001',
  ],
  [
    'a message without a secondary bitmap',
    { mti: '0110', fields: { 3: '000000', 4: '000000001234', 38: 'AB12CD', 39: '00', 49: '978' } },
    '0110' + '3000000006008000' + '000000' + '000000001234' + 'AB12CD' + '00' + '978',
  ],
  [
    'LLVAR and LLLVAR lengths',
    { mti: '0100', fields: { 2: PAN, 48: '9203123' } },
    '0100' + '4000000000010000' + '16' + PAN + '007' + '9203123',
  ],
  [
    'the last element of the table that this connector sends',
    { mti: '0400', fields: { 90: '0'.repeat(42), 95: '000000000500'.padEnd(42, '0') } },
    '0400' + '8000000000000000' + '0000004200000000' + '0'.repeat(42) + '000000000500'.padEnd(42, '0'),
  ],
];

describe('ISO 8583:1987 messages', () => {
  test.each(vectors)('%s', (_name, message, wire) => {
    const packed = pack(message);
    expect(packed.ok && packed.value.toString('latin1')).toBe(wire);
    expect(unpack(Buffer.from(wire, 'latin1'))).toEqual({ ok: true, value: message });
  });

  test('every message that can be packed comes back the same', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const packed = pack(message);
        if (!packed.ok) throw new Error(packed.error.message);
        expect(unpack(packed.value)).toEqual({ ok: true, value: message });
      }),
      { numRuns: 500 },
    );
  });

  test('a message that is cut anywhere, or followed by anything, is refused', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, at) => {
        const packed = pack(message);
        if (!packed.ok) throw new Error(packed.error.message);
        expect(unpack(packed.value.subarray(0, at % packed.value.length)).ok).toBe(false);
        expect(unpack(Buffer.concat([packed.value, Buffer.from('0')])).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof unpack(bytes).ok).toBe('boolean');
        expect(typeof unpack(Buffer.concat([Buffer.from('0100F238'), bytes])).ok).toBe('boolean');
      }),
    );
  });

  test('a message that is changed anywhere is refused by a code, or is another message that holds', () => {
    fc.assert(
      fc.property(anyMessage, fc.array(anyChange, { minLength: 1, maxLength: 5 }), (message, changes) => {
        const packed = pack(message);
        if (!packed.ok) throw new Error(packed.error.message);
        const wire = changes.reduce(changed, packed.value);
        const unpacked = unpack(wire);
        if (!unpacked.ok) {
          expect(CODES).toContain(unpacked.error.code);
          return;
        }
        // What is read is within the table, and says the same when it is written and read again.
        const again = pack(unpacked.value);
        if (!again.ok) throw new Error(again.error.message);
        expect(unpack(again.value)).toEqual(unpacked);
        expect(JSON.stringify(maskedFields(unpacked.value)).length).toBeGreaterThan(0);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['bad_mti', undefined, { mti: '1100', fields: {} }],
    ['unknown_field', 8, { mti: '0100', fields: { 8: '00000000' } }],
    ['unknown_field', 1, { mti: '0100', fields: { 1: '0' } }],
    ['bad_length', 4, { mti: '0100', fields: { 4: '1000000000000' } }],
    ['bad_length', 41, { mti: '0100', fields: { 41: 'TERM' } }],
    ['bad_length', 32, { mti: '0100', fields: { 32: '123456789012' } }],
    ['bad_character', 4, { mti: '0100', fields: { 4: '00000000012x' } }],
    ['bad_character', 43, { mti: '0100', fields: { 43: 'é'.padEnd(40, ' ') } }],
  ] as const)('packing refuses with %s and names DE %s', (code, de, message) => {
    const packed = pack(message);
    expect(packed).toMatchObject({ ok: false, error: { code, ...(de ? { detail: { de } } : {}) } });
  });

  test.each([
    ['bad_bitmap', '0100' + '400000000000000g'],
    ['bad_bitmap', '0100' + '8000000000000000' + '8000000000000000'],
    ['unknown_field', '0100' + '0100000000000000' + '00000000'],
    ['bad_length', '0100' + '4000000000000000' + 'x6' + PAN],
    ['bad_length', '0100' + '4000000000000000' + '20' + '0'.repeat(20)],
    ['truncated', '0100' + '4000000000000000' + '1'],
    ['truncated', '0100' + '4000000000000000' + '16' + '4242'],
    ['trailing_bytes', '0100' + '4000000000000000' + '0142' + '2'],
  ] as const)('unpacking refuses with %s: %s', (code, wire) => {
    expect(unpack(Buffer.from(wire, 'latin1'))).toMatchObject({ ok: false, error: { code } });
  });

  test('no refusal quotes the card number', () => {
    const wire = Buffer.from(`01004000000000000000${16}${PAN.slice(0, 15)}x`, 'latin1');
    expect(JSON.stringify(unpack(wire))).not.toContain(PAN.slice(0, 8));
  });
});

const CODES: readonly CodecCode[] = [
  'bad_mti',
  'bad_bitmap',
  'unknown_field',
  'bad_length',
  'bad_character',
  'truncated',
  'trailing_bytes',
];

/** What a line or a hostile peer does to bytes. */
type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut' | 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array };

const at = fc.nat();
const length = fc.integer({ min: 1, max: 40 });
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.integer({ min: 0, max: 7 }) }),
  // Digits change lengths and bitmaps into other valid ones; other bytes are mostly refused.
  fc.record({ kind: fc.constant('set' as const), at, byte: fc.integer({ min: 0x30, max: 0x46 }) }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'double' as const), at, length }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes: fc.uint8Array({ maxLength: 20 }) }),
);

function changed(wire: Buffer, change: Change): Buffer {
  const from = change.at % (wire.length + 1);
  const [before, after] = [wire.subarray(0, from), wire.subarray(from)];
  switch (change.kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << change.bit)]), after.subarray(1)]);
    case 'set':
      return Buffer.concat([before, Buffer.from([change.byte]), after.subarray(1)]);
    case 'cut':
      return Buffer.concat([before, after.subarray(change.length)]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, change.length), after]);
    case 'insert':
      return Buffer.concat([before, change.bytes, after]);
  }
}

const alphabet: Readonly<Record<FieldFormat['alphabet'], string>> = {
  n: '0123456789',
  an: '0123456789ABCXYZabcxyz ',
  ans: '0123456789ABCabc ~!"#|=',
  'x+n': '0123456789',
  z: '0123456789D=',
  b: '0123456789ABCDEF',
};

function valueOf(format: FieldFormat): fc.Arbitrary<string> {
  const sign = format.alphabet === 'x+n' ? 'C' : '';
  const max = format.length - sign.length;
  return fc
    .array(fc.constantFrom(...alphabet[format.alphabet].split('')), {
      minLength: format.prefix === 0 ? max : 0,
      maxLength: max,
      size: 'max',
    })
    .map((characters) => sign + characters.join(''));
}

const anyMessage: fc.Arbitrary<IsoMessage> = fc
  .record({
    mti: fc.constantFrom('0100', '0110', '0200', '0220', '0221', '0400', '0401', '0410', '0800'),
    fields: fc.record(
      Object.fromEntries(Object.entries(FIELDS).map(([de, format]) => [de, valueOf(format)])),
      { requiredKeys: [] },
    ),
  })
  .map(({ mti, fields }) => ({ mti, fields: { ...fields } }) as IsoMessage);
