import { parseArgs } from 'node:util';
import { readOptions, type ServerOptions, UsageError } from '@tpmall/server/options';

const HINT = 'tpmall --help lists what there is';

/** What a command line said: the options every command takes, its own ones, and the rest. */
export interface Arguments {
  readonly server: ServerOptions;
  readonly json: boolean;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads a command's arguments; `own` names the options with a value that only this command takes, `most` how
 * many words beside them it understands.
 *
 * @throws UsageError where there is an option that it does not take, or a word too many
 */
export function readArguments(args: string[], own: readonly string[] = [], most = 0): Arguments {
  const parsed = parse(args, own);
  const strange = parsed.positionals[most];
  if (strange !== undefined) throw new UsageError(`not understood: ${strange}; ${HINT}`);
  const value = (name: string): string | undefined => {
    const given = parsed.values[name];
    return typeof given === 'string' ? given : undefined;
  };
  const dataDir = value('data-dir');
  const port = value('port');
  const settings = value('settings');
  const serverArgs = [
    ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ...(port === undefined ? [] : ['--port', port]),
    ...(settings === undefined ? [] : ['--settings', settings]),
  ];
  return {
    server: readOptions(serverArgs, process.env),
    json: parsed.values['json'] === true,
    values: Object.fromEntries(own.map((name) => [name, value(name)])),
    positionals: parsed.positionals,
  };
}

function parse(
  args: string[],
  own: readonly string[],
): { values: Readonly<Record<string, unknown>>; positionals: string[] } {
  // `--json` is a switch everywhere but where a command wants a file with it.
  const options: Record<string, { type: 'string' | 'boolean' }> = own.includes('json')
    ? {}
    : { json: { type: 'boolean' } };
  for (const name of ['data-dir', 'port', 'settings', ...own]) options[name] = { type: 'string' };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node goes on about arguments that begin with a dash, which none of ours do.
    throw new UsageError(`${message.split('. To specify')[0]}; ${HINT}`);
  }
}
