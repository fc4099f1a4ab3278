import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passesLuhn, secretFindings } from '../../tools/secrets/patterns.ts';
import { readTree } from '../../tools/source/tree.ts';

const find = (text: string, path = 'modules/a/b/src/c.ts') => secretFindings(new Map([[path, text]]));
const rulesOf = (text: string, path?: string): string[] => find(text, path).map((finding) => finding.rule);

/** A number of a card that nobody holds, made at run time: this file must not contain one. */
function card(prefix: string, length: number): string {
  const body = prefix.padEnd(length - 1, '7');
  const check = Array.from('0123456789').find((digit) => passesLuhn(body + digit)) ?? '';
  return body + check;
}

it('finds nothing in this repository', () => {
  const findings = secretFindings(readTree(process.cwd()));
  expect(findings.map(({ path, line, rule }) => `${path}:${line} ${rule}`)).toEqual([]);
});

const planted: readonly [rule: string, text: string][] = [
  ['card-number', card('411111', 16)],
  ['card-number', card('378282', 15)],
  ['card-number', card('622600', 19)],
  ['card-number', card('55', 16).replace(/(\d{4})(?=\d)/g, '$1 ')],
  ['card-number', card('4', 16).replace(/(\d{4})(?=\d)/g, '$1-')],
  ['live-key', ['sk', 'live', 'abcdefgh12345678'].join('_')],
  ['webhook-secret', ['whsec', 'a1B2'.repeat(8)].join('_')],
  ['aws-key', `AK${'IA'}${'Q'.repeat(16)}`],
  ['github-token', ['ghp', 'a1'.repeat(18)].join('_')],
  ['private-key', `${'-'.repeat(5)}BEGIN EC PRIVATE KEY${'-'.repeat(5)}`],
  ['jwt', ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NSJ9', 'x'.repeat(43)].join('.')],
  ['url-password', ['postgres:/', '/app:correcthorse@db.internal/app'].join('')],
];

it.each(planted)('finds %s and does not repeat it', (rule, text) => {
  const findings = find(`const value = '${text}';`);
  expect(findings.map((finding) => finding.rule)).toEqual([rule]);
  expect(JSON.stringify(findings)).not.toContain(text);
});

it('lets the published test cards stand in their one place', () => {
  expect(rulesOf(card('4', 16), 'simulators/card-network/src/cards.ts')).toEqual([]);
});

it('takes neither a number that fails the check digit nor an instant nor an id for a card', () => {
  const number = card('4', 16);
  const wrong = number.slice(0, -1) + String((Number(number.at(-1)) + 1) % 10);
  expect(rulesOf(`'${wrong}' 1795435200000000 '00000000-0000-0000-0000-000000000001' 0x${number}`)).toEqual(
    [],
  );
});

it('catches every mistyped digit (ISO/IEC 7812-1)', () => {
  const digits = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.array(digits, { minLength: 12, maxLength: 18 }), fc.nat(), digits, (body, at, digit) => {
      const number = card(body.join(''), body.length + 1);
      const index = at % number.length;
      const typed = number.slice(0, index) + String(digit) + number.slice(index + 1);
      expect(passesLuhn(typed)).toBe(typed === number);
    }),
  );
});

it('lets secretlint look as well', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tpmall-secretlint-'));
  try {
    writeFileSync(join(folder, 'planted.txt'), `token = ${['ghp', 'a1B2c3'.repeat(6)].join('_')}\n`);
    const [linter, rules] = ['node_modules/secretlint/bin/secretlint.js', '.secretlintrc.json'].map((path) =>
      join(process.cwd(), path),
    );
    cpSync(rules ?? '', join(folder, '.secretlintrc.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const args = [linter ?? '', '--no-glob', 'planted.txt'];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('GITHUB_TOKEN');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
