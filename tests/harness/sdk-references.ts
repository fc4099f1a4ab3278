import { SERVED, sdkSchemas } from './sdk-schemas.ts';

/**
 * By object, the references to others that the SDK declares: the path to each, without the places of arrays
 * and with the `data` of lists, and the kinds of objects that may stand there.
 */
export type DeclaredReferences = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Node {
  readonly $ref?: string;
  readonly anyOf?: readonly (Node | boolean)[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node | boolean>>;
  readonly items?: Node | boolean;
}

const PREFIX = '#/definitions/';

/**
 * Reads the SDK's types. A reference is a property that holds an id or the object itself, and the `data` of
 * a list of objects; what always is the object itself is none.
 */
export function declaredReferences(): DeclaredReferences {
  const { definitions } = sdkSchemas({}) as { definitions: Readonly<Record<string, Node | boolean>> };
  const found: Record<string, Record<string, readonly string[]>> = {};
  const bodyOf = (name: string): Node => {
    const body = definitions[name];
    return typeof body === 'object' ? body : {};
  };

  const visit = (
    node: Node | boolean,
    path: readonly string[],
    into: Record<string, readonly string[]>,
    seen: readonly string[],
  ): void => {
    if (typeof node === 'boolean') return;
    const members = (node.anyOf ?? [node]).filter((member) => typeof member === 'object');
    const referred = members.flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref.slice(PREFIX.length)]));
    const kinds = referred.filter((name) => name in SERVED).map((name) => name.replace(', deleted', ''));
    if (kinds.length > 0) {
      if (members.some(({ type }) => type === 'string')) into[path.join('.')] = [...new Set(kinds)];
      return;
    }
    for (const name of referred) {
      if (!seen.includes(name)) visit(bodyOf(name), path, into, [...seen, name]);
    }
    for (const member of members) {
      if (member.items !== undefined) visit(listed(member.items), path, into, seen);
      for (const [property, value] of Object.entries(member.properties ?? {})) {
        visit(value, [...path, property], into, seen);
      }
    }
  };
  /** What a list holds is shown only where it is asked for, as an object behind an id is. */
  const listed = (items: Node | boolean): Node | boolean => {
    if (typeof items === 'boolean' || items.$ref === undefined) return items;
    return { anyOf: [items, { type: 'string' }] };
  };
  for (const name of Object.keys(SERVED)) {
    const into: Record<string, readonly string[]> = {};
    visit(bodyOf(name), [], into, [name]);
    found[name] = into;
  }
  return found;
}
