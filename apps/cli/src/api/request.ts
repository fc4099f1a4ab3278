import { UsageError } from '@tpmall/server/options';
import { createApiClient, printAnswer } from './client.ts';
import { type ApiCommandLine, readApiCommandLine } from './command-line.ts';
import { type Operation, readOperations } from './operations.ts';

/** `tpmall get|post|delete PATH [-d name=value]…`: one request, its answer printed; exit 1 on a refusal. */
export function requestCommand(method: Operation['method']): (args: string[]) => Promise<number> {
  return async (args) => {
    const line = readApiCommandLine(args);
    const [path, ...more] = line.positionals;
    if (path === undefined || more.length > 0) {
      throw new UsageError(`Say one path: tpmall ${method.toLowerCase()} /v1/customers [-d name=value]…`);
    }
    const absolute = path.startsWith('/') ? path : `/v1/${path}`;
    const answer = await createApiClient(line).send({
      method,
      path: absolute,
      parameters: line.parameters,
    });
    return printAnswer(answer, line.json);
  };
}

/**
 * `tpmall customers create --name Lin`: any operation of the API's document, by resource and verb.
 *
 * @param called the words that were typed, where they are others than the operation's
 * @returns undefined where the first words are no resource at all
 */
export async function resourceCommand(args: string[], called?: string): Promise<number | undefined> {
  const operations = readOperations();
  if (!operations.some(({ words }) => words[0] === args[0])) return undefined;
  const operation = longestMatch(operations, readApiCommandLine(args).positionals);
  const line = readApiCommandLine(args, operation?.parameters);
  if (line.help || !operation) {
    const typed = line.positionals.join(' ');
    if (!line.help && line.positionals.length > 1) process.stderr.write(`tpmall has no ${typed}; it has\n`);
    process.stdout.write(`${operation ? helpOf(operation) : verbsOf(operations, line.positionals)}\n`);
    return line.help ? 0 : 2;
  }
  const ids = line.positionals.slice(operation.words.length);
  if (ids.length !== operation.positionals.length) {
    const wanted = operation.positionals.map((name) => name.toUpperCase()).join(' ') || 'nothing';
    throw new UsageError(
      `tpmall ${called ?? operation.words.join(' ')} wants ${wanted}, not ${ids.join(' ') || 'nothing'}`,
    );
  }
  checkParameters(operation, line);
  let index = 0;
  const path = operation.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(ids[index++] ?? ''));
  const { method, access } = operation;
  const answer = await createApiClient(line).send({ method, path, access, parameters: line.parameters });
  return printAnswer(answer, line.json);
}

function longestMatch(operations: readonly Operation[], typed: readonly string[]): Operation | undefined {
  return operations
    .filter(({ words }) => words.every((word, index) => typed[index] === word))
    .sort((a, b) => b.words.length - a.words.length)[0];
}

function checkParameters({ words, parameters }: Operation, line: ApiCommandLine): void {
  for (const [name] of line.parameters) {
    const [head = ''] = name.split('[');
    if (parameters.includes(head)) continue;
    const known = parameters.join(', ') || 'none';
    throw new UsageError(`tpmall ${words.join(' ')} has no parameter ${head}; it has ${known}`);
  }
}

function helpOf({ words, positionals, parameters, summary }: Operation): string {
  const names = positionals.map((name) => name.toUpperCase());
  const flags = parameters.map((name) => `  --${name.replaceAll('_', '-')}`);
  return [`tpmall ${[...words, ...names].join(' ')}`, summary, '', ...flags].join('\n');
}

/** The operations that begin with the words that were typed, or with the first of them. */
function verbsOf(operations: readonly Operation[], [resource]: readonly string[]): string {
  return operations
    .filter(({ words }) => words[0] === resource)
    .map(({ words, summary }) => `  ${`tpmall ${words.join(' ')}`.padEnd(50)} ${summary}`)
    .join('\n');
}
