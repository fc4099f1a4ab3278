import type { Plate, PlateKind } from '@tpmall/mall/contract';
import { type Encoded, encode } from '@tpmall/platform/pages';
import { type Chance, chanceOf, f, face, ground, rod, turn } from './plate-shapes.ts';

/** Drawings change with this: their addresses are kept for ever. */
const EDITION = 2;

/**
 * Ink, tints and paper by day and by night: those of the pages (`tokens.css`), which no image can see. A
 * large drawing has more room between its lines, not thicker ones.
 */
const STYLE = `.o{stroke:#13202a;stroke-width:1.5;stroke-linejoin:round}
.s,.g,.l,.lip,.r{fill:none;stroke:#13202a}
.s{stroke-width:.75;opacity:.72}.g{stroke-width:.75;opacity:.45}.lip{stroke-width:.6;opacity:.35}
.t1{fill:#bfd3c6}.t2{fill:#dfcdb0}.t3{fill:#d8b9a8}.t4{fill:#b9c7d6}.t5{fill:#d6d8d2}
.p{fill:#fbfcfa}.h{fill:#2c3a43}
.r.t1{stroke:#bfd3c6;fill:none}.r.t2{stroke:#dfcdb0;fill:none}.r.t3{stroke:#d8b9a8;fill:none}
.r.t4{stroke:#b9c7d6;fill:none}.r.t5{stroke:#d6d8d2;fill:none}.k{fill:#13202a}
@media (min-width:400px){.o,.s,.g,.l,.lip{vector-effect:non-scaling-stroke}}
@media (prefers-color-scheme:dark){.o,.s,.g,.l,.lip,.r{stroke:#e8eeea}.t1{fill:#35524a}.t2{fill:#54472f}
.t3{fill:#573e34}.t4{fill:#34475a}.t5{fill:#3a4546}.p{fill:#131c1f}.h{fill:#060a0b}.k{fill:#e8eeea}
.r.t1{stroke:#35524a}.r.t2{stroke:#54472f}.r.t3{stroke:#573e34}.r.t4{stroke:#34475a}.r.t5{stroke:#3a4546}}`;

/** Where a drawing is served. */
export function plateUrl({ kind, seed }: Plate): string {
  return `/plates/${EDITION}/${kind}/${encodeURIComponent(seed)}.svg`;
}

/** Drawings that are kept: more than a mall of one page of every aisle shows. */
const DRAWN_MAX = 500;
const drawn = new Map<string, Encoded>();

/** A drawing as it is sent; the last ones are kept, because each browser asks for the same. */
export function plateFile(kind: PlateKind, seed: string): Encoded {
  const key = `${kind} ${seed}`;
  const known = drawn.get(key);
  if (known) return known;
  const made = encode(drawPlate(kind, seed), false);
  drawn.set(key, made);
  const oldest = drawn.keys().next().value;
  if (drawn.size > DRAWN_MAX && oldest !== undefined) drawn.delete(oldest);
  return made;
}

/** A drawing. */
function drawPlate(kind: PlateKind, seed: string): string {
  const chance = chanceOf(seed);
  const tint = `t${1 + Math.floor(chance.next() * 5)}`;
  const drawing = KINDS[kind](chance, tint);
  const root = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="20 32 280 280">';
  return `${root}<style>${STYLE}</style>${drawing}</svg>`;
}

type Draw = (chance: Chance, tint: string) => string;

const vase: Draw = (c, fill) => {
  const [belly, neck] = [c.between(54, 76), c.between(14, 24)];
  const knots = [
    [62, neck + c.between(4, 14)],
    [84, neck],
    [120, neck + 8],
    [178, belly],
    [262, c.between(26, 36)],
  ] as const;
  return ground(262, 100) + turn(c, knots, { fill, open: true, band: c.next() < 0.5 ? 0.3 : 0 });
};

const bud: Draw = (c) => {
  const stem =
    'M160 150C150 96 176 78 168 44M166 84c14-4 20-14 22-24-14 0-22 10-22 24' +
    'M164 62c-12-2-18-10-20-20 12 0 19 8 20 20';
  const knots = [
    [140, 15],
    [158, 12],
    [178, 22],
    [212, c.between(46, 54)],
    [250, 30],
  ] as const;
  return `${ground(250, 76)}<path d="${stem}" class="o t1"/>${turn(c, knots, { fill: 't3', open: true })}`;
};

const bowl: Draw = (c, fill) => {
  const w = c.between(82, 96);
  const knots = [
    [140, w],
    [170, w * 0.93],
    [205, w * 0.66],
    [224, 34],
    [236, 32],
  ] as const;
  return ground(236, 100) + turn(c, knots, { fill, open: true, band: 0.12 });
};

const cup: Draw = (c, fill) => {
  const knots = [
    [122, 60],
    [160, 60],
    [212, 54],
    [232, 40],
    [240, 38],
  ] as const;
  const handle = rod('M212 150c44-8 52 52-4 54', 9, fill);
  return ground(240, 84) + handle + turn(c, knots, { fill, open: true, band: c.between(0.15, 0.7) });
};

const jar: Draw = (c, fill) =>
  ground(258, 92) +
  turn(
    c,
    [
      [122, 50],
      [150, 70],
      [214, 70],
      [258, 50],
    ],
    { fill },
  ) +
  turn(
    c,
    [
      [104, 46],
      [122, 52],
    ],
    { fill, straight: true, hatch: 4 },
  ) +
  turn(
    c,
    [
      [86, 7],
      [94, 11],
      [103, 6],
    ],
    { fill, hatch: 3 },
  );

const pot: Draw = (c, fill) =>
  ground(240, 108) +
  rod('M108 190C70 186 74 150 49 137', 17, fill) +
  '<path d="M110 152C102 52 218 52 210 152" class="r" stroke-width="6"/>' +
  turn(
    c,
    [
      [138, 42],
      [158, 66],
      [196, 74],
      [230, 52],
      [240, 44],
    ],
    { fill },
  ) +
  turn(
    c,
    [
      [124, 26],
      [138, 42],
    ],
    { fill, hatch: 4 },
  ) +
  turn(
    c,
    [
      [108, 8],
      [116, 11],
      [124, 6],
    ],
    { fill, hatch: 3 },
  );

const lamp: Draw = (c, fill) =>
  ground(272, 84) +
  turn(
    c,
    [
      [258, 14],
      [264, 42],
      [272, 46],
    ],
    { fill, hatch: 4 },
  ) +
  turn(
    c,
    [
      [150, 4],
      [258, 4],
    ],
    { fill: 'h', straight: true },
  ) +
  turn(
    c,
    [
      [66, c.between(24, 44)],
      [154, c.between(74, 88)],
    ],
    { fill: 't2', straight: true, hatch: 6 },
  );

const bottle: Draw = (c, fill) =>
  ground(272, 70) +
  turn(
    c,
    [
      [74, 13],
      [112, 14],
      [136, 22],
      [158, 44],
      [200, 46],
      [272, 44],
    ],
    { fill, band: 0.55 },
  ) +
  turn(
    c,
    [
      [58, 15],
      [76, 15],
    ],
    { fill: 'h', straight: true, hatch: 4 },
  );

const candle: Draw = (c, fill) =>
  `${ground(252, 74)}<path d="M160 122v-22c-3-6 2-10 1-16" class="r" stroke-width="1.6"/>${turn(
    c,
    [
      [122, 56],
      [252, 56],
    ],
    { fill, straight: true, hatch: 6, band: 0.34 },
  )}`;

const book: Draw = (c, fill) => {
  const [w, h, d] = [c.between(84, 98), c.between(116, 136), 20];
  const [x, y, up] = [160 - w / 2 - 8, 108, 108 - 12];
  let pages = '';
  for (let at = 4; at < h; at += 4) pages += `M${f(x + w)} ${y + at}l${d} -12`;
  const label = [
    [x + 28, y + 24],
    [x + w - 16, y + 24],
    [x + w - 16, y + 56],
    [x + 28, y + 56],
  ] as const;
  const lines = `M${x + 12} ${y}v${h}M${x + 35} ${y + 36}H${x + w - 23}M${x + 35} ${y + 44}H${x + w - 36}`;
  return (
    ground(Math.round(y + h), 96) +
    face(
      [
        [x, y],
        [x + d, up],
        [x + w + d, up],
        [x + w, y],
      ],
      'p',
    ) +
    face(
      [
        [x + w, y],
        [x + w + d, up],
        [x + w + d, up + h],
        [x + w, y + h],
      ],
      'p',
    ) +
    `<path d="${pages}" class="s"/>` +
    face(
      [
        [x, y],
        [x + w, y],
        [x + w, y + h],
        [x, y + h],
      ],
      fill,
    ) +
    face(label, 'p') +
    `<path d="${lines}" class="l"/>`
  );
};

const cloth: Draw = (c) => {
  const tints = [1, 2, 3, 4, 5];
  let drawing = ground(246, 104);
  for (let fold = 0, y = 216; fold < 3; fold += 1, y -= 30) {
    const w = c.between(84, 92);
    const x = 160 - w;
    const [tint = 1] = tints.splice(Math.floor(c.next() * tints.length), 1);
    const stripes = 5 + Math.floor(c.next() * 5);
    let lines = '';
    for (let n = 1; n < stripes; n += 1) {
      const at = x + 18 + ((2 * w - 30) * n) / stripes;
      lines += `M${f(at)} ${y}v30${n % 2 === 1 ? `M${f(at + 4)} ${y}v30` : ''}`;
    }
    const right = f(x + 2 * w);
    const left = f(x + 15);
    drawing += `<path d="M${left} ${y}H${right}V${y + 30}H${left}a15 15 0 0 1 0-30Z" class="o t${tint}"/>`;
    drawing += `<path d="${lines}" class="s"/><path d="M${left} ${y + 10}a5 5 0 0 0 0 10h26" class="l"/>`;
  }
  return drawing;
};

const clock: Draw = (c, fill) => {
  const [x, y, r] = [160, 164, 82];
  let ticks = '';
  for (let n = 0; n < 60; n += 1) {
    const angle = (n * Math.PI) / 30;
    const at = (length: number): string =>
      `${f(x + Math.cos(angle) * length)} ${f(y + Math.sin(angle) * length)}`;
    ticks += `M${at(r - (n % 5 === 0 ? 21 : 15))}L${at(r - 11)}`;
  }
  const hands = `M${x} ${y}l${f(c.between(-30, 30))} -34M${x} ${y}l46 ${f(c.between(-30, 20))}`;
  const ring = (radius: number, rest: string): string =>
    `<circle cx="${x}" cy="${y}" r="${radius}" ${rest}/>`;
  const dial = ring(r, `class="o ${fill}"`) + ring(r - 7, 'class="o p"');
  return `${ground(252, 96)}${dial}<path d="${ticks}" class="l"/>
<path d="${hands}" class="r" stroke-width="3" stroke-linecap="round"/>${ring(4, 'class="k"')}`;
};

const cake: Draw = (c, fill) =>
  `${ground(232, 108)}${turn(
    c,
    [
      [184, 62],
      [196, 92],
      [214, 94],
      [232, 66],
    ],
    { fill },
  )}<path d="M112 184a48 7.5 0 0 0 96 0a48 7.5 0 0 0-96 0M138 184a22 3.5 0 0 0 44 0" class="l"/>`;

const lantern: Draw = (c, fill) =>
  '<path d="M160 40v40M160 226v20M152 246l-3 32M157 246l-1 36M163 246l1 36M168 246l3 32" class="l"/>' +
  turn(
    c,
    [
      [92, 34],
      [112, 76],
      [150, c.between(92, 100)],
      [192, 76],
      [212, 34],
    ],
    { fill, hatch: 8 },
  ) +
  [80, 210]
    .map((y) =>
      turn(
        c,
        [
          [y, 28],
          [y + 14, 30],
        ],
        { fill: 'h', straight: true, hatch: 4 },
      ),
    )
    .join('');

const KINDS: Readonly<Record<PlateKind, Draw>> = {
  ...{ vase, bud, bowl, cup, jar, pot, lamp, bottle, candle, book, cloth, clock, cake, lantern },
};
