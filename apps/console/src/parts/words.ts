import type { Words } from '../language.tsx';

const en = {
  loading: 'Reading …',
  failed: 'This could not be read.',
  nothingChanged: 'Nothing was changed.',
  retry: 'Try again',
  more: 'Show more',
  all: 'Show all',
  any: 'Any',
  search: 'Search',
  copy: 'Copy',
  copied: 'Copied',
  close: 'Close',
  cancel: 'Cancel',
  request: 'Request',
  missing: 'There is no such thing here.',
  secretLead: 'Copy it now. It is shown this once and never again.',
  secretDone: 'I have kept it',
  show: 'Show',
  hide: 'Hide',
  overtaken: 'Somebody has been here before you, and it stands otherwise by now. Nothing was changed by you.',
  lookAgain: 'Show how it stands',
  graces: { 0: 'no longer', 3600: 'an hour', 86400: 'a day', 604800: 'a week' } as Readonly<
    Record<string, string>
  >,
  later: (seconds: number) => `Come again in ${seconds} s.`,
};

/** What the parts of all pages say. */
export const words: Words<typeof en> = {
  en,
  zh: {
    loading: '读取中…',
    failed: '无法读取。',
    nothingChanged: '未作任何更改。',
    retry: '重试',
    more: '显示更多',
    all: '显示全部',
    any: '全部',
    search: '查找',
    copy: '复制',
    copied: '已复制',
    close: '关闭',
    cancel: '取消',
    request: '请求',
    missing: '此处没有该对象。',
    secretLead: '请立即复制。仅显示这一次，之后无法再次查看。',
    secretDone: '我已保存',
    show: '显示',
    hide: '隐藏',
    overtaken: '其他人已先行处理，状态已有变化。您未作任何更改。',
    lookAgain: '查看最新状态',
    graces: { 0: '立即失效', 3600: '一小时', 86400: '一天', 604800: '一周' },
    later: (seconds: number) => `请在 ${seconds} 秒后重试。`,
  },
};
