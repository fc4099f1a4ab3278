import { parseArgs } from 'node:util';
import { UsageError } from '@tpmall/server/options';

/** Options of every command that talks to the API; everything else is a parameter of the request. */
const OWN = ['data-dir', 'key', 'url', 'idempotency'] as const;
type Own = (typeof OWN)[number];

/** What was typed after a command of the API. */
export interface ApiCommandLine {
  readonly positionals: readonly string[];
  /** Parameters as the form has them, `metadata[order]` and `7`, in the order in which they were typed. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly own: Readonly<Partial<Record<Own, string>>>;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * Reads `--name Lin`, `--address.postal-code 1` (`address[postal_code]`) and `-d 'metadata[order]=7'` as
 * parameters; the rest are the command's own options and its positionals.
 *
 * @param known the parameters of the operation, where it is one: an option of the same name is the parameter,
 *   so that the `--url` of an endpoint is never taken for the server, which would get the key
 * @throws UsageError where a parameter has no value
 */
export function readApiCommandLine(args: readonly string[], known: readonly string[] = []): ApiCommandLine {
  const own: Partial<Record<Own, string>> = {};
  const positionals: string[] = [];
  const parameters: [string, string][] = [];
  const switches = new Set<string>();
  // Not strict: flags are whatever the operation takes, and each has a value.
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, allowPositionals: true });
  let waiting: string | undefined;
  const take = (name: string, value: string): void => {
    if (name === 'd' || name === 'data') parameters.push(readPair(value));
    else if (isOwn(name) && !known.includes(name)) own[name] = value;
    else parameters.push([formName(name), value]);
  };
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (waiting === undefined) positionals.push(token.value);
      else take(waiting, token.value);
      waiting = undefined;
    } else if (token.kind === 'option') {
      if (waiting !== undefined) throw noValue(waiting);
      if (token.name === 'json' || token.name === 'help') switches.add(token.name);
      else if (token.value === undefined) waiting = token.name;
      else take(token.name, token.value);
    }
  }
  if (waiting !== undefined) throw noValue(waiting);
  return { positionals, parameters, own, json: switches.has('json'), help: switches.has('help') };
}

function isOwn(name: string): name is Own {
  return (OWN as readonly string[]).includes(name);
}

function noValue(name: string): UsageError {
  return new UsageError(`${name.length === 1 ? '-' : '--'}${name} wants a value`);
}

function readPair(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`-d wants name=value, not ${text}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** `address.postal-code` as `address[postal_code]`. */
function formName(flag: string): string {
  const [head = '', ...rest] = flag.replaceAll('-', '_').split('.');
  return head + rest.map((part) => `[${part}]`).join('');
}
