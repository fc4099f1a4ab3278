import type { ConnectorHealth } from '@tpmall/acquiring/contract';
import type { Resolution, TrailStep, UnknownOutcome, Verdict } from '@tpmall/payments/contract';
import { type Language } from '@tpmall/platform/pages';
import type { DeliveryState } from '@tpmall/webhooks/contract';

const en = {
  operations: 'Operations',
  overview: 'Overview',
  unknown: 'Unknown outcomes',
  resolutions: 'Second person',
  connectors: 'Connectors',
  requests: 'Requests',
  deliveries: 'Event deliveries',
  all: 'All of them',
  outcomes: 'outcomes that are not known',
  unknownLede:
    'The bank has not answered for these, or has refused them afterwards. We ask again; nobody pays twice.',
  emptyUnknown: 'Every outcome is known.',
  emptyUnknownHint: 'A payment for which the bank has no answer appears here until it has one.',
  emptyProposals: 'Nothing waits for a second person.',
  emptyProposalsHint: 'What one person has found out about an unknown outcome waits here for another one.',
  emptyRequests: 'No request matches.',
  emptyRequestsHint: 'Requests of the last days appear here a moment after they were answered.',
  emptyDeliveries: 'No delivery matches.',
  emptyDeliveriesHint: 'Events appear here once a webhook endpoint wants them.',
  toUnknown: 'Unknown outcomes',
  toOverview: 'Operations',
  toDocument: 'How endpoints are made',
  clear: 'Show all',
  kind: 'Kind',
  payment: 'Payment',
  amount: 'Amount',
  since: 'Since',
  next: 'Next try',
  todo: 'To do',
  byPeople: 'Not asked again: somebody has to look',
  refusal: 'Refused with',
  resolve: 'Resolve',
  look: 'See what was tried',
  waitsForSecond: 'Waits for a second person',
  notKept: 'not kept',
  tried: 'What was tried',
  nothingTried: 'Nothing was sent to an acquirer for it.',
  messages: 'Messages',
  messagesMasked: 'Card numbers are masked; security codes are never stored.',
  sentTimes: 'sent, times:',
  again: 'again',
  toAcquirer: 'to the acquirer',
  fromAcquirer: 'from the acquirer',
  code: 'code',
  propose: 'Say what became of it',
  proposeLede: 'Look at the acquirer’s own records first. Nothing changes until another person confirms.',
  verdict: 'What became of it',
  evidence: 'How you know',
  evidenceHint: 'Where it can be seen: a file and its line, a ticket, who said so. Auditors read this.',
  approvalCode: 'Approval code',
  reference: 'Reference at the acquirer',
  codesHint: 'As the acquirer shows it; only where it approved. Captures and refunds refer to it.',
  proposeNow: 'Propose to a second person',
  known: 'What became of it is known. There is nothing to say here.',
  goesByItself: 'It is repeated until it has arrived. There is nothing to say here.',
  proposedBy: 'Proposed by',
  decidedBy: 'Decided by',
  why: 'Why',
  own: 'Another person must approve this. You proposed it.',
  confirm: 'Confirm',
  reject: 'Reject',
  rejectReason: 'Why not',
  decided: 'Decided',
  state: 'State',
  when: 'When',
  time: 'Time (UTC)',
  times: 'Times are UTC.',
  request: 'Request',
  status: 'Status',
  object: 'Object',
  objectHint: 'The id of a payment, refund, customer …',
  operation: 'Operation',
  operationHint: 'As the document names it: createPaymentIntent',
  statusHint: '200, 402, 500 …',
  took: 'Took',
  show: 'Show',
  key: 'Key',
  address: 'Address',
  agent: 'Client',
  idempotencyKey: 'Idempotency key',
  repeated: 'a repeated answer',
  errorCode: 'Error',
  asked: 'What was asked',
  answered: 'What was answered',
  redactedNote: 'Secrets and card numbers were taken out before this was stored.',
  connector: 'Connector',
  link: 'Link',
  circuit: 'New payments',
  answeredShare: 'Answered',
  ofAsked: 'of',
  nothingAsked: 'nothing was asked of late',
  fast: 'Half of them within',
  slow: '99% within',
  problem: 'Last problem',
  none: 'none',
  connectorsNote: 'As this process sees them. Captures, reversals and refunds go there all the same.',
  connectorsAway: 'Acquiring does not answer now, so nothing is known of its connectors.',
  event: 'Event',
  endpoint: 'Endpoint',
  attempts: 'Attempts',
  lastAnswer: 'Last answer',
  noAnswer: 'none',
  resend: 'Send again',
  older: 'Older',
  newest: 'Newest',
  asJson: 'As JSON',
};

/** What the operations pages say, in a language. */
export type OperationsWords = Readonly<Record<keyof typeof en, string>>;

const zh: OperationsWords = {
  operations: '运营',
  overview: '概览',
  unknown: '未知结果',
  resolutions: '待复核',
  connectors: '收单连接',
  requests: '请求日志',
  deliveries: '事件投递',
  all: '查看全部',
  outcomes: '项结果未知',
  unknownLede: '银行尚未答复或事后拒绝了下列交易。系统会再次查询，不会重复扣款。',
  emptyUnknown: '所有结果均已知。',
  emptyUnknownHint: '银行尚未答复的付款会显示在这里，直到有答复为止。',
  emptyProposals: '没有待复核的事项。',
  emptyProposalsHint: '一人查明的结果会在这里等待他人复核。',
  emptyRequests: '没有符合条件的请求。',
  emptyRequestsHint: '最近数日的请求会在答复后片刻显示在这里。',
  emptyDeliveries: '没有符合条件的投递。',
  emptyDeliveriesHint: '有端点订阅的事件会显示在这里。',
  toUnknown: '未知结果',
  toOverview: '运营概览',
  toDocument: '如何创建端点',
  clear: '显示全部',
  kind: '类别',
  payment: '付款',
  amount: '金额',
  since: '开始于',
  next: '下次查询',
  todo: '待办',
  byPeople: '不再自动查询，须人工处理',
  refusal: '拒绝原因',
  resolve: '处理',
  look: '查看已尝试的操作',
  waitsForSecond: '待他人复核',
  notKept: '未保存',
  tried: '已尝试的操作',
  nothingTried: '尚未向收单机构发送任何报文。',
  messages: '报文',
  messagesMasked: '卡号已遮蔽，安全码从不保存。',
  sentTimes: '已发送次数：',
  again: '再次发送',
  toAcquirer: '发往收单机构',
  fromAcquirer: '来自收单机构',
  code: '代码',
  propose: '说明结果',
  proposeLede: '请先核对收单机构的记录。在他人用自己的密钥确认之前，不会有任何变更。',
  verdict: '结果',
  evidence: '依据',
  evidenceHint: '可供核实之处：文件及行号、工单、告知人。审计人员会阅读。',
  approvalCode: '授权码',
  reference: '收单机构参考号',
  codesHint: '以收单机构所示为准，仅在已批准时填写。请款与退款会引用。',
  proposeNow: '提交他人复核',
  known: '结果已知，无需说明。',
  goesByItself: '系统会重复发送直至送达，无需说明。',
  proposedBy: '提出人',
  decidedBy: '复核人',
  why: '理由',
  own: '此笔由您提出，须由他人复核。',
  confirm: '确认',
  reject: '驳回',
  rejectReason: '驳回理由',
  decided: '已复核',
  state: '状态',
  when: '时间',
  time: '时间（UTC）',
  times: '时间为 UTC。',
  request: '请求',
  status: '状态码',
  object: '对象',
  objectHint: '付款、退款、客户等的编号',
  operation: '操作',
  operationHint: '以文档名称为准：createPaymentIntent',
  statusHint: '200、402、500 等',
  took: '用时',
  show: '查看',
  key: '密钥',
  address: '地址',
  agent: '客户端',
  idempotencyKey: '幂等键',
  repeated: '重复的答复',
  errorCode: '错误',
  asked: '请求内容',
  answered: '答复内容',
  redactedNote: '密钥与卡号在保存前已去除。',
  connector: '连接',
  link: '链路',
  circuit: '新付款',
  answeredShare: '已答复',
  ofAsked: '/',
  nothingAsked: '近期没有请求',
  fast: '半数用时不超过',
  slow: '99% 用时不超过',
  problem: '最近问题',
  none: '无',
  connectorsNote: '以显示本页的进程所见为准。请款、冲正和退款不受熔断影响。',
  connectorsAway: '收单模块暂无答复，连接状态未知。',
  event: '事件',
  endpoint: '端点',
  attempts: '尝试次数',
  lastAnswer: '最近答复',
  noAnswer: '无',
  resend: '重新发送',
  older: '更早',
  newest: '最新',
  asJson: 'JSON 格式',
};

/** What the operations pages say. */
export const operationsWords: Readonly<Record<Language, OperationsWords>> = { en, zh };

/** What is not known. */
export const kindWords: Readonly<Record<Language, Readonly<Record<UnknownOutcome['kind'], string>>>> = {
  en: {
    authorisation: 'Payment',
    increment: 'Increment of a hold',
    capture: 'Capture',
    release: 'Release of a hold',
    refund: 'Refund',
  },
  zh: {
    authorisation: '付款',
    increment: '追加冻结',
    capture: '请款',
    release: '解除冻结',
    refund: '退款',
  },
};

/** What people say of it, and what that means for the money. */
export const verdictWords: Readonly<
  Record<Language, Readonly<Record<Verdict, { readonly name: string; readonly means: string }>>>
> = {
  en: {
    approved: { name: 'Approved', means: 'The bank holds the amount. The payment goes on with it.' },
    not_charged: { name: 'Not charged', means: 'The bank holds nothing for it. The shopper may try again.' },
    captured: { name: 'Booked after all', means: 'The acquirer pays it. The books stay as they are.' },
    not_captured: {
      name: 'Never booked',
      means: 'The acquirer does not pay it. The merchants’ shares and commissions go back.',
    },
    refunded: { name: 'Refunded', means: 'The money went back to the card.' },
    not_refunded: { name: 'Not refunded', means: 'The money stays with the merchants.' },
    dismiss: { name: 'Nothing to do', means: 'What was held falls away by itself. No money moves.' },
  },
  zh: {
    approved: { name: '已批准', means: '银行已冻结该金额，付款将继续。' },
    not_charged: { name: '未扣款', means: '银行未冻结任何金额，购物者可再次尝试。' },
    captured: { name: '实际已入账', means: '收单机构会支付，账目保持不变。' },
    not_captured: { name: '从未入账', means: '收单机构不会支付，商户分账与佣金将退回。' },
    refunded: { name: '已退款', means: '款项已退回银行卡。' },
    not_refunded: { name: '未退款', means: '款项仍属商户。' },
    dismiss: { name: '无需处理', means: '冻结会自行解除，不涉及资金变动。' },
  },
};

/** Where a resolution stands. */
export const resolutionWords: Readonly<Record<Language, Readonly<Record<Resolution['state'], string>>>> = {
  en: {
    proposed: 'Waits for a second person',
    confirmed: 'Being carried out',
    applied: 'Carried out',
    overtaken: 'Overtaken by the answer',
    rejected: 'Rejected',
  },
  zh: {
    proposed: '待他人复核',
    confirmed: '执行中',
    applied: '已执行',
    overtaken: '已有答复',
    rejected: '已驳回',
  },
};

/** What was sent to an acquirer. */
export const stepWords: Readonly<Record<Language, Readonly<Record<TrailStep['kind'], string>>>> = {
  en: {
    authorisation: 'Authorisation',
    increment: 'Increment',
    refund: 'Refund',
    capture: 'Capture',
    release: 'Release',
    resolution: 'Reversal of a lost answer',
  },
  zh: {
    authorisation: '授权',
    increment: '追加冻结',
    refund: '退款',
    capture: '请款',
    release: '解除冻结',
    resolution: '无答复冲正',
  },
};

/** How it stands. */
export const stepStateWords: Readonly<Record<Language, Readonly<Record<TrailStep['state'], string>>>> = {
  en: {
    sent: 'no answer yet',
    not_sent: 'never left',
    approved: 'approved',
    declined: 'declined',
    pending: 'the answer was lost',
    reversed: 'reversed',
    returned: 'sent back by the issuer',
    queued: 'being sent',
    acknowledged: 'acknowledged',
    refused: 'refused',
    withdrawn: 'withdrawn',
  },
  zh: {
    sent: '等待答复',
    not_sent: '未发出',
    approved: '已批准',
    declined: '已拒绝',
    pending: '答复丢失',
    reversed: '已冲正',
    returned: '被发卡行退回',
    queued: '发送中',
    acknowledged: '已确认',
    refused: '被拒绝',
    withdrawn: '已撤回',
  },
};

/** How a delivery stands. */
export const deliveryWords: Readonly<Record<Language, Readonly<Record<DeliveryState, string>>>> = {
  en: { pending: 'On its way', delivered: 'Delivered', given_up: 'Given up' },
  zh: { pending: '投递中', delivered: '已送达', given_up: '已放弃' },
};

/** How the link to an acquirer stands. */
export const linkWords: Readonly<Record<Language, Readonly<Record<ConnectorHealth['state'], string>>>> = {
  en: { signed_on: 'Signed on', connecting: 'Connecting', stopped: 'Stopped' },
  zh: { signed_on: '已签到', connecting: '连接中', stopped: '已停止' },
};

/** Whether new payments go there. */
export const circuitWords: Readonly<
  Record<Language, Readonly<Record<ConnectorHealth['circuit']['state'], string>>>
> = {
  en: { closed: 'go there', half_open: 'a few may try', open: 'held back' },
  zh: { closed: '正常发送', half_open: '少量试发', open: '暂停发送' },
};

/** How often a bank was asked. */
export function timesAsked(language: Language, times: number): string {
  return language === 'zh' ? `已查询 ${times} 次` : `asked ${times} ${times === 1 ? 'time' : 'times'} so far`;
}

/** A column's name where its times are UTC. */
export function inUtc(language: Language, text: string): string {
  return language === 'zh' ? `${text}（UTC）` : `${text} (UTC)`;
}
