import type { Words } from '../language.tsx';

const en = {
  title: 'Events set aside',
  lead: 'Events that clients could not be told of. They are tried again every hour.',
  caption: 'Events that were set aside, the oldest first',
  empty: 'Every event could be told',
  emptyLead: 'An event that cannot be put into the shape of the API is kept here instead of being lost.',
  event: 'Event',
  source: 'From',
  reason: 'Why',
  since: 'Since',
  retry: 'Try all again',
  retried: (told: number, left: number) =>
    left === 0 ? `${told} told, none left.` : `${told} told, ${left} left.`,
};

/** What the page of set-aside events says. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: '搁置的事件',
    lead: '未能通知客户的事件，系统每小时重试一次。',
    caption: '搁置的事件，最早在前',
    empty: '所有事件均已通知',
    emptyLead: '无法转换为 API 格式的事件会保留在这里，不会丢失。',
    event: '事件',
    source: '来源',
    reason: '原因',
    since: '开始于',
    retry: '立即全部重试',
    retried: (told, left) =>
      left === 0 ? `已通知 ${told} 个，无剩余。` : `已通知 ${told} 个，剩余 ${left} 个。`,
  },
};
