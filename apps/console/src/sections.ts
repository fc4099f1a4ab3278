import type { Words } from './language.tsx';
import type { Desk } from './shell/visitor.tsx';

/** A place of the console: one folder, one line in the rail, one letter after `g`. */
export interface Section {
  readonly path:
    | '/home'
    | '/overview'
    | '/orders'
    | '/returns'
    | '/statement'
    | '/payments'
    | '/requests'
    | '/events'
    | '/webhooks'
    | '/keys'
    | '/outcomes'
    | '/clearing'
    | '/connectors'
    | '/deliveries'
    | '/set-aside'
    | '/jobs'
    | '/audit';
  readonly name: Words<string>;
  readonly group: 'sell' | 'watch' | 'money' | 'build' | 'house';
  readonly key: string;
  /** Letters that act on its pages, and what they do. */
  readonly acts?: readonly (readonly [key: string, does: Words<string>])[];
  readonly desks: readonly Desk[];
}

const BUILDERS: readonly Desk[] = ['developer'];
const HOUSE: readonly Desk[] = ['operator'];
const MERCHANTS: readonly Desk[] = ['merchant'];
const BOTH: readonly Desk[] = ['operator', 'developer'];

/** What a second person does, and the first one. */
const DECIDE: Section['acts'] = [
  ['a', { en: 'Of a proposal: confirm it', zh: '提议：确认' }],
  ['x', { en: 'Of a proposal: reject it', zh: '提议：驳回' }],
  ['u', { en: 'Of a proposal of yours: withdraw it', zh: '自己的提议：撤回' }],
];

/** All places, in the order of the rail. A new console adds its folder, its line here and its route. */
const sections: readonly Section[] = [
  { path: '/home', name: { en: 'To do', zh: '待办' }, group: 'sell', key: 'h', desks: MERCHANTS },
  {
    path: '/orders',
    name: { en: 'Orders', zh: '订单' },
    group: 'sell',
    key: 'o',
    acts: [
      ['p', { en: 'Of an order: it is packed', zh: '订单：打包' }],
      ['s', { en: 'Of an order: it has left', zh: '订单：发货' }],
      ['d', { en: 'Of an order: it has arrived', zh: '订单：送达' }],
    ],
    desks: MERCHANTS,
  },
  {
    path: '/returns',
    name: { en: 'Returns', zh: '退货' },
    group: 'sell',
    key: 'r',
    acts: [
      ['a', { en: 'Of a return: accept it', zh: '退货：同意' }],
      ['x', { en: 'Of a return: refuse it', zh: '退货：拒绝' }],
      ['r', { en: 'Of a return: it has come back', zh: '退货：收到' }],
    ],
    desks: MERCHANTS,
  },
  { path: '/overview', name: { en: 'Overview', zh: '概览' }, group: 'watch', key: 'h', desks: HOUSE },
  {
    path: '/outcomes',
    name: { en: 'Unknown outcomes', zh: '结果未知' },
    group: 'watch',
    key: 'o',
    acts: DECIDE,
    desks: HOUSE,
  },
  { path: '/clearing', name: { en: 'Clearing', zh: '清算差异' }, group: 'watch', key: 'l', desks: HOUSE },
  { path: '/connectors', name: { en: 'Connectors', zh: '收单通道' }, group: 'watch', key: 'c', desks: HOUSE },
  { path: '/statement', name: { en: 'Statement', zh: '对账单' }, group: 'money', key: 's', desks: MERCHANTS },
  { path: '/payments', name: { en: 'Payments', zh: '付款' }, group: 'money', key: 'p', desks: BOTH },
  { path: '/requests', name: { en: 'Request log', zh: '请求日志' }, group: 'build', key: 'q', desks: BOTH },
  {
    path: '/deliveries',
    name: { en: 'Deliveries', zh: '事件投递' },
    group: 'build',
    key: 'd',
    acts: [['s', { en: 'Of a delivery: send it again', zh: '投递：再次发送' }]],
    desks: HOUSE,
  },
  {
    path: '/set-aside',
    name: { en: 'Events set aside', zh: '搁置的事件' },
    group: 'build',
    key: 's',
    desks: HOUSE,
  },
  { path: '/jobs', name: { en: 'Jobs', zh: '后台任务' }, group: 'build', key: 'j', desks: HOUSE },
  { path: '/events', name: { en: 'Events', zh: '事件' }, group: 'build', key: 'e', desks: BUILDERS },
  { path: '/webhooks', name: { en: 'Webhooks', zh: 'Webhook' }, group: 'build', key: 'w', desks: BUILDERS },
  {
    path: '/audit',
    name: { en: 'Audit log', zh: '审计日志' },
    group: 'house',
    key: 'a',
    acts: [['v', { en: 'Of the audit log: verify the chain', zh: '审计日志：验证哈希链' }]],
    desks: HOUSE,
  },
  { path: '/keys', name: { en: 'API keys', zh: 'API 密钥' }, group: 'build', key: 'k', desks: BOTH },
];

/** The places of a desk. */
export function sectionsOf(desk: Desk): readonly Section[] {
  return sections.filter(({ desks }) => desks.includes(desk));
}
