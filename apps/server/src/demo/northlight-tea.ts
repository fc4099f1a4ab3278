import { choiceOf, type DemoGoods } from './demo-goods.ts';

/** Twenty things of the tea house Northlight Tea. */
export const northlightTea: readonly DemoGoods[] = [
  {
    ...{ id: 'keemun', category: 'tea', kind: 'jar', price: [9800, 1400] },
    name: ['Keemun black tea', '祁门红茶'],
    summary: [
      'Small, tight leaves that smell of cocoa and a little of smoke.',
      '条索紧细，有可可香，微带烟韵。',
    ],
    description: [
      'Spring harvest from Qimen, Anhui. Three minutes at 90 degrees.',
      '安徽祁门春茶。90 度水，三分钟。',
    ],
    choice: choiceOf(
      'weight',
      ['Weight', '重量'],
      [
        ['100', '100 g', '100 克', 60],
        ['250', '250 g', '250 克', 25, [22800, 3200]],
      ],
    ),
  },
  {
    ...{ id: 'longjing', seed: 'longjing-6', category: 'tea', kind: 'jar', price: [16800, 2400] },
    name: ['Longjing green tea', '龙井茶'],
    summary: ['Pan-fired by hand before the rains, flat as a blade of grass.', '雨前手炒，扁平如草。'],
    description: [
      'Chestnut and fresh beans. Two minutes at 80 degrees, and again.',
      '栗香豆香。80 度水，两分钟，可再泡。',
    ],
    choice: choiceOf(
      'weight',
      ['Weight', '重量'],
      [
        ['50', '50 g', '50 克', 30],
        ['100', '100 g', '100 克', 14, [31800, 4500]],
      ],
    ),
  },
  {
    ...{ id: 'tieguanyin', seed: 'tieguanyin-3', category: 'tea', kind: 'jar', price: [14600, 2100] },
    name: ['Tieguanyin oolong', '铁观音'],
    summary: ['Rolled into pearls that open over seven infusions.', '揉捻成粒，七泡渐展。'],
    description: [
      'Lightly roasted, with orchid in its scent. Anxi, Fujian. 100 g.',
      '轻焙火，兰花香。福建安溪，100 克。',
    ],
    stock: 32,
  },
  {
    ...{ id: 'white-peony', seed: 'white-peony-2', category: 'tea', kind: 'jar', price: [18800, 2700] },
    name: ['White peony', '白牡丹'],
    summary: [
      'Buds and first leaves, dried in the sun and otherwise left alone.',
      '一芽一二叶，日晒萎凋，不炒不揉。',
    ],
    description: [
      'Melon and hay. Fuding, Fujian; keeps and improves for years. 75 g.',
      '瓜果与干草香。福建福鼎，可存放。75 克。',
    ],
    stock: 20,
  },
  {
    ...{ id: 'ripe-puer', category: 'tea', kind: 'cake', price: [22600, 3200] },
    name: ['Ripe pu’er, cake', '熟普洱，茶饼'],
    summary: ['A cake of 357 g, pressed in 2019 and stored dry.', '357 克茶饼，2019 年压制，干仓存放。'],
    description: [
      'Dark, smooth, no bitterness. Break off what you need with the awl that comes with it.',
      '汤色深，口感滑，无苦。附茶针，随取随用。',
    ],
    stock: 11,
  },
  {
    ...{ id: 'jasmine-pearls', seed: 'jasmine-pearls-2', category: 'tea', kind: 'jar', price: [15600, 2200] },
    name: ['Jasmine pearls', '茉莉龙珠'],
    summary: [
      'Scented with fresh blossoms for six nights; the blossoms are then taken out.',
      '鲜花窨制六夜，花尽起出。',
    ],
    description: [
      'Four to five pearls a cup, two minutes at 80 degrees. 75 g.',
      '每杯四五粒，80 度水两分钟。75 克。',
    ],
    stock: 26,
  },
  {
    ...{ id: 'chrysanthemum', category: 'tea', kind: 'jar', price: [7800, 1100] },
    name: ['Chrysanthemum flowers', '杭白菊'],
    summary: [
      'Whole flowers for the evening: no caffeine, a taste of honey.',
      '整朵干花，夜饮无咖啡因，有蜜味。',
    ],
    description: ['Tongxiang, Zhejiang. 60 g, about forty cups.', '浙江桐乡。60 克，约四十杯。'],
    stock: 41,
  },
  {
    ...{ id: 'breakfast-blend', category: 'tea', kind: 'jar', price: [6800, 1000] },
    name: ['Harbour breakfast blend', '港口早餐茶'],
    summary: ['Three black teas that stand up to milk.', '三种红茶拼配，加奶不失味。'],
    description: ['Four minutes, boiling. 125 g.', '沸水四分钟。125 克。'],
    stock: 55,
  },
  {
    ...{ id: 'glass-teapot', category: 'kitchen', kind: 'pot', price: [26800, 3800] },
    name: ['Glass teapot', '玻璃茶壶'],
    summary: ['Borosilicate, so that one sees what the leaves do.', '高硼硅玻璃，叶底可观。'],
    description: [
      '600 ml, with a strainer of steel. May stand on a candle.',
      '600 毫升，附钢滤。可置烛上保温。',
    ],
    stock: 15,
  },
  {
    ...{
      id: 'cast-iron-kettle',
      seed: 'cast-iron-kettle-1',
      category: 'kitchen',
      kind: 'pot',
      price: [68000, 9700],
    },
    name: ['Cast-iron kettle', '铸铁水壶'],
    summary: [
      'Unglazed iron: the water tastes softer, and the kettle outlives its owner.',
      '生铁不搪瓷，水味更柔，壶寿长于人。',
    ],
    description: [
      '1.2 litres, 1.9 kg. For gas, induction and charcoal. Dry it after use.',
      '1.2 升，1.9 千克。明火、电磁炉、炭火皆可，用后擦干。',
    ],
    stock: 6,
  },
  {
    ...{ id: 'bamboo-whisk', category: 'kitchen', kind: 'candle', price: [8600, 1200] },
    name: ['Bamboo whisk', '茶筅'],
    summary: ['One hundred tines cut from a single piece of bamboo.', '一节竹剖百穗。'],
    description: ['For matcha. With a stand that keeps its shape.', '点抹茶用，附筅托保形。'],
    stock: 29,
  },
  {
    ...{ id: 'tea-scoop', category: 'kitchen', kind: 'bottle', price: [3800, 500] },
    name: ['Tea scoop, cherry wood', '樱桃木茶则'],
    summary: ['Holds three grams level and five heaped.', '平量三克，满量五克。'],
    description: ['Oiled, not varnished. 16 cm.', '上油不上漆。长 16 厘米。'],
    stock: 70,
  },
  {
    ...{ id: 'matcha', seed: 'matcha-7', category: 'tea', kind: 'jar', price: [23800, 3400] },
    name: ['Ceremonial matcha', '抹茶'],
    summary: [
      'Shaded for twenty days, ground on granite at forty grams an hour.',
      '遮荫二十日，石磨每时四十克。',
    ],
    description: [
      'Uji, first harvest. 30 g in a tin; use within a month of opening.',
      '宇治头茬。30 克罐装，开封一月内用完。',
    ],
    stock: 18,
  },
  {
    ...{ id: 'oolong-sampler', category: 'tea', kind: 'book', price: [19800, 2800] },
    name: ['Oolong sampler, six kinds', '乌龙茶六味'],
    summary: ['From green to dark: six oolongs of ten grams each.', '由清到浓，六种乌龙各十克。'],
    description: ['With a leaflet on how each was made.', '附各茶制法说明。'],
    stock: 22,
  },
  {
    ...{ id: 'linen-tea-towel', category: 'textiles', kind: 'cloth', price: [7600, 1100] },
    name: ['Tea towel, washed linen', '水洗亚麻茶巾'],
    summary: [
      'Linen that was washed before it was sewn, so it dries from the first day.',
      '先洗后缝，首日即吸水。',
    ],
    description: ['50 × 70 cm, with a loop.', '50 × 70 厘米，带挂绳。'],
    choice: choiceOf(
      'colour',
      ['Colour', '颜色'],
      [
        ['natural', 'Natural', '本色', 34],
        ['indigo', 'Indigo', '靛蓝', 21],
        ['moss', 'Moss', '苔绿', 0],
      ],
    ),
  },
  {
    ...{ id: 'table-linen', category: 'textiles', kind: 'cloth', price: [24600, 3500] },
    name: ['Ramie table linen, set of three', '苎麻桌布，三件装'],
    summary: ['Hand-spun ramie: cool, crisp and stronger when wet.', '手绩苎麻，凉爽挺括，遇水更韧。'],
    description: [
      'One runner and two cloths. The first wash takes 3 % of the length.',
      '桌旗一、桌布二。首洗缩 3%。',
    ],
    stock: 13,
  },
  {
    ...{ id: 'tea-mat', category: 'textiles', kind: 'cloth', price: [9800, 1400] },
    name: ['Tea mat, quilted', '绗缝茶席'],
    summary: ['Cotton dyed with tea leaves, quilted by hand.', '茶叶染棉，手工绗缝。'],
    description: ['30 × 45 cm. What is spilt makes it better.', '30 × 45 厘米。洒了茶，更好看。'],
    stock: 25,
  },
  {
    ...{ id: 'indigo-scarf', category: 'textiles', kind: 'cloth', price: [36800, 5200] },
    name: ['Indigo scarf', '蓝染围巾'],
    summary: ['Twelve dips in a living vat, and none of it on your collar.', '活缸浸染十二次，不沾衣领。'],
    description: ['Cotton gauze, 180 × 55 cm.', '棉纱，180 × 55 厘米。'],
    stock: 9,
  },
  {
    ...{ id: 'cushion-cover', category: 'textiles', kind: 'cloth', price: [18600, 2600] },
    name: ['Cushion cover, 45 cm', '靠垫套，45 厘米'],
    summary: ['Heavy linen with a hidden zip of metal.', '厚亚麻，隐形金属拉链。'],
    description: ['Washable at 40 degrees.', '40 度可洗。'],
    choice: choiceOf(
      'colour',
      ['Colour', '颜色'],
      [
        ['natural', 'Natural', '本色', 20],
        ['indigo', 'Indigo', '靛蓝', 16],
      ],
    ),
  },
  {
    ...{ id: 'tea-gift-box', seed: 'tea-gift-box-2', category: 'tea', kind: 'book', price: [29800, 4200] },
    name: ['Tea for three evenings, gift box', '三夜茶礼盒'],
    summary: ['Keemun, white peony and chrysanthemum, one tin each.', '祁门、白牡丹、杭白菊各一罐。'],
    description: [
      'In a box of the bookbinder, with an empty card for your words.',
      '装订坊制盒，附空白卡片一枚。',
    ],
    stock: 19,
  },
];
