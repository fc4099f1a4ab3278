import type { Charge } from '@tpmall/payments/contract';
import {
  type ExpandableObject,
  type Expansion,
  emptyPartToWire,
  expandableKind,
  isEmptyPart,
  isIncluded,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';
import { allowedExpansion } from './allowed-expansion.ts';
import { createChargeView } from './charge-view.ts';
import { createReadObjects, type Loaded } from './read-objects.ts';

/** The objects of a list, with what is expanded in them; or why not. */
type Presented = { readonly data: Loaded[] } | { readonly refused: Answer };

/** Answers with objects of the API, with what the client asked to expand in them. */
export function createPresent(environment: GatewayEnvironment) {
  const viewCharges = createChargeView(environment);
  const expand = createExpand(environment);

  /** One object. */
  const present = async (
    call: Call,
    object: Loaded,
    kind: ExpandableObject,
    paths: readonly string[] | undefined,
  ): Promise<Answer> => {
    const allowed = allowedExpansion(call, paths ?? [], kind, false);
    if ('refused' in allowed) return allowed.refused;
    const [expanded] = (await expand(call, [object], kind, allowed.expansion)) ?? [];
    return expanded ? answer(expanded) : refuse('unavailable');
  };

  /** The objects of a list. */
  const presentAll = async (
    call: Call,
    objects: readonly Loaded[],
    kind: ExpandableObject,
    paths: readonly string[] | undefined,
  ): Promise<Presented> => {
    const allowed = allowedExpansion(call, paths ?? [], kind, true);
    if ('refused' in allowed) return allowed;
    const data = await expand(call, objects, kind, allowed.expansion);
    return data ? { data: [...data] } : { refused: refuse('unavailable') };
  };

  /** One charge, as a command or a query of payments answers it. */
  const presentCharge = async (
    call: Call,
    charge: Charge,
    paths: readonly string[] | undefined,
  ): Promise<Answer> => {
    const shown = await viewCharges(call, [charge]);
    const [object] = shown.ok ? shown.value : [];
    return object ? present(call, object, 'charge', paths) : refuse('unavailable');
  };

  /** The charges of a list. */
  const presentCharges = async (
    call: Call,
    charges: readonly Charge[],
    paths: readonly string[] | undefined,
  ): Promise<Presented> => {
    const shown = await viewCharges(call, charges);
    return shown.ok ? presentAll(call, shown.value, 'charge', paths) : { refused: refuse('unavailable') };
  };

  return { present, presentAll, presentCharge, presentCharges };
}

/** See {@link createPresent}. */
export type Present = ReturnType<typeof createPresent>;

/**
 * Expands properties of objects of one kind, a level of all of them at a time, so that each property costs
 * one read. Undefined where something cannot be read now.
 */
function createExpand(environment: GatewayEnvironment) {
  const read = createReadObjects(environment);

  /** What stands in a property of each of the objects, expanded. */
  const expandProperty = async (
    call: Call,
    values: readonly unknown[],
    kind: ExpandableObject,
    deeper: Expansion,
  ): Promise<readonly unknown[] | undefined> => {
    const ids = values.flat().filter((value) => typeof value === 'string');
    const loaded = await read(call, kind, [...new Set(ids)]);
    // What was deleted since stays an id; what cannot be read now must not look as if it were gone.
    if (!loaded.ok) return undefined;
    const found = values.map((value) =>
      mapEach(value, (each) => (typeof each === 'string' ? (loaded.value.get(each) ?? each) : each)),
    );
    const children = [...new Set(found.flat().filter(isLoaded))];
    const grown = await expand(call, children, kind, deeper);
    if (!grown) return undefined;
    const grownFrom = new Map<unknown, unknown>(children.map((child, index) => [child, grown[index]]));
    return found.map((value) => mapEach(value, (each) => grownFrom.get(each) ?? each));
  };

  const expand = async (
    call: Call,
    objects: readonly Loaded[],
    kind: ExpandableObject,
    expansion: Expansion,
  ): Promise<readonly Loaded[] | undefined> => {
    const expanded: Record<string, unknown>[] = objects.map((object) => ({ ...object }));
    for (const [property, deeper] of Object.entries(expansion)) {
      const childKind = expandableKind(kind, property);
      if (!childKind) continue;
      if (isEmptyPart(childKind)) {
        for (const object of expanded) object[property] = emptyPartToWire(childKind, object);
        continue;
      }
      const values = objects.map((object) => (isIncluded(childKind) ? object.id : object[property]));
      const grown = await expandProperty(call, values, childKind, deeper);
      if (!grown) return undefined;
      for (const [index, object] of expanded.entries()) object[property] = grown[index];
    }
    return expanded;
  };
  return expand;
}

function isLoaded(value: unknown): value is Loaded {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property holds one thing, or a list of them. */
function mapEach(value: unknown, map: (each: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(map) : map(value);
}

/** Refuses what cannot or may not be expanded before anything is done; undefined where it can. */
export function checkExpand(
  call: Call,
  paths: readonly string[] | undefined,
  kind: ExpandableObject,
): Answer | undefined {
  const allowed = allowedExpansion(call, paths ?? [], kind, false);
  return 'refused' in allowed ? allowed.refused : undefined;
}
