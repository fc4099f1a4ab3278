import { err, ok, type Result } from '@tpmall/kernel';

/** Parameters as they came: text in forms and query strings, any JSON value in JSON bodies. */
export interface ParameterTree {
  [name: string]: unknown;
}

/** Levels of brackets; the deepest parameter of this API has five. */
export const MAX_DEPTH = 8;
/** Parameters of one request; `metadata` alone may hold 50. */
export const MAX_PARAMETERS = 1_000;
/** Length of one parameter's name, brackets included. */
const MAX_NAME_LENGTH = 500;
/** Names that JavaScript would read as an object's machinery. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** Why parameters could not be read at all. */
export type MalformedCode = 'parameters_malformed';

/**
 * Reads `application/x-www-form-urlencoded` text with brackets, as the official client libraries write it:
 * `expand[0]=…`, `expand[]=…`, `metadata[k]=…`, `transfer_data[destination]=…`. Everything stays text, and
 * arrays stay objects with numbers as keys: only the schema of a parameter knows what it is.
 *
 * @returns the tree, of objects without a prototype; a refusal names the parameter at fault
 */
export function parseForm(text: string): Result<ParameterTree, MalformedCode> {
  const root = emptyTree();
  if (text === '') return ok(root);
  const pairs = text.split('&', MAX_PARAMETERS + 1);
  if (pairs.length > MAX_PARAMETERS) return malformed(`more than ${MAX_PARAMETERS} parameters`);
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = unescapeText(equals < 0 ? pair : pair.slice(0, equals));
    const value = unescapeText(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return malformed('the percent-encoding is broken');
    const placed = place(root, name, value);
    if (!placed.ok) return placed;
  }
  return ok(root);
}

/**
 * Reads a JSON body, which must be an object (or, where `arrays` says so, an array under the name it gives).
 */
export function parseJson(text: string, bareArrayAs?: string): Result<ParameterTree, MalformedCode> {
  if (text.trim() === '') return ok(emptyTree());
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return malformed(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (Array.isArray(value) && bareArrayAs !== undefined) return ok({ [bareArrayAs]: value });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return malformed('the body must be a JSON object');
  }
  return ok(value as ParameterTree);
}

/**
 * Refuses JSON that is deeper or wider than any parameter of this API, or that names an object's machinery.
 */
export function boundTree(tree: ParameterTree): Result<ParameterTree, MalformedCode> {
  let count = 0;
  const walk = (value: unknown, depth: number): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth > MAX_DEPTH) return `parameters are nested deeper than ${MAX_DEPTH}`;
    for (const [key, item] of Object.entries(value)) {
      count += 1;
      if (count > MAX_PARAMETERS) return `more than ${MAX_PARAMETERS} parameters`;
      if (RESERVED.has(key)) return `${key} is not a name that a parameter can have`;
      const problem = walk(item, depth + 1);
      if (problem) return problem;
    }
    return undefined;
  };
  const problem = walk(tree, 0);
  return problem ? malformed(problem) : ok(tree);
}

/** `['split', 0, 'amount']` as `split[0][amount]`, the way parameters are named in errors. */
export function parameterName(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('');
}

function place(root: ParameterTree, name: string, value: string): Result<ParameterTree, MalformedCode> {
  const path = name.length > MAX_NAME_LENGTH ? undefined : splitName(name);
  const shown = name.slice(0, 80);
  if (!path) return malformed('the brackets of this parameter are broken', shown);
  if (path.length > MAX_DEPTH) return malformed(`parameters are nested deeper than ${MAX_DEPTH}`, shown);
  let parent = root;
  for (const [index, part] of path.entries()) {
    if (RESERVED.has(part)) return malformed(`${part} is not a name that a parameter can have`, shown);
    const isLast = index === path.length - 1;
    if (part === '' && !isLast) return malformed('[] may only end a name; number the items instead', shown);
    const key = part === '' ? String(Object.keys(parent).length) : part;
    const existing = parent[key];
    if (isLast) {
      if (existing !== undefined) return malformed('this parameter is given twice', shown);
      parent[key] = value;
    } else {
      if (typeof existing === 'string') return malformed('this parameter is given twice', shown);
      const child = (existing as ParameterTree | undefined) ?? emptyTree();
      parent[key] = child;
      parent = child;
    }
  }
  return ok(root);
}

function splitName(name: string): string[] | undefined {
  const open = name.indexOf('[');
  const head = open < 0 ? name : name.slice(0, open);
  if (head === '' || head.includes(']')) return undefined;
  if (open < 0) return [head];
  const path = [head];
  let at = open;
  while (at < name.length) {
    const close = name.indexOf(']', at);
    if (name[at] !== '[' || close < 0) return undefined;
    const part = name.slice(at + 1, close);
    if (part.includes('[')) return undefined;
    path.push(part);
    at = close + 1;
  }
  return path;
}

function unescapeText(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function emptyTree(): ParameterTree {
  return Object.create(null) as ParameterTree;
}

function malformed(message: string, field?: string): Result<never, MalformedCode> {
  return err('parameters_malformed', message, field === undefined ? {} : { field });
}
