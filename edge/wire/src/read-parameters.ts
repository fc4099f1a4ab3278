import { err, ok, type Result } from '@tpmall/kernel';
import type { z } from 'zod';
import { type ParameterTree, parameterName } from './bracket-form.ts';
import { PARAMETER_CODES, type ParameterCode } from './parameters.ts';

/**
 * Reads parameters with the schema of an operation.
 *
 * @returns the value; or the first thing wrong, with the parameter named as the client wrote it
 */
export function readParameters<T>(schema: z.ZodType<T>, tree: ParameterTree): Result<T, ParameterCode> {
  const parsed = schema.safeParse(tree);
  if (parsed.success) return checkPage(parsed.data, tree);
  const issues = parsed.error.issues;
  // A name that does not exist explains more than what follows from its being wrong.
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0];
  if (!issue) return err('parameter_invalid_object', 'the parameters are invalid');
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const field = parameterName(path).slice(0, 200);
  const { code, message } = describe(issue, valueAt(tree, issue.path) === undefined);
  return err(code, `${field}: ${message}`, { field });
}

/** A page of a list has one place in it. */
function checkPage<T>(data: T, tree: ParameterTree): Result<T, ParameterCode> {
  if (tree['starting_after'] === undefined || tree['ending_before'] === undefined) return ok(data);
  const field = 'ending_before';
  return err('parameters_exclusive', `${field}: cannot be given together with starting_after`, { field });
}

function describe(
  issue: z.core.$ZodIssue,
  isMissing: boolean,
): { readonly code: ParameterCode; readonly message: string } {
  switch (issue.code) {
    case 'unrecognized_keys':
      return { code: 'parameter_unknown', message: 'received an unknown parameter' };
    case 'custom': {
      const code: unknown = issue.params?.['code'];
      const known = PARAMETER_CODES.find((candidate) => candidate === code);
      return { code: known ?? 'parameter_invalid_object', message: issue.message };
    }
    case 'too_big':
      return { code: 'parameter_invalid_array', message: `must have at most ${issue.maximum} items` };
    case 'invalid_type':
      if (isMissing) return { code: 'parameter_missing', message: 'this parameter is required' };
      if (issue.expected === 'array') {
        return { code: 'parameter_invalid_array', message: 'must be an array' };
      }
      return { code: 'parameter_invalid_object', message: 'must be an object' };
    default:
      return { code: 'parameter_invalid_object', message: issue.message };
  }
}

function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
