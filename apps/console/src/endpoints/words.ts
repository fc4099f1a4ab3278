import type { Words } from '../language.tsx';

const en = {
  title: 'Webhook endpoints',
  caption: 'Webhook endpoints, newest first',
  empty: 'No endpoints yet',
  emptyLead: 'Events are posted to the endpoints that want them, signed with the secret of each.',
  add: 'Add an endpoint',
  address: 'Address',
  events: 'Events',
  eventsHint: 'Types, one a line; * for all',
  description: 'What it is for',
  state: 'State',
  created: 'Added',
  failing: 'since then nothing has got through',
  states: { enabled: 'Enabled', disabled: 'Disabled' },
  disable: 'Disable',
  enable: 'Enable',
  roll: 'Roll the secret',
  rollLead: 'The endpoint gets a new secret. The old one goes on signing beside it for the time you choose.',
  grace: 'The old one signs for',
  graces: { 0: 'no longer', 3600: 'an hour', 86400: 'a day', 604800: 'a week' } as Readonly<
    Record<string, string>
  >,
  remove: 'Delete',
  removeLead: 'What has not reached it is given up. This cannot be undone.',
  secretTitle: 'The secret that signs',
  act: 'Actions',
};

/** What the page of endpoints says. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: 'Webhook 端点',
    caption: 'Webhook 端点，最新在前',
    empty: '暂无端点',
    emptyLead: '事件发送至订阅它们的端点，并以各端点的密钥签名。',
    add: '添加端点',
    address: '地址',
    events: '事件',
    eventsHint: '每行一个类型；* 表示全部',
    description: '用途',
    state: '状态',
    created: '添加时间',
    failing: '此后均未送达',
    states: { enabled: '已启用', disabled: '已停用' },
    disable: '停用',
    enable: '启用',
    roll: '更换密钥',
    rollLead: '端点将获得新密钥。旧密钥在所选时间内继续签名。',
    grace: '旧密钥继续签名',
    graces: { 0: '立即失效', 3600: '一小时', 86400: '一天', 604800: '一周' },
    remove: '删除',
    removeLead: '尚未送达的内容将被放弃，且无法撤销。',
    secretTitle: '签名密钥',
    act: '操作',
  },
};
