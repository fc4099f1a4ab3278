import { UsageError } from '@tpmall/server/options';
import { type ApiAnswer, createApiClient, refusalText } from './client.ts';
import { readApiCommandLine } from './command-line.ts';
import { FIXTURES, type Step } from './fixtures.ts';

/**
 * `tpmall trigger EVENT`: makes an event happen by the requests that lead to it; exit 1 where one is refused.
 */
export async function trigger(args: string[]): Promise<number> {
  const line = readApiCommandLine(args);
  const [type = ''] = line.positionals;
  const steps = Object.hasOwn(FIXTURES, type) ? FIXTURES[type] : undefined;
  if (!steps) {
    const why = type === '' ? 'Say which event' : `Nothing here makes ${type}; say another event`;
    throw new UsageError(`${why}: tpmall trigger EVENT\n  ${eventTypes()}`);
  }
  const client = createApiClient(line);
  const answers = new Map<string, unknown>();
  for (const step of steps) {
    const path = filled(step.path, answers);
    const form = Object.entries(step.form ?? {}).map(
      ([name, value]) => [name, filled(value, answers)] as const,
    );
    const answer = await client.send({ method: step.method, path, parameters: form });
    if (!isExpected(step, answer)) {
      process.stderr.write(`${path}: ${refusalText(answer.status, answer.body)}\n`);
      return 1;
    }
    answers.set(step.as, answer.body);
    if (!line.json) process.stdout.write(`${step.method} ${path}: ${answer.status}\n`);
  }
  const made = Object.fromEntries([...answers].map(([as, body]) => [as, (body as { id?: string }).id]));
  process.stdout.write(line.json ? `${JSON.stringify({ event: type, made })}\n` : `${type} was triggered\n`);
  return 0;
}

/** The events that can be triggered, one a line. */
function eventTypes(): string {
  return Object.keys(FIXTURES).join('\n  ');
}

/** A text of a fixture, with fields of earlier answers in the place of `${as:field}`. */
function filled(text: string, answers: ReadonlyMap<string, unknown>): string {
  return text.replaceAll(/\$\{(\w+):(\w+)\}/g, (_whole, as: string, field: string) => {
    const value = (answers.get(as) as Record<string, unknown> | undefined)?.[field];
    if (typeof value !== 'string') throw new Error(`${text} wants ${field} of ${as}`);
    return value;
  });
}

function isExpected({ refusedWith }: Step, { ok, body }: ApiAnswer): boolean {
  if (refusedWith === undefined) return ok;
  return (body as { error?: { code?: string } }).error?.code === refusedWith;
}
