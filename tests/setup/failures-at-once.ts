import type { Reporter, TestCase } from 'vitest/node';

/**
 * Says each failure when it happens: a run that is ended before its summary has said why all the same.
 * Beside the dots, which do not.
 */
export default class FailuresAtOnce implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'failed') return;
    const why = result.errors.map(({ name, message, stack = '' }) => {
      // The stack repeats the message; that of a time-out has another one.
      const where = stack.split('\n').filter((line) => line.startsWith('    at '));
      return [`${name}: ${message}`, ...where].join('\n');
    });
    process.stderr.write(`\nfailed: ${test.module.relativeModuleId} > ${test.fullName}\n${why.join('\n')}\n`);
  }
}
