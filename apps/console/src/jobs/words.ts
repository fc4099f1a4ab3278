import type { Words } from '../language.tsx';

const en = {
  title: 'Jobs',
  lead: 'Work that is done behind the requests. What succeeds is not kept; what fails is tried again.',
  caption: 'Jobs: those that have stopped, those that fail, then by their time',
  empty: 'Nothing waits',
  emptyLead: 'Jobs appear here while they wait, run or fail.',
  nothing: 'No job stands so',
  job: 'Job',
  state: 'State',
  next: 'Next run',
  error: 'Last error',
  act: 'Actions',
  none: '–',
  repeats: 'comes again by itself',
  retry: 'Run now',
  states: { stopped: 'Stopped', failing: 'Failing', running: 'Running', waiting: 'Waiting' },
  failures: (count: number, most: number | null) =>
    most === null ? `failed ${count} in a row` : `failed ${count} of ${most}`,
};

/** What the page of jobs says. */
export const words: Words<typeof en> = {
  en,
  zh: {
    title: '后台任务',
    lead: '请求之外执行的任务。成功的不保留；失败的会自动重试。',
    caption: '后台任务：先列已停止的，再列失败的，然后按时间',
    empty: '没有等待的任务',
    emptyLead: '等待、执行或失败的任务显示在这里。',
    nothing: '没有处于该状态的任务',
    job: '任务',
    state: '状态',
    next: '下次执行',
    error: '最近错误',
    act: '操作',
    none: '–',
    repeats: '定时重复',
    retry: '立即执行',
    states: { stopped: '已停止', failing: '失败', running: '执行中', waiting: '等待' },
    failures: (count, most) => (most === null ? `连续失败 ${count} 次` : `失败 ${count} / ${most} 次`),
  },
};
