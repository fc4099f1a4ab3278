import type { EntryKind, Operation } from '@tpmall/wallet/contract';

type Kind = Operation['kind'];
type Status = Operation['status'];
type Limit = 'transaction' | 'day' | 'month' | 'year' | 'balance';

/** What the pages of a wallet say. */
export interface WalletWords {
  readonly wallet: string;
  readonly available: string;
  readonly held: string;
  readonly frozen: string;
  readonly empty: string;
  readonly topUp: string;
  readonly send: string;
  readonly withdraw: string;
  readonly otherBalances: string;
  readonly history: string;
  readonly noHistory: string;
  readonly date: string;
  readonly what: string;
  readonly amount: string;
  readonly balance: string;
  readonly older: string;
  readonly newest: string;
  readonly waiting: string;
  readonly operations: string;
  readonly operationsLede: string;
  readonly noOperations: string;
  readonly limits: string;
  readonly limitOf: Readonly<Record<Limit, string>>;
  readonly limitName: string;
  readonly most: string;
  readonly left: string;
  readonly noCap: string;
  readonly statement: string;
  readonly statementOf: (month: string) => string;
  readonly month: string;
  readonly show: string;
  readonly currency: string;
  readonly amountHint: (most: string) => string;
  readonly inWallet: (available: string) => string;
  readonly badAmount: (decimals: number) => string;
  readonly goOn: string;
  readonly topUpLede: string;
  readonly payTopUp: string;
  readonly toppedUp: string;
  readonly topUpOver: string;
  readonly topUpOverText: string;
  readonly again: string;
  readonly toWallet: string;
  readonly toOrder: string;
  readonly sendLede: string;
  readonly handle: string;
  readonly handleHint: string;
  readonly note: string;
  readonly noteHint: string;
  readonly withdrawLede: string;
  readonly destination: string;
  readonly destinationHint: string;
  readonly takeBack: string;
  readonly fix: string;
  readonly busy: string;
  readonly slowDown: string;
  readonly problems: Readonly<
    Record<
      | 'wallet_frozen'
      | 'currency_not_offered'
      | 'handle_missing'
      | 'handle_not_found'
      | 'send_to_self'
      | 'recipient_unavailable'
      | 'unknown_form'
      | 'destination_missing'
      | 'line'
      | 'card',
      string
    >
  >;
  readonly lacking: (missing: string) => string;
  readonly limitNow: Readonly<Record<Limit, string>>;
  readonly overLimit: (name: string, left: string) => string;
  readonly entry: Readonly<Record<EntryKind, string>>;
  readonly to: string;
  readonly from: string;
  readonly kind: Readonly<Record<Kind, string>>;
  readonly status: Readonly<Record<Status, string>>;
  readonly reason: string;
  readonly reference: string;
  readonly opening: string;
  readonly closing: string;
  readonly cameIn: string;
  readonly wentOut: string;
  readonly csv: string;
  readonly tooLarge: string;
  readonly noEntries: string;
}

const en: WalletWords = {
  wallet: 'Your wallet',
  available: 'Balance',
  held: 'Held for what is not over yet:',
  frozen: 'This wallet is frozen: nothing goes out of it and nobody can send to it. Please ask support.',
  empty: 'Nothing is in it yet. Top it up by card, and pay with it wherever you see “Wallet balance”.',
  topUp: 'Top up',
  send: 'Send',
  withdraw: 'Withdraw',
  otherBalances: 'Currencies',
  history: 'What changed your balance',
  noHistory: 'Top-ups, payments and what you send or get will stand here.',
  date: 'Date',
  what: 'What',
  amount: 'Amount',
  balance: 'Balance',
  older: 'Older entries',
  newest: 'The newest entries',
  waiting: 'Under way',
  operations: 'All operations',
  operationsLede: 'What you did and what others sent you, in all currencies, also what came to nothing.',
  noOperations: 'What you top up, pay, send and withdraw will stand here.',
  limits: 'What your wallet may hold and move',
  limitName: 'Limit',
  limitOf: {
    transaction: 'Each time',
    day: 'Out in a day',
    month: 'Out in a month',
    year: 'Out in a year',
    balance: 'In the wallet',
  },
  most: 'At most',
  left: 'Left',
  noCap: 'no limit',
  statement: 'Statement',
  statementOf: (month) => `Statement, ${month}`,
  month: 'Month',
  show: 'Show the statement',
  currency: 'Currency',
  amountHint: (most) => `At most ${most} each time`,
  inWallet: (available) => `In your wallet: ${available}`,
  badAmount: (decimals) =>
    decimals === 0
      ? 'Write a whole amount above zero and nothing between its digits, such as 2500.'
      : `Write it as 1250.50 or 1250,50: above zero, nothing for thousands, at most ${decimals} decimals.`,
  goOn: 'Go on',
  topUpLede: 'From your card to your balance. You see the amount once more before you pay.',
  payTopUp: 'Top up by card',
  toppedUp: 'It is in your wallet',
  topUpOver: 'This top-up is over',
  topUpOverText: 'Nothing was charged, and nothing was put into your wallet.',
  again: 'Begin a new one',
  toWallet: 'To your wallet',
  toOrder: 'Back to the order',
  sendLede: 'To another shopper, at once. It cannot be called back.',
  handle: 'To whom',
  handleHint: 'Their handle, such as @lin',
  note: 'Note',
  noteHint: 'They see it. May be left out',
  withdrawLede:
    'To your bank account. The amount is held at once; two of our people look at it before it goes.',
  destination: 'Bank account',
  destinationHint: 'IBAN, or bank and account number, in one line',
  takeBack: 'Take it back',
  fix: 'Something is missing or wrong. It is marked below.',
  busy: 'No answer came. Send the form once more, with nothing changed: it does what it says once.',
  slowDown: 'Too many cards were declined here. Wait a few minutes, then try again.',
  problems: {
    wallet_frozen: 'This wallet is frozen. Nothing was moved. Please ask support.',
    currency_not_offered: 'Your wallet does not hold this currency.',
    handle_missing: 'Write to whom it shall go.',
    handle_not_found: 'There is nobody with this handle. Ask them for it, letter by letter.',
    send_to_self: 'This is your own handle. Write somebody else’s.',
    recipient_unavailable: 'This person cannot get this amount now. Try a smaller one, or ask them.',
    unknown_form:
      'This form was sent before with something else in it. Look at your wallet, then begin anew.',
    destination_missing: 'Write where it shall go: an IBAN, or bank and account number.',
    line: 'Write one line of at most 140 characters.',
    card: 'This card cannot be used here. Nothing was charged. Enter it again, or use another one.',
  },
  lacking: (missing) => `Your balance is too small: it lacks ${missing}. Nothing was moved.`,
  limitNow: {
    transaction: 'Your limit for one time',
    day: 'Your limit for today',
    month: 'Your limit for this month',
    year: 'Your limit for this year',
    balance: 'The room in your wallet',
  },
  overLimit: (name, left) => `${name} leaves ${left}. Nothing was moved.`,
  entry: {
    top_up: 'Topped up by card',
    top_up_refund: 'Top-up sent back to the card',
    sent: 'Sent',
    received: 'Received',
    payment: 'Payment',
    refund: 'Sent back to your wallet',
    withdrawal: 'Withdrawn',
    withdrawal_return: 'Withdrawal came back',
    adjustment: 'Put right by the house',
  },
  to: 'to',
  from: 'from',
  kind: { top_up: 'Top-up', send: 'Sent', payment: 'Payment', withdrawal: 'Withdrawal' },
  status: {
    pending: 'Under way',
    requested: 'Waits for our answer',
    approved: 'Approved, on its way to the bank',
    authorised: 'Held',
    succeeded: 'Done',
    paid: 'Paid out',
    failed: 'Failed, nothing was moved',
    refused: 'Refused, the amount is free again',
    canceled: 'Called off, nothing was moved',
    returned: 'Came back from the bank',
  },
  reason: 'Why',
  reference: 'The bank calls it',
  opening: 'At the beginning',
  closing: 'At the end',
  cameIn: 'Came in',
  wentOut: 'Went out',
  csv: 'Download as CSV',
  tooLarge: 'This month has more entries than a page holds. Please ask support for the statement.',
  noEntries: 'Nothing changed in this month.',
};

const zh: WalletWords = {
  wallet: '您的钱包',
  available: '余额',
  held: '尚未完成、暂时冻结：',
  frozen: '此钱包已冻结，不能支出，他人也不能向其转账。请联系客服。',
  empty: '钱包尚无余额。您可以用银行卡充值，并在任何显示“钱包余额”的地方支付。',
  topUp: '充值',
  send: '转账',
  withdraw: '提现',
  otherBalances: '币种',
  history: '余额明细',
  noHistory: '充值、付款和转账将显示在这里。',
  date: '日期',
  what: '事项',
  amount: '金额',
  balance: '余额',
  older: '更早的明细',
  newest: '最新的明细',
  waiting: '进行中',
  operations: '全部记录',
  operationsLede: '您的操作和他人的转账，含所有币种，也含失败和已取消的。',
  noOperations: '充值、付款、转账和提现将显示在这里。',
  limits: '钱包限额',
  limitName: '限额',
  limitOf: { transaction: '单笔', day: '每日支出', month: '每月支出', year: '每年支出', balance: '余额上限' },
  most: '上限',
  left: '剩余',
  noCap: '不限',
  statement: '对账单',
  statementOf: (month) => `${month}对账单`,
  month: '月份',
  show: '查看对账单',
  currency: '币种',
  amountHint: (most) => `单笔最多 ${most}`,
  inWallet: (available) => `可用余额 ${available}`,
  badAmount: (decimals) =>
    decimals === 0
      ? '请填写大于零的整数金额，数字之间不加任何符号，例如 2500。'
      : `请填写大于零的金额，至多 ${decimals} 位小数，不加千位分隔符，例如 1250.50 或 1250,50。`,
  goOn: '继续',
  topUpLede: '从银行卡充值到余额。付款前您会再次看到金额。',
  payTopUp: '用银行卡充值',
  toppedUp: '已存入您的钱包',
  topUpOver: '此次充值已结束',
  topUpOverText: '未扣款，也未存入钱包。',
  again: '重新充值',
  toWallet: '前往钱包',
  toOrder: '返回订单',
  sendLede: '立即转给另一位用户，不能撤回。',
  handle: '收款人',
  handleHint: '对方的用户名，例如 @lin',
  note: '附言',
  noteHint: '对方可见（选填）',
  withdrawLede: '转到您的银行账户。金额立即冻结，由我们两位员工核对后付出。',
  destination: '银行账户',
  destinationHint: '一行：IBAN，或银行与账号',
  takeBack: '撤回',
  fix: '有内容缺失或有误，请见下方标注。',
  busy: '服务暂无响应。请不作改动，再次提交此表单，不会重复执行。',
  slowDown: '此处被拒绝的卡过多。请等待几分钟后重试。',
  problems: {
    wallet_frozen: '此钱包已冻结，未动用任何款项。请联系客服。',
    currency_not_offered: '您的钱包不支持此币种。',
    handle_missing: '请填写收款人的用户名。',
    handle_not_found: '没有此用户名。请向对方核对。',
    send_to_self: '这是您自己的用户名，请填写他人的。',
    recipient_unavailable: '对方目前不能接收此金额。请减少金额或询问对方。',
    unknown_form: '此表单已以其他内容提交过。请查看钱包后重新填写。',
    destination_missing: '请填写收款账户：IBAN，或银行与账号。',
    line: '请填写一行，至多 140 个字符。',
    card: '此卡不能在此使用，未扣款。请重新输入或换一张卡。',
  },
  lacking: (missing) => `余额不足，还差 ${missing}。未动用任何款项。`,
  limitNow: {
    ...{
      transaction: '单笔限额',
      day: '今日限额',
      month: '本月限额',
      year: '本年限额',
      balance: '钱包余额上限',
    },
  },
  overLimit: (name, left) => `${name}仅剩 ${left}。未动用任何款项。`,
  entry: {
    top_up: '银行卡充值',
    top_up_refund: '充值退回银行卡',
    sent: '转出',
    received: '转入',
    payment: '付款',
    refund: '退款至钱包',
    withdrawal: '提现',
    withdrawal_return: '提现退回',
    adjustment: '更正',
  },
  to: '至',
  from: '来自',
  kind: { top_up: '充值', send: '转账', payment: '付款', withdrawal: '提现' },
  status: {
    pending: '进行中',
    requested: '等待我们审核',
    approved: '已批准，正在付往银行',
    authorised: '已冻结',
    succeeded: '已完成',
    paid: '已付出',
    failed: '失败，未动用任何款项',
    refused: '被拒绝，金额已解冻',
    canceled: '已取消，未动用任何款项',
    returned: '已由银行退回',
  },
  reason: '原因',
  reference: '银行编号',
  opening: '期初',
  closing: '期末',
  cameIn: '收入',
  wentOut: '支出',
  csv: '下载 CSV',
  tooLarge: '本月明细过多，无法在一页显示。请向客服索取对账单。',
  noEntries: '本月没有变动。',
};

/** See {@link WalletWords}. */
export const walletWords = { en, zh } as const;
