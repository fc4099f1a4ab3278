import type { Finding, Tree } from '../source/tree.ts';

/** Where the published test cards of the schemes stand; whoever needs one imports it from there. */
const CARD_PLACES = new Set(['simulators/card-network/src/cards.ts']);
/** Digests of packages; a digest never holds a secret, and its letters and digits look like anything. */
const NOT_SCANNED = /(?:^|\/)package-lock\.json$/;

/** 13 to 19 digits in one run, or in the groups that a card prints. */
const DIGITS =
  /(?<![\w.$#-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{5})(?![\w.]|-\d)/g;
/**
 * Beginnings that schemes issue (ISO/IEC 7812): American Express, Diners, JCB, Visa, Mastercard, Maestro,
 * UnionPay.
 */
const ISSUED = /^(?:3[0-9]|4|5[0-9]|6|2[2-7]|81)/;

/** One digit repeated, or the first number of a range of cards. */
const NOBODYS = /^(\d)\1*$|0{8,}$/;

const PATTERNS: readonly { readonly rule: string; readonly pattern: RegExp; readonly what: string }[] = [
  { rule: 'live-key', pattern: /\b[rsp]k_live_[A-Za-z0-9]{8,}/, what: 'a live API key' },
  { rule: 'webhook-secret', pattern: /\bwhsec_[A-Za-z0-9+/]{24,}/, what: "a webhook's signing secret" },
  { rule: 'aws-key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, what: 'an AWS access key' },
  { rule: 'github-token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36}\b/, what: 'a GitHub token' },
  { rule: 'private-key', pattern: /-{5}BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-{5}/, what: 'a private key' },
  { rule: 'jwt', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/, what: 'a signed token' },
  {
    rule: 'url-password',
    pattern: /\bpostgres(?:ql)?:\/\/[^\s:@/'"`$]+:(?!password@)[^\s@'"`$]{8,}@(?!localhost|127\.)/,
    what: 'a password',
  },
];

/** Whether the digits pass the check of ISO/IEC 7812-1 annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Card numbers and keys in the tree. The finding never repeats what it found. */
export function secretFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (NOT_SCANNED.test(path)) continue;
    text.split('\n').forEach((content, index) => {
      const line = index + 1;
      if (!CARD_PLACES.has(path) && hasCard(content)) {
        const message = `holds a card number; import a test card from ${[...CARD_PLACES].join(', ')}`;
        findings.push({ rule: 'card-number', path, line, message });
      }
      for (const { rule, pattern, what } of PATTERNS) {
        if (pattern.test(content)) findings.push({ rule, path, line, message: `holds ${what}` });
      }
    });
  }
  return findings;
}

function hasCard(content: string): boolean {
  return [...content.matchAll(DIGITS)].some((match) => {
    const digits = match[0].replace(/\D/g, '');
    return ISSUED.test(digits) && !NOBODYS.test(digits) && passesLuhn(digits);
  });
}
