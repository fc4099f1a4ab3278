import type { z } from 'zod';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** For example `acquiring.connectors[0].port`. */
  readonly path: string;
  readonly message: string;
}

/** Thrown at start when a configuration cannot be used; lists every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  /**
   * @param source what they were read from, to name it: a file
   */
  constructor(problems: readonly ConfigProblem[], source = 'The configuration') {
    super([`${source} has problems:`, ...problems.map((p) => `  ${p.path}: ${p.message}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Parses the configuration of one module.
 *
 * @param name the module, shown in front of each problem's path
 * @returns the value, or the problems; unknown keys are problems too when the schema is strict
 */
export function parseConfig<T>(
  name: string,
  schema: z.ZodType<T>,
  input: unknown,
): { value: T } | { problems: ConfigProblem[] } {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      const path = [name, ...issue.path.map(String)];
      if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: messageOf(issue) }];
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a known setting' }));
    }),
  };
}

/** What is expected. Of a union that is what its last alternative says: the one that people write. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const [nested] = issue.errors.at(-1) ?? [];
  return nested ? messageOf(nested) : issue.message;
}
