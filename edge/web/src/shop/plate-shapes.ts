/*
 * Goods are drawn, not photographed: an engraving from a seed. Most things in a shop are turned on a wheel,
 * so a profile r(y) gives the outline; short arcs that follow the form, longer towards the shaded side, give
 * the hatching.
 */

/** Chance from a seed: the same seed, the same drawing. */
export interface Chance {
  /** From 0, inclusive, to 1. */
  next(): number;
  between(low: number, high: number): number;
}

/** A knot of a profile: how far down, and how wide there. */
export type Knot = readonly [y: number, radius: number];

/** How a turned form is drawn. */
interface Turning {
  readonly fill: string;
  /** Whether one looks into it. */
  readonly open?: boolean;
  /** The distance of the arcs. */
  readonly hatch?: number;
  /** Two lines around it, at this part of its height. */
  readonly band?: number;
  /** Straight between its knots. */
  readonly straight?: boolean;
}

/** Mulberry32, from a hash of the seed. */
export function chanceOf(seed: string): Chance {
  let state = 0x9e3779b9;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 2654435761);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, between: (low, high) => low + (high - low) * next() };
}

/** The axis of everything that is turned. */
const AXIS = 160;
/** How far one looks down into a rim. */
const TILT = 0.16;

/** To a tenth: less than anybody sees. */
export const f = (value: number): string => String(Math.round(value * 10) / 10);

/** How fast the radius changes at each knot: as its neighbours say, not at all at the ends. */
function slopesOf(knots: readonly Knot[]): number[] {
  return knots.map((_, index) => {
    const [before, after] = [knots[index - 1], knots[index + 1]];
    return before && after ? (after[1] - before[1]) / (after[0] - before[0]) : 0;
  });
}

/** A smooth radius through knots (cubic Hermite), or a straight one. */
function radiusOf(knots: readonly Knot[], straight: boolean): (y: number) => number {
  const at = (index: number): Knot => knots[Math.max(0, Math.min(index, knots.length - 1))] ?? [0, 0];
  const slopes = slopesOf(knots);
  return (y) => {
    let index = 0;
    while (index < knots.length - 2 && y > at(index + 1)[0]) index += 1;
    const [[y0, r0], [y1, r1]] = [at(index), at(index + 1)];
    const h = y1 - y0;
    const t = Math.min(1, Math.max(0, (y - y0) / h));
    if (straight) return r0 + (r1 - r0) * t;
    const [t2, t3] = [t * t, t * t * t];
    return (
      (2 * t3 - 3 * t2 + 1) * r0 +
      (t3 - 2 * t2 + t) * h * (slopes[index] ?? 0) +
      (3 * t2 - 2 * t3) * r1 +
      (t3 - t2) * h * (slopes[index + 1] ?? 0)
    );
  };
}

/** One side of a turned form from top to bottom, or the other one back up: the same curve, as Béziers. */
function sideOf(knots: readonly Knot[], straight: boolean, side: 1 | -1): string {
  const point = (y: number, radius: number): string => `${f(AXIS + side * radius)} ${f(y)}`;
  const slopes = slopesOf(knots);
  const pieces = knots.slice(1).map(([y1, r1], index) => {
    const [y0, r0] = knots[index] ?? [y1, r1];
    if (straight) return `L${side === 1 ? point(y1, r1) : point(y0, r0)}`;
    const third = (y1 - y0) / 3;
    const upper = point(y0 + third, r0 + third * (slopes[index] ?? 0));
    const lower = point(y1 - third, r1 - third * (slopes[index + 1] ?? 0));
    return side === 1 ? `C${upper} ${lower} ${point(y1, r1)}` : `C${lower} ${upper} ${point(y0, r0)}`;
  });
  return (side === 1 ? pieces : pieces.reverse()).join('');
}

/** A turned form. */
export function turn(chance: Chance, knots: readonly Knot[], turning: Turning): string {
  const { fill, open = false, hatch = 5, band = 0, straight = false } = turning;
  const radius = radiusOf(knots, straight);
  const [top, bottom] = [knots[0]?.[0] ?? 0, knots.at(-1)?.[0] ?? 0];
  const arc = (r: number, sweep: 0 | 1): string => `A${f(r)} ${f(r * TILT)} 0 0 ${sweep} `;
  const start = `${f(AXIS + radius(top))} ${f(top)}`;
  const foot = `${arc(radius(bottom), 1)}${f(AXIS - radius(bottom))} ${f(bottom)}`;
  const sides = [sideOf(knots, straight, 1), sideOf(knots, straight, -1)] as const;
  const outline = `M${start}${sides[0]}${foot}${sides[1]}${arc(radius(top), 1)}${start}`;
  const bands = (band === 0 ? [] : [0, 5]).map((lower) => {
    const y = top + (bottom - top) * band + lower;
    const r = radius(y);
    return `M${f(AXIS - r)} ${f(y)}${arc(r, 0)}${f(AXIS + r)} ${f(y)}`;
  });
  const r = radius(top);
  const rim = (rx: number, ry: number, y: number, rest: string): string =>
    `<ellipse cx="${AXIS}" cy="${f(y)}" rx="${f(rx)}" ry="${f(ry)}" ${rest}/>`;
  const mouth = open
    ? rim(r, r * TILT, top, 'class="o h"') +
      rim(r - 3, Math.max(0.4, r * TILT - 1.6), top + 1.5, 'class="lip"')
    : rim(r, r * TILT, top, `class="o ${fill}"`);
  const shade = hatching(chance, radius, top, bottom, hatch);
  const around = bands.length > 0 ? `<path d="${bands.join('')}" class="l"/>` : '';
  return `<path d="${outline}" class="o ${fill}"/><path d="${shade}" class="s"/>${around}${mouth}`;
}

/** Arcs on the shaded side, every other one answered by a short one on the lit side. */
function hatching(
  chance: Chance,
  radius: (y: number) => number,
  top: number,
  bottom: number,
  hatch: number,
): string {
  let lines = '';
  for (let y = top + hatch, n = 0; y < bottom; y += hatch, n += 1) {
    const r = radius(y);
    const from = [1.15, 0.8, 0.95][n % 3] ?? 1;
    const start = from + chance.between(-0.06, 0.06);
    const point = (angle: number): string =>
      `${f(AXIS + r * Math.cos(angle))} ${f(y + r * TILT * Math.sin(angle))}`;
    const to = (a: number, b: number): string => `M${point(a)}A${f(r)} ${f(r * TILT)} 0 0 0 ${point(b)}`;
    if (r > 9) lines += to(start, 0.1);
    if (r > 26 && n % 2 === 1) lines += to(Math.PI - 0.1, Math.PI - 0.42);
  }
  return lines;
}

/** The table that a thing stands on. */
export function ground(y: number, width: number): string {
  const lines = Array.from({ length: 6 }, (_, index) => {
    const [from, to] = [AXIS - width * (0.55 - index * 0.05), AXIS + width * (1.12 - index * 0.16)];
    return `M${f(from)} ${y + index * 4}H${f(to)}`;
  });
  return `<path d="${lines.join('')}" class="g"/>`;
}

/** A flat face. */
export function face(points: readonly (readonly [number, number])[], fill: string): string {
  return `<path d="M${points.map(([x, y]) => `${f(x)} ${f(y)}`).join('L')}Z" class="o ${fill}"/>`;
}

/** A bent rod: its outline, and its fill a little thinner. */
export function rod(path: string, width: number, fill: string): string {
  const stroke = (kind: string, thick: number): string =>
    `<path d="${path}" class="r ${kind}" stroke-width="${thick}"/>`;
  return stroke('', width) + stroke(fill, width - 3);
}
