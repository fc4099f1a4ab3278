import { choiceOf, type DemoGoods } from './demo-goods.ts';

/** Twenty things of the pottery Kiln & Reed. */
export const kilnAndReed: readonly DemoGoods[] = [
  {
    ...{
      id: 'ash-glaze-vase',
      seed: 'ash-glaze-vase-4',
      category: 'ceramics',
      kind: 'vase',
      price: [62000, 8800],
    },
    name: ['Ash-glaze vase, tall', '灰釉长颈瓶'],
    summary: [
      'Thrown in one piece and fired for thirty hours in a pine kiln.',
      '整坯拉制，松柴窑烧三十小时。',
    ],
    description: [
      'The grey runs where the ash fell, so no two are alike. 31 cm high, 1.4 kg; holds water unlined.',
      '釉色随落灰流淌，件件不同。高 31 厘米，重 1.4 千克，可直接盛水。',
    ],
    choice: choiceOf(
      'glaze',
      ['Glaze', '釉色'],
      [
        ['ash', 'Ash grey', '灰釉', 4],
        ['celadon', 'Celadon', '青釉', 6],
        ['iron', 'Iron red', '铁红', 0],
      ],
    ),
  },
  {
    ...{
      id: 'celadon-tea-bowl',
      seed: 'celadon-tea-bowl-2',
      category: 'ceramics',
      kind: 'bowl',
      price: [16800, 2400],
    },
    name: ['Celadon tea bowl', '青瓷茶碗'],
    summary: [
      'A wide bowl whose foot is left bare, so that it warms the hand slowly.',
      '碗口宽敞，圈足露胎，入手慢慢回温。',
    ],
    description: [
      'Celadon over a pale body, three coats. 12 cm across, 180 ml.',
      '浅色胎，青釉三遍。口径 12 厘米，容量 180 毫升。',
    ],
    stock: 40,
  },
  {
    ...{ id: 'lidded-tea-jar', category: 'ceramics', kind: 'jar', price: [21200, 3000] },
    name: ['Lidded tea jar', '带盖茶叶罐'],
    summary: [
      'The lid is ground into its seat, so the tea inside keeps its smell.',
      '盖口手工磨合，存茶不失香。',
    ],
    description: [
      'Stoneware, glazed inside and out. Holds 150 g of rolled leaves.',
      '炻器，内外施釉，可存条形茶 150 克。',
    ],
    choice: choiceOf(
      'size',
      ['Size', '尺寸'],
      [
        ['s', '150 g', '150 克', 18],
        ['l', '300 g', '300 克', 9, [28800, 4100]],
      ],
    ),
  },
  {
    ...{ id: 'morning-cup', category: 'ceramics', kind: 'cup', price: [9600, 1400] },
    name: ['Morning cup', '晨杯'],
    summary: [
      'A cup with a handle for three fingers and a rim thin enough for tea.',
      '三指可握的杯柄，杯沿薄，宜茶。',
    ],
    description: [
      'Dishwasher safe. 260 ml; the band is drawn with a brush and differs a little each time.',
      '可用洗碗机。容量 260 毫升；腰线手绘，略有差异。',
    ],
    choice: choiceOf(
      'glaze',
      ['Glaze', '釉色'],
      [
        ['iron', 'Iron red', '铁红', 24],
        ['celadon', 'Celadon', '青釉', 31],
        ['white', 'Rice white', '米白', 12],
      ],
    ),
  },
  {
    ...{ id: 'bud-vase', category: 'ceramics', kind: 'bud', price: [13800, 1900] },
    name: ['Bud vase, iron red', '铁红花插'],
    summary: [
      'For a single stem: its neck holds a twig upright without wire.',
      '只插一枝，瓶颈可使枝条自立。',
    ],
    description: [
      'Iron glaze that turns from rust to black towards the foot. 14 cm high.',
      '铁釉自上而下由锈红转黑。高 14 厘米。',
    ],
    stock: 22,
  },
  {
    ...{ id: 'noodle-bowl', seed: 'noodle-bowl-1', category: 'ceramics', kind: 'bowl', price: [14800, 2100] },
    name: ['Noodle bowl, deep', '深口面碗'],
    summary: ['Deep enough for soup, light enough to lift with one hand.', '盛汤够深，单手可端。'],
    description: [
      'Double-walled foot, so the table stays cool. 18 cm across, 900 ml.',
      '双层圈足，不烫桌面。口径 18 厘米，容量 900 毫升。',
    ],
    stock: 30,
  },
  {
    ...{ id: 'rice-bowl-set', category: 'ceramics', kind: 'bowl', price: [22800, 3200] },
    name: ['Rice bowls, set of four', '饭碗，四只装'],
    summary: [
      'Four bowls from one batch of clay, each glazed a shade apart.',
      '同一批泥料四只碗，釉色依次渐深。',
    ],
    description: [
      'They stack within 12 cm. 11 cm across, 220 ml each.',
      '可叠放，总高 12 厘米。口径 11 厘米，每只 220 毫升。',
    ],
    stock: 16,
  },
  {
    ...{ id: 'gourd-vase', seed: 'gourd-vase-4', category: 'ceramics', kind: 'vase', price: [48800, 6900] },
    name: ['Double-gourd vase', '葫芦瓶'],
    summary: [
      'Two bellies thrown apart and joined while the clay is leather-hard.',
      '上下两截分别拉坯，半干时接合。',
    ],
    description: ['The seam is left to be felt on the inside. 26 cm high.', '接缝在内壁可触。高 26 厘米。'],
    stock: 7,
  },
  {
    ...{
      id: 'side-handle-pot',
      seed: 'side-handle-pot-2',
      category: 'ceramics',
      kind: 'pot',
      price: [45800, 6500],
    },
    name: ['Side-pour teapot', '侧把茶壶'],
    summary: ['Pours to the last drop without a drip, and the lid stays on.', '断水利落，倾倒不落盖。'],
    description: [
      'Nine holes behind the spout hold back the leaves. 350 ml, unglazed inside.',
      '出水九孔滤茶。容量 350 毫升，内壁不施釉。',
    ],
    stock: 11,
  },
  {
    ...{ id: 'gongfu-cups', category: 'ceramics', kind: 'cup', price: [18800, 2700] },
    name: ['Small cups, set of six', '品茗杯，六只装'],
    summary: ['Forty millilitres each: the third sip is the last.', '每只四十毫升，三口一杯。'],
    description: [
      'White inside, to see the colour of the tea. Packed in a box of paulownia wood.',
      '内壁洁白，便于观汤色。桐木盒装。',
    ],
    stock: 28,
  },
  {
    ...{ id: 'ink-brush-washer', category: 'ceramics', kind: 'bowl', price: [12600, 1800] },
    name: ['Brush washer', '笔洗'],
    summary: ['A shallow bowl with a rest for two brushes on its rim.', '浅腹，口沿可搁两支笔。'],
    description: [
      'Crackle glaze that takes on ink over the years. 15 cm across.',
      '开片釉，久用渐渐吃墨。口径 15 厘米。',
    ],
    stock: 14,
  },
  {
    ...{ id: 'tall-bottle', category: 'ceramics', kind: 'bottle', price: [26800, 3800] },
    name: ['Rice-wine bottle', '酒瓶'],
    summary: ['A stoneware bottle that keeps wine warm in a bowl of hot water.', '炻器酒瓶，可隔水温酒。'],
    description: ['Narrow neck, stopper of cork. 500 ml.', '细颈，软木塞。容量 500 毫升。'],
    choice: choiceOf(
      'glaze',
      ['Glaze', '釉色'],
      [
        ['black', 'Tenmoku black', '天目黑', 9],
        ['ash', 'Ash grey', '灰釉', 5],
      ],
    ),
  },
  {
    ...{ id: 'incense-candle-holder', category: 'ceramics', kind: 'candle', price: [8800, 1300] },
    name: ['Low candle holder', '矮烛台'],
    summary: ['Catches what drips, and lifts out to be washed.', '接住烛泪，取下可洗。'],
    description: ['For candles of up to 6 cm. Stoneware, matt.', '适用直径 6 厘米以内蜡烛。炻器，哑光。'],
    stock: 33,
  },
  {
    ...{ id: 'pickle-crock', category: 'kitchen', kind: 'jar', price: [32800, 4700] },
    name: ['Pickle crock, water seal', '泡菜坛'],
    summary: ['A rim of water lets the gas out and no air in.', '坛沿水封，出气不进气。'],
    description: [
      'Three litres. The weight that keeps vegetables down is part of it.',
      '容量三升，附压菜石。',
    ],
    stock: 10,
  },
  {
    ...{ id: 'mortar', category: 'kitchen', kind: 'bowl', price: [17600, 2500] },
    name: ['Grooved mortar', '擂钵'],
    summary: [
      'Ridges are combed into the bare clay, and the pestle is of pear wood.',
      '内壁露胎刻槽，配梨木杵。',
    ],
    description: [
      'For sesame, pepper and pastes. 17 cm across; rests on a ring of cork.',
      '研芝麻、花椒、酱料。口径 17 厘米，附软木垫圈。',
    ],
    stock: 19,
  },
  {
    ...{ id: 'oil-bottle', category: 'kitchen', kind: 'bottle', price: [11800, 1700] },
    name: ['Oil bottle', '油壶'],
    summary: ['The lip turns back, so the last drop returns into the bottle.', '壶嘴回卷，末滴回流。'],
    description: ['Glazed inside. 300 ml, with a lid on a chain.', '内壁施釉。容量 300 毫升，带链盖。'],
    stock: 26,
  },
  {
    ...{ id: 'flower-bowl', category: 'ceramics', kind: 'bowl', price: [36800, 5200] },
    name: ['Flower bowl with pin holder', '花盆，附剑山'],
    summary: [
      'A wide, low bowl; the brass pin holder sits in a hollow of its floor.',
      '宽而浅，盆底凹处嵌黄铜剑山。',
    ],
    description: [
      'For branches up to 60 cm. 28 cm across, 2.1 kg.',
      '可插 60 厘米以内枝条。口径 28 厘米，重 2.1 千克。',
    ],
    stock: 6,
  },
  {
    ...{ id: 'sake-cups', category: 'ceramics', kind: 'cup', price: [7800, 1100] },
    name: ['Wine cup', '酒盅'],
    summary: ['Small, round and heavy for its size.', '小而圆，分量足。'],
    description: [
      '60 ml. Sold one by one, because everybody has a favourite glaze.',
      '60 毫升，单只出售，各选所爱釉色。',
    ],
    choice: choiceOf(
      'glaze',
      ['Glaze', '釉色'],
      [
        ['ash', 'Ash grey', '灰釉', 40],
        ['celadon', 'Celadon', '青釉', 38],
        ['black', 'Tenmoku black', '天目黑', 21],
      ],
    ),
  },
  {
    ...{ id: 'kiln-second-vase', category: 'ceramics', kind: 'vase', price: [19800, 2800] },
    name: ['Vase, kiln second', '窑变花瓶（次品）'],
    summary: [
      'A mark from the kiln shelf on the foot; otherwise as it should be.',
      '底足有窑具痕，其余完好。',
    ],
    description: [
      'We sell them for less rather than breaking them. 20 to 24 cm, each different.',
      '不砸而减价出售。高 20 至 24 厘米，各不相同。',
    ],
    stock: 5,
  },
  {
    ...{ id: 'glaze-tiles', category: 'ceramics', kind: 'book', price: [5800, 800] },
    name: ['Glaze samples, twelve tiles', '釉色样片，十二枚'],
    summary: [
      'Every glaze of the workshop on a small tile, with its name on the back.',
      '作坊全部釉色，一片一色，背书其名。',
    ],
    description: [
      'In a folder of grey board. The price is taken off your first vase: write to us.',
      '灰纸板夹装。首次购瓶可抵扣，请来信。',
    ],
    stock: 50,
  },
];
