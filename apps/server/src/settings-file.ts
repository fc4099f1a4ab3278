import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Redacted, redacted } from '@tpmall/kernel';
import { ConfigError } from '@tpmall/platform/config';
import { UPKEEP, upkeepConfig } from '@tpmall/platform/upkeep';
import { MODULE_NAMES, type ServerOptions } from './options.ts';
import { blockAt } from './port-block.ts';
import { registry } from './registry.ts';
import { type SettingsOverrides, settingsFor, vaultFolder } from './settings.ts';
import { UsageError } from './usage-error.ts';
import { readSettings } from './wiring.ts';

/** Permissions of the group and of everybody else. */
const OTHERS = 0o077;
/** How the names of settings end that are paths: `caFile`, `keyFile`, `dataFolder`, `folder`. */
const PATH_NAME = /(?:File|[Ff]older)$/;

type Environment = Readonly<Record<string, string | undefined>>;
type Given = Readonly<Record<string, unknown>>;

/**
 * Reads the settings file that the options name: an object that says for each module, and for `upkeep`, what
 * is to be otherwise than by default. A secret may be a text, `{ "$env": "NAME" }` or `{ "$file": "PATH" }`.
 * Every relative path begins at the folder of the settings file, whichever folder a process works in. Only
 * what the modules of this process are told is looked up.
 *
 * The settings are parsed with the schemas of these modules, on stand-ins for what a start makes, so that all
 * mistakes are found before anything is started or thrown away.
 *
 * @returns what the file says; nothing where the options name none
 * @throws UsageError, ConfigError which name the file, the path of the field and what is expected there;
 *   never a value
 */
export function readSettingsFile(server: ServerOptions, env: Environment): SettingsOverrides {
  const file = server.settingsFile;
  if (file === undefined) return {};
  const given = parseFile(file);
  const overrides: Record<string, Given> = {};
  for (const [name, section] of Object.entries(given)) {
    if (!isObject(section)) throw new UsageError(`${file}: ${name} wants an object of settings`);
    const isHere = name === UPKEEP || server.modules.some((each) => each === name);
    overrides[name] = isHere ? (lookUp(section, name, { file, env }) as Given) : section;
  }
  const parsed = parseAll(server, overrides);
  const inline = Object.entries(given).flatMap(([name, section]) =>
    inlineSecrets(section, parsed.get(name), name),
  );
  if (inline.length > 0 && isOpen(file)) {
    throw new UsageError(
      `${file} holds secrets (${inline.join(', ')}), and others may read it: use "$env" or "$file", ` +
        `or chmod 600 ${file}`,
    );
  }
  return overrides;
}

/**
 * Where the vault keeps its keys, as the settings file says, or by default. Looks no secret up.
 *
 * @throws UsageError where the file cannot be read
 */
export function vaultFolderOf(server: Pick<ServerOptions, 'dataDir' | 'settingsFile'>): string {
  const { settingsFile, dataDir } = server;
  if (settingsFile === undefined) return vaultFolder(dataDir);
  const section = parseFile(settingsFile)['vault'];
  const named = isObject(section) ? section['dataFolder'] : undefined;
  return typeof named === 'string' ? fromFile(settingsFile, named) : vaultFolder(dataDir);
}

function parseFile(file: string): Given {
  const text = readText(file, 'the settings file');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    // What is wrong, without the piece of the text that Node quotes: it may be a secret.
    const [what] = (error instanceof Error ? error.message : '').split(/, (?=\.{0,3}")/);
    throw new UsageError(`${file} is not JSON: ${what}`);
  }
  if (!isObject(given)) throw new UsageError(`${file} wants an object with the settings of each module`);
  const known: readonly string[] = [...MODULE_NAMES, UPKEEP];
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new UsageError(`${file}: there is no module ${strange}; there are ${known.join(', ')}`);
  }
  return given;
}

/** Puts secrets in the place of references to them, and whole paths in the place of relative ones. */
function lookUp(value: unknown, path: string, at: { file: string; env: Environment }): unknown {
  if (Array.isArray(value)) return value.map((each, index) => lookUp(each, `${path}.${index}`, at));
  if (!isObject(value)) return value;
  const [[key, reference] = [], ...more] = Object.entries(value);
  if (key?.startsWith('$') !== true) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        // An empty one stays as it is, for the schema to refuse.
        PATH_NAME.test(name) && typeof each === 'string' && each !== ''
          ? fromFile(at.file, each)
          : lookUp(each, `${path}.${name}`, at),
      ]),
    );
  }
  if ((key !== '$env' && key !== '$file') || typeof reference !== 'string' || more.length > 0) {
    throw new UsageError(`${at.file}: ${path} wants { "$env": "NAME" } or { "$file": "PATH" }`);
  }
  if (key === '$file') return secretOf(fromFile(at.file, reference), `${at.file}: ${path}`);
  const secret = at.env[reference];
  if (secret) return redacted(secret);
  throw new UsageError(`${at.file}: ${path} wants the environment variable ${reference}, which is not set`);
}

function fromFile(settingsFile: string, path: string): string {
  return resolve(dirname(settingsFile), path);
}

function secretOf(path: string, where: string): Redacted<string> {
  const text = readText(path, where);
  if (isOpen(path)) throw new UsageError(`${where}: others may read ${path}; chmod 600 ${path}`);
  return redacted(text.replace(/\r?\n$/, ''));
}

function readText(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(`${where} cannot be read: ${path} (${code})`);
  }
}

function isOpen(path: string): boolean {
  return (statSync(path).mode & OTHERS) !== 0;
}

/** Parses what the modules of this process would be told; the ports and secrets are those of no instance. */
function parseAll(server: ServerOptions, overrides: SettingsOverrides): ReadonlyMap<string, unknown> {
  const instance = { secretFor: () => redacted('0'.repeat(64)) };
  const { byModule } = settingsFor({ server, instance, ports: blockAt(server.port), overrides });
  const upkeep = { name: UPKEEP, config: upkeepConfig };
  const modules = [...server.modules.map((name) => registry[name]), upkeep];
  try {
    return readSettings({ modules, settings: byModule });
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(error.problems, server.settingsFile);
    throw error;
  }
}

/** Where a secret was written out: what is a text in the file and a secret once it is parsed. */
function inlineSecrets(written: unknown, parsed: unknown, path: string): string[] {
  if (parsed instanceof Redacted) return typeof written === 'string' ? [path] : [];
  if (!isObject(written) && !Array.isArray(written)) return [];
  if (typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(written).flatMap(([name, each]) =>
    inlineSecrets(each, (parsed as Given)[name], `${path}.${name}`),
  );
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
