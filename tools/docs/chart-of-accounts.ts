import { ACCOUNT_CODES, OPERATOR_CODES, TRANSFER_CODES } from '@tpmall/ledger/contract';

/** The chart of accounts as tables; `modules/money/ledger/src/contract/chart.ts` is its source. */
export function listChart(): string {
  const accounts = Object.values(ACCOUNT_CODES).map(
    ({ code, name, type, normalSide, description }) =>
      `| ${code} | ${name.replaceAll('_', ' ')} | ${type} | ${normalSide} | ${description} |`,
  );
  const reasons = Object.values(TRANSFER_CODES).map(
    ({ code, name, description }) => `| ${code} | ${name.replaceAll('_', ' ')} | ${description} |`,
  );
  return [
    '### Accounts',
    '',
    '| code | account | type | normal side | what stands there |',
    '|---|---|---|---|---|',
    ...accounts,
    '',
    '### Why money moves',
    '',
    '| code | reason | what it is |',
    '|---|---|---|',
    ...reasons,
    '',
    `Codes from ${OPERATOR_CODES.min} to ${OPERATOR_CODES.max} are the operator's own.`,
  ].join('\n');
}
