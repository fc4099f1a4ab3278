import type { Words } from '../language.tsx';

const en = {
  title: 'Connectors',
  caption: 'Ways to acquirers, the preferred first',
  lead:
    'How acquirers are doing, as this server sees it. ' +
    'Where no new payments go, captures, reversals and refunds still do.',
  empty: 'No connectors',
  emptyLead: 'A connector is a way to an acquirer; it is named in the settings.',
  name: 'Connector',
  link: 'Link',
  circuit: 'New payments',
  answered: 'Answered',
  of: 'of',
  half: 'Half within',
  slow: '99% within',
  inFlight: 'Under way',
  problem: 'Last problem',
  since: 'since',
  none: 'none',
  links: { signed_on: 'Signed on', connecting: 'Connecting', stopped: 'Stopped' } as Readonly<
    Record<string, string>
  >,
  circuits: { closed: 'go there', half_open: 'a few may try', open: 'held back' } as Readonly<
    Record<string, string>
  >,
};

/** What the page of connectors says. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: '收单通道',
    caption: '收单通道，首选在前',
    lead: '各收单通道的状况，以本服务器所见为准。即使新付款暂停，请款、冲正和退款仍会发送。',
    empty: '没有收单通道',
    emptyLead: '收单通道在设置中指定。',
    name: '通道',
    link: '链路',
    circuit: '新付款',
    answered: '已答复',
    of: '/',
    half: '半数用时',
    slow: '99% 用时',
    inFlight: '进行中',
    problem: '最近问题',
    since: '自',
    none: '无',
    links: { signed_on: '已签到', connecting: '连接中', stopped: '已停止' },
    circuits: { closed: '正常发送', half_open: '少量试发', open: '暂停发送' },
  },
};
