import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  answerMti,
  createDeframer,
  frame,
  MAX_MESSAGE_BYTES,
  maskedFields,
  maskPan,
  originalElement,
  packAdditionalData,
  readOriginalElement,
  readReplacementElement,
  repeatMti,
  replacementElement,
  retrievalReference,
  timeElements,
  unpackAdditionalData,
} from './index.ts';

const AT = Date.UTC(2026, 10, 23, 12, 34, 56) * 1000;

test('frames come out whole however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      (messages, cuts) => {
        let stream = Buffer.concat(messages.map((message) => frame(message)));
        const deframer = createDeframer();
        const got: Buffer[] = [];
        while (stream.length > 0) {
          const cut = Number(cuts.next().value);
          const pushed = deframer.push(stream.subarray(0, cut));
          expect(pushed.broken).toBe(false);
          got.push(...pushed.messages);
          stream = stream.subarray(cut);
        }
        expect(got.map((each) => each.toString('hex'))).toEqual(
          messages.map((each) => Buffer.from(each).toString('hex')),
        );
      },
    ),
  );
});

test('a header of nothing or of too much breaks the stream', () => {
  expect(createDeframer().push(Buffer.from([0, 0])).broken).toBe(true);
  const tooLong = Buffer.alloc(2);
  tooLong.writeUInt16BE(MAX_MESSAGE_BYTES + 1);
  expect(createDeframer().push(tooLong).broken).toBe(true);
});

test('time elements and the retrieval reference of an instant', () => {
  expect(timeElements(AT)).toEqual({ transmission: '1123123456', time: '123456', date: '1123' });
  expect(retrievalReference(AT, 42)).toBe('0TOYGA800016');
  expect(retrievalReference(AT, 999_999)).toHaveLength(12);
});

test('types of answers and repeats', () => {
  expect(['0100', '0200', '0220', '0221', '0400', '0401', '0420', '0421', '0800'].map(answerMti)).toEqual([
    '0110',
    '0210',
    '0230',
    '0230',
    '0410',
    '0410',
    '0430',
    '0430',
    '0810',
  ]);
  expect(['0220', '0400', '0420'].map(repeatMti)).toEqual(['0221', '0401', '0421']);
});

test('DE 90 and DE 95', () => {
  const original = { mti: '0100', stan: '000042', transmission: '1123123456', acquirer: '12345' };
  const de90 = originalElement(original);
  expect(de90).toBe(`0100${'000042'}${'1123123456'}${'00000012345'}${'00000000000'}`);
  expect(readOriginalElement(de90)).toEqual(original);
  expect(readReplacementElement(replacementElement(500n))).toBe(500n);
  expect(replacementElement(500n)).toHaveLength(42);
});

test('sub-elements of DE 48', () => {
  const data = { eci: '05', authenticationValue: 'A'.repeat(28), directoryServerId: 'd-1', cvv: '123' };
  const text = packAdditionalData(data);
  expect(text).toBe(`420205${`4328${'A'.repeat(28)}`}6603d-19203123`);
  expect(unpackAdditionalData(text ?? '')).toEqual({ ok: true, value: data });
  expect(packAdditionalData({})).toBeUndefined();
  expect(unpackAdditionalData('9203').ok).toBe(false);
});

test('a log never shows card number, expiry, verification or authentication value', () => {
  const shown = maskedFields({
    mti: '0100',
    fields: { 2: '4242424242424241', 4: '000000001000', 14: '3012', 48: '4202054304CAVV9203987' },
  });
  expect(shown).toEqual({ 2: '424242••••••4241', 4: '000000001000', 14: '••••', 48: '42=05 43=••• 92=•••' });
  expect(maskPan('4242')).toBe('••••');
});

test('no stream makes the deframer throw, grow or give more than came', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 12 }), (chunks) => {
      const deframer = createDeframer();
      let came = 0;
      let given = 0;
      for (const chunk of chunks) {
        came += chunk.length;
        const { messages, broken } = deframer.push(chunk);
        for (const message of messages) {
          expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
          given += message.length + 2;
        }
        expect(given).toBeLessThanOrEqual(came);
        // What is kept is less than one message; where it cannot be, the connection ends.
        if (broken) return;
        expect(came - given).toBeLessThan(MAX_MESSAGE_BYTES + 2);
      }
    }),
    { numRuns: 500 },
  );
});

test('no text makes the sub-elements throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
      const read = unpackAdditionalData(text);
      if (!read.ok) expect(read.error.code).toBe('bad_additional_data');
      const message = { mti: '0100', fields: { 48: text } };
      expect(typeof maskedFields(message)['48']).toBe('string');
    }),
    { numRuns: 1_000 },
  );
});
