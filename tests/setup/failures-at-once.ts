import type { Reporter, TestCase } from 'vitest/node';

/**
 * Says each failure when it happens: a run that is ended before its summary has said why all the same.
 * Beside the dots, which do not.
 */
export default class FailuresAtOnce implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'failed') return;
    const why = result.errors.map(({ message, stack }) => stack ?? message).join('\n');
    process.stderr.write(`\nfailed: ${test.module.relativeModuleId} > ${test.fullName}\n${why}\n`);
  }
}
