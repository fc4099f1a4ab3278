import { OTHER_WAYS } from '@tpmall/wire';
import type { Route } from '../pipeline/route.ts';
import { REFUSAL_REASONS } from './refusal-reasons.ts';
import { refusedParameters } from './schema.ts';

/** Stands in the page for each of {@link OTHER_WAYS}. */
const ANOTHER_WAY = '<way>';

/** A parameter that is known and refused, in the operations that refuse it for one reason. */
interface Refused {
  readonly why: string;
  readonly parameter: string;
  readonly operations: readonly string[];
}

/** Parameters that stand in one, and that the same operations refuse for one reason. */
interface Row {
  readonly why: string;
  readonly operations: string;
  /** `payment_method_options.card.`, or nothing. */
  readonly place: string;
  readonly names: string[];
}

/**
 * What clients of the payments API may know and is refused, by the routes themselves.
 *
 * @throws Error for a parameter without a reason, and for a reason that holds for none
 */
function refusedByRoutes(routes: readonly Route[]): Refused[] {
  const unused = new Set(REFUSAL_REASONS.flatMap(([, names]) => names));
  const found = new Map<string, { why: string; parameter: string; operations: string[] }>();
  for (const { operationId, schema } of routes) {
    for (const parameter of refusedParameters(schema)) {
      const reason = reasonOf(`${operationId}.${parameter}`);
      if (!reason) throw new Error(`${parameter} of ${operationId} is refused, and nobody says why`);
      unused.delete(reason.name);
      const key = `${reason.why} ${parameter}`;
      const kept = found.get(key) ?? { why: reason.why, parameter, operations: [] };
      kept.operations.push(operationId);
      found.set(key, kept);
    }
  }
  if (unused.size > 0) throw new Error(`nobody refuses ${[...unused].join(', ')}, but reasons say so`);
  return [...found.values()];
}

/** The reason with the longest name that a path ends with. */
function reasonOf(path: string): { readonly why: string; readonly name: string } | undefined {
  const plain = path.replaceAll('[]', '');
  let best: { readonly why: string; readonly name: string } | undefined;
  for (const [why, names] of REFUSAL_REASONS) {
    for (const name of names) {
      if (plain.endsWith(`.${name}`) || plain === name) {
        if (name.length > (best?.name.length ?? 0)) best = { why, name };
      }
    }
  }
  return best;
}

function rowsOf(refused: readonly Refused[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { why, parameter, operations } of refused) {
    const place = parameter.slice(0, parameter.lastIndexOf('.') + 1);
    const key = [why, operations.join(), place].join('\n');
    const row = rows.get(key) ?? { why, operations: operations.join(', '), place, names: [] };
    row.names.push(parameter.slice(place.length));
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** All ways to pay but cards by one word. */
function shortened(names: readonly string[]): readonly string[] {
  const ways: readonly string[] = OTHER_WAYS;
  if (!ways.every((way) => names.includes(way))) return names;
  return [...names.filter((name) => !ways.includes(name)), ANOTHER_WAY];
}

/** The page of the documentation. */
export function refusedMarkdown(routes: readonly Route[]): string {
  const rows = rowsOf(refusedByRoutes(routes));
  const lines = [
    '# Parameters that are refused, and why',
    '',
    'Parameters that clients of the payments API know and this server does not support answer 400',
    '`parameter_unsupported` with their name: never are they silently ignored. Made from the routes.',
    `Several that stand in one parameter are in braces; \`${ANOTHER_WAY}\` is a way to pay that is no card:`,
    `${OTHER_WAYS.join(', ')}.`,
    '',
    '| parameter | operations | why |',
    '|---|---|---|',
  ];
  for (const [why] of REFUSAL_REASONS) {
    for (const { place, names, operations } of rows.filter((row) => row.why === why)) {
      const told = shortened(names);
      const parameter = told.length === 1 ? `${place}${told.join()}` : `${place}{${told.join(', ')}}`;
      lines.push(`| \`${parameter}\` | ${operations} | ${why} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
