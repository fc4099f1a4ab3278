import { currencyByNumber, formatAmount } from '@tpmall/kernel';

/** A posting on one side of an account, as the demonstration shows it. */
export interface Posting {
  readonly account: string;
  readonly side: 'debit' | 'credit';
  readonly amount: bigint;
  readonly what: string;
}

const WIDTH = 34;

/**
 * Draws one T for each account: debits left, credits right, the balance under a rule.
 *
 * @param ledger ISO 4217 number; gives the decimals
 */
export function drawTAccounts(postings: readonly Posting[], ledger: number): string[] {
  const accounts = [...new Set(postings.map((posting) => posting.account))];
  return accounts.flatMap((account) =>
    drawOne(
      account,
      postings.filter((one) => one.account === account),
      ledger,
    ),
  );
}

function drawOne(account: string, postings: readonly Posting[], ledger: number): string[] {
  const currency = currencyByNumber(ledger);
  const code = currency?.code.toUpperCase() ?? String(ledger);
  const amount = (value: bigint): string => (currency ? formatAmount(value, currency) : value.toString());
  const sideOf = (side: Posting['side']): string[] =>
    postings
      .filter((posting) => posting.side === side)
      .map(({ what, amount: value }) => cell(what, amount(value)));
  const [debits, credits] = [sideOf('debit'), sideOf('credit')];
  const rows = Array.from({ length: Math.max(debits.length, credits.length) }, (_unused, index) => {
    return `${debits[index] ?? ' '.repeat(WIDTH)} │ ${credits[index] ?? ''}`.trimEnd();
  });
  const sum = (side: Posting['side']): bigint =>
    postings
      .filter((posting) => posting.side === side)
      .reduce((total, posting) => total + posting.amount, 0n);
  const balance = sum('debit') - sum('credit');
  const left = balance > 0n ? cell('balance', amount(balance)) : ' '.repeat(WIDTH);
  const right = balance < 0n ? cell('balance', amount(-balance)) : balance === 0n ? 'balance 0' : '';
  return [
    `${account}  ${code}`,
    `${'─'.repeat(WIDTH + 1)}┬${'─'.repeat(WIDTH + 1)}`,
    ...rows,
    `${'─'.repeat(WIDTH + 1)}┼${'─'.repeat(WIDTH + 1)}`,
    `${left} │ ${right}`.trimEnd(),
    '',
  ];
}

function cell(what: string, amount: string): string {
  return `${what.slice(0, WIDTH - amount.length - 1).padEnd(WIDTH - amount.length)}${amount}`;
}
