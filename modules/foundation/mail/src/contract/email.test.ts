import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEmail } from './email.ts';

it.each([
  ['  Ada.Lovelace+Mall@Example.COM ', 'ada.lovelace+mall@example.com'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['ada@例子.example', 'ada@xn--fsqu00a.example'],
  ["o'hara@mail.example", "o'hara@mail.example"],
])('writes %j in its normal form', (text, address) => {
  expect(parseEmail(text)).toBe(address);
});

it.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@localhost',
  'a b@example.com',
  'ada@example.com, eve@example.com',
  'Ada <ada@example.com>',
  '"ada"@example.com',
  'ada.@example.com',
  '.ada@example.com',
  'a..da@example.com',
  'ada@-example.com',
  'ada@example..com',
  'ada@[127.0.0.1]',
  'ada@exa mple.com',
  'ada@example.com\r\nBcc: eve@example.com',
  'ada\n@example.com',
  'ädä@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ada@${'a'.repeat(64)}.com`,
  `ada@${'abcdefgh.'.repeat(29)}com`,
])('refuses %j', (text) => {
  expect(parseEmail(text)).toBeUndefined();
});

it('answers nothing that could end a header or a command, whatever it is given', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.string(), fc.string({ unit: 'binary' }), fc.domain()).map(([a, b, c]) => `${a}@${b}${c}`),
    fc.emailAddress(),
  );
  fc.assert(
    fc.property(text, (given) => {
      const address = parseEmail(given);
      if (address === undefined) return;
      expect(address).toMatch(/^[!-~]+$/);
      expect(address).not.toMatch(/[\s,;:<>"()[\]\\]/);
      expect(parseEmail(address)).toBe(address);
    }),
  );
});
