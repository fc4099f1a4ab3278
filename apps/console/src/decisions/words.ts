import type { Words } from '../language.tsx';
import type { Proposal } from './objects.ts';

const en = {
  evidence: 'How you know: a file and its line, a ticket, who said so. Auditors read this.',
  proposeNow: 'Propose to a second person',
  waits: 'Waits for a second person',
  decided: 'What people have said',
  proposedBy: 'Proposed by',
  decidedBy: 'Decided by',
  until: 'To be decided until',
  you: 'you',
  own: 'Another person must approve this. You proposed it.',
  confirm: 'Confirm',
  why: 'What you have seen yourself',
  reject: 'Reject',
  whyNot: 'Why not',
  withdraw: 'Withdraw',
  withdrawLead: 'Your proposal ends, and another one can be made. Nothing changes.',
  whyWithdraw: 'Why you take it back',
  states: {
    proposed: 'Waits for a second person',
    confirmed: 'Being carried out',
    applied: 'Carried out',
    overtaken: 'Overtaken by the answer',
    rejected: 'Rejected',
    withdrawn: 'Withdrawn',
    expired: 'Nobody decided in time',
  } as Readonly<Record<Proposal['state'], string>>,
};

/** What is said about every decision of two people. */
export const words: Words<typeof en> = {
  en,
  zh: {
    evidence: '依据：文件及行号、工单、告知人。审计人员会阅读。',
    proposeNow: '提交他人复核',
    waits: '待他人复核',
    decided: '处理记录',
    proposedBy: '提出人',
    decidedBy: '复核人',
    until: '复核期限',
    you: '您',
    own: '此笔由您提出，须由他人复核。',
    confirm: '确认',
    why: '您亲自核实的内容',
    reject: '驳回',
    whyNot: '驳回理由',
    withdraw: '撤回',
    withdrawLead: '您的提议将终止，之后可重新提出。不会有任何变更。',
    whyWithdraw: '撤回理由',
    states: {
      proposed: '待他人复核',
      confirmed: '执行中',
      applied: '已执行',
      overtaken: '已有答复',
      rejected: '已驳回',
      withdrawn: '已撤回',
      expired: '逾期未复核',
    },
  },
};
