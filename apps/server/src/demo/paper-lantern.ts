import { choiceOf, type DemoGoods } from './demo-goods.ts';

/** Twenty things of the workshop Paper Lantern Co. */
export const paperLantern: readonly DemoGoods[] = [
  {
    ...{ id: 'reading-lamp', category: 'lighting', kind: 'lamp', price: [128000, 18200] },
    name: ['Folding-shade reading lamp', '折叠灯罩阅读灯'],
    summary: ['A shade of mulberry paper, folded by hand into forty pleats.', '桑皮纸灯罩，手工折四十褶。'],
    description: [
      'The arm turns, the foot is of cast iron. 48 cm high, with a warm white lamp of 6 W.',
      '灯臂可转，铸铁底座。高 48 厘米，附 6 瓦暖白光源。',
    ],
    choice: choiceOf(
      'light',
      ['Light', '光色'],
      [
        ['warm', 'Warm white', '暖白', 8],
        ['neutral', 'Neutral white', '中性白', 5],
      ],
    ),
  },
  {
    ...{ id: 'paper-lantern-round', category: 'lighting', kind: 'lantern', price: [28600, 4100] },
    name: ['Round lantern', '圆灯笼'],
    summary: [
      'Bamboo ribs bent over steam, and paper pasted on in twelve leaves.',
      '竹篾蒸弯，十二片纸糊成。',
    ],
    description: [
      'Folds flat. With a cable of three metres and a holder for any lamp up to 10 W.',
      '可折平。附三米线与灯座，适用 10 瓦以内光源。',
    ],
    choice: choiceOf(
      'size',
      ['Size', '尺寸'],
      [
        ['30', '30 cm', '30 厘米', 20],
        ['45', '45 cm', '45 厘米', 14, [38600, 5500]],
        ['60', '60 cm', '60 厘米', 3, [52600, 7500]],
      ],
    ),
  },
  {
    ...{ id: 'desk-lamp-brass', category: 'lighting', kind: 'lamp', price: [86000, 12200] },
    name: ['Brass desk lamp', '黄铜台灯'],
    summary: [
      'Turned brass that is not lacquered: it darkens where it is touched.',
      '车制黄铜不上漆，触处渐深。',
    ],
    description: [
      'The shade is of linen. 39 cm high; the switch is on the cable.',
      '亚麻灯罩。高 39 厘米，线上开关。',
    ],
    stock: 9,
  },
  {
    ...{ id: 'candle-lantern', category: 'lighting', kind: 'candle', price: [16600, 2400] },
    name: ['Candle lantern', '烛灯'],
    summary: ['A cylinder of oiled paper around a candle of beeswax.', '油纸筒罩蜂蜡烛。'],
    description: ['The candle burns for thirty hours and is sold with it.', '附蜂蜡烛一支，可燃三十小时。'],
    stock: 18,
  },
  {
    ...{ id: 'night-light', category: 'lighting', kind: 'lamp', price: [22800, 3200] },
    name: ['Night light', '小夜灯'],
    summary: ['As bright as a full moon on a white wall, and no brighter.', '亮度如月照白墙，仅此而已。'],
    description: [
      'Charged by cable, eight hours a night for a week. 14 cm high.',
      '充电式，每夜八小时可用一周。高 14 厘米。',
    ],
    stock: 27,
  },
  {
    ...{
      id: 'ledger-notebook',
      seed: 'ledger-notebook-3',
      category: 'paper',
      kind: 'book',
      price: [6600, 900],
    },
    name: ['Ledger notebook, ruled', '横线账簿'],
    summary: ['Columns for what came in, what went out and what is left.', '分列收入、支出与结余。'],
    description: [
      '192 pages sewn in sixteens, so it lies flat on every one. Paper of 90 g that takes a fountain pen.',
      '192 页锁线装订，页页摊平。90 克纸，可用钢笔。',
    ],
    choice: choiceOf(
      'cover',
      ['Cover', '封面'],
      [
        ['blue', 'Ink blue', '墨蓝', 60],
        ['red', 'Brick red', '砖红', 44],
        ['green', 'Verdigris', '铜绿', 12],
      ],
    ),
  },
  {
    ...{ id: 'letter-paper', category: 'paper', kind: 'book', price: [8800, 1300] },
    name: ['Letter paper, fifty sheets', '信笺，五十张'],
    summary: [
      'Laid paper with a red margin rule, and envelopes to go with it.',
      '帘纹纸，朱丝栏边，附信封。',
    ],
    description: ['A5, 100 g, with twenty-five lined envelopes.', 'A5，100 克，附衬里信封二十五枚。'],
    stock: 35,
  },
  {
    ...{ id: 'ink-stick', category: 'paper', kind: 'bottle', price: [14800, 2100] },
    name: ['Pine-soot ink', '松烟墨'],
    summary: [
      'Soot of pine roots, bound with hide glue and left to dry for two years.',
      '松根取烟，牛皮胶和制，阴干两年。',
    ],
    description: ['Grinds to a cool, slightly blue black. 40 g.', '研出墨色清冷微青。重 40 克。'],
    stock: 21,
  },
  {
    ...{ id: 'brush-set', category: 'paper', kind: 'bottle', price: [23800, 3400] },
    name: ['Writing brushes, three', '毛笔，三支'],
    summary: [
      'Weasel, goat and a mixture of the two: one for lines, one for washes, one for most days.',
      '狼毫、羊毫、兼毫各一，勾线、渲染、日常皆备。',
    ],
    description: ['Handles of bamboo, in a roll of linen.', '竹杆，亚麻笔卷装。'],
    stock: 17,
  },
  {
    ...{ id: 'rice-paper', category: 'paper', kind: 'cloth', price: [11600, 1700] },
    name: ['Xuan paper, thirty sheets', '宣纸，三十张'],
    summary: [
      'Unsized paper that drinks ink at once and shows every hesitation.',
      '生宣，落墨即渗，顿挫尽现。',
    ],
    description: [
      'Half sheets, 69 × 69 cm, folded twice and rolled for the post.',
      '四尺斗方 69 × 69 厘米，卷装邮寄。',
    ],
    stock: 24,
  },
  {
    ...{ id: 'seal-kit', category: 'paper', kind: 'candle', price: [19600, 2800] },
    name: ['Seal-carving kit', '篆刻套装'],
    summary: [
      'Two soft stones, a knife, red paste and a sheet that explains the rest.',
      '软石两方、刻刀、印泥，附说明一页。',
    ],
    description: ['Enough for your name and one mistake.', '够刻一方名章，并容一次失手。'],
    stock: 13,
  },
  {
    ...{ id: 'wall-calendar', category: 'paper', kind: 'book', price: [9800, 1400] },
    name: ['Wall calendar', '挂历'],
    summary: [
      'One sheet a month: the days in one column, the moon in the other.',
      '一月一张，一列日期，一列月相。',
    ],
    description: [
      'Printed in two colours on a press from 1962. 30 × 60 cm.',
      '1962 年印机双色印制。30 × 60 厘米。',
    ],
    stock: 30,
  },
  {
    ...{ id: 'bookbinder-box', category: 'paper', kind: 'book', price: [16800, 2400] },
    name: ['Document box', '文书盒'],
    summary: ['Grey board under book cloth, with a ribbon to lift the papers out.', '灰板覆书布，附提带。'],
    description: [
      'For A4, 8 cm high. Keeps what must be kept for ten years.',
      '适用 A4，高 8 厘米。须存十年的，放这里。',
    ],
    stock: 15,
  },
  {
    ...{ id: 'station-clock', category: 'clocks', kind: 'clock', price: [89000, 12700] },
    name: ['Station wall clock', '车站挂钟'],
    summary: [
      'A dial that can be read from across a hall, and no seconds hand to hurry you.',
      '远看分明的盘面，无秒针催人。',
    ],
    description: [
      'Quartz, silent. 30 cm across, glass and powder-coated steel.',
      '石英静音机芯。直径 30 厘米，玻璃与喷塑钢壳。',
    ],
    stock: 10,
  },
  {
    ...{ id: 'mantel-clock', category: 'clocks', kind: 'clock', price: [156000, 22100] },
    name: ['Mantel clock, eight days', '座钟，八日链'],
    summary: [
      'Wound on Sundays; strikes the hour once, softly, unless you turn that off.',
      '每周日上链，整点轻敲一声，亦可关闭。',
    ],
    description: [
      'Movement from the Black Forest in a case of walnut. 21 cm.',
      '黑森林机芯，胡桃木壳。高 21 厘米。',
    ],
    stock: 4,
  },
  {
    ...{ id: 'kitchen-timer', category: 'clocks', kind: 'clock', price: [17800, 2500] },
    name: ['Kitchen timer', '厨房定时器'],
    summary: [
      'Turn it to the minute you mean; it ticks and then rings.',
      '旋到几分即几分，走时有声，到点响铃。',
    ],
    description: [
      'Mechanical, up to 60 minutes. Steel, with a magnet on its back.',
      '机械式，最长 60 分钟。钢壳，背有磁铁。',
    ],
    stock: 23,
  },
  {
    ...{ id: 'travel-alarm', category: 'clocks', kind: 'clock', price: [29800, 4200] },
    name: ['Folding alarm clock', '折叠闹钟'],
    summary: ['Closes like a book, and the hands shine in the dark.', '合上如书，指针夜光。'],
    description: [
      'Quartz. 9 cm; leather from trimmings of the bookbinder next door.',
      '石英机芯。9 厘米，皮料取自隔壁装订坊的边料。',
    ],
    stock: 12,
  },
  {
    ...{ id: 'paper-mobile', category: 'lighting', kind: 'lamp', price: [18600, 2600] },
    name: ['Paper mobile', '纸风铃'],
    summary: ['Seven leaves of paper that turn in the warm air above a lamp.', '七片纸叶，随灯上暖风转动。'],
    description: ['Cut by hand, hung on silk. 60 cm long.', '手工裁制，丝线悬挂。长 60 厘米。'],
    stock: 16,
  },
  {
    ...{ id: 'wrapping-paper', category: 'paper', kind: 'cloth', price: [5600, 800] },
    name: ['Printed paper, ten sheets', '印花纸，十张'],
    summary: ['Blocks cut in pear wood, printed by hand in two colours.', '梨木雕版，双色手印。'],
    description: ['50 × 70 cm. For books, drawers and presents.', '50 × 70 厘米。包书、衬屉、裹礼皆宜。'],
    stock: 45,
  },
  {
    ...{ id: 'fountain-ink', category: 'paper', kind: 'bottle', price: [7600, 1100] },
    name: ['Iron-gall ink', '铁胆墨水'],
    summary: ['Goes on grey and turns black within a day, for good.', '落笔灰，一日转黑，久不褪。'],
    description: [
      '50 ml. Rinse the pen once a week; the ink is meant to stay.',
      '50 毫升。每周洗笔一次，此墨不易去。',
    ],
    stock: 38,
  },
];
