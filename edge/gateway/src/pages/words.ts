import { parameter } from '@tpmall/wire';

/** The languages of the pages. */
export type Language = 'en' | 'zh';

/** `?lang=en` or `?lang=zh`; without it the browser's preference decides. */
export const languageParameter = parameter({ type: 'string', enum: ['en', 'zh'] }, readLanguage).optional();

function readLanguage(
  value: unknown,
): { value: Language } | { code: 'parameter_invalid_enum'; message: string } {
  if (value === 'en' || value === 'zh') return { value };
  return { code: 'parameter_invalid_enum', message: 'must be en or zh' };
}

/** The language of a request: what it asks for, else the first of its preferences that there is. */
export function languageOf(asked: Language | undefined, acceptLanguage: string): Language {
  if (asked) return asked;
  for (const part of acceptLanguage.slice(0, 200).split(',')) {
    const tag = part.trim().toLowerCase();
    if (tag.startsWith('zh')) return 'zh';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

/** What the pages of the ledger say. */
export const words = {
  en: {
    skip: 'To the content',
    other: '中文',
    ledger: 'Ledger',
    overview: 'Overview',
    chart: 'Chart of accounts',
    journal: 'Journal',
    trialBalance: 'Trial balance',
    csv: 'As CSV',
    code: 'Code',
    name: 'Name',
    kind: 'Kind',
    side: 'Side',
    accounts: 'Accounts',
    transfers: 'Transfers',
    entries: 'Entries in the log',
    openPendings: 'Open holds',
    digest: 'Fingerprint',
    meaning: 'What stands on it',
    debit: 'Debit',
    credit: 'Credit',
    debits: 'Debits',
    credits: 'Credits',
    pending: 'pending',
    posted: 'posted',
    total: 'Total',
    balanced: 'Debits equal credits',
    unbalanced: 'Debits and credits differ',
    currency: 'Currency',
    asOf: 'As of',
    show: 'Show',
    state: 'State',
    time: 'Time (UTC)',
    reason: 'Reason',
    from: 'Debit account',
    to: 'Credit account',
    amount: 'Amount',
    account: 'Account',
    older: 'Older',
    newest: 'Newest',
    asset: 'asset',
    liability: 'liability',
    revenue: 'revenue',
    expense: 'expense',
    equity: 'equity',
    own: 'Operator’s own',
    emptyJournal: 'Nothing has been posted yet. The first payment will stand here.',
    emptyBalance: 'No account has been opened yet. Currencies appear here with their first account.',
    learn: 'How accounts and transfers are made',
    hold: 'hold',
    post: 'hold posted',
    void: 'hold released',
  },
  zh: {
    skip: '跳到内容',
    other: 'English',
    ledger: '总账',
    overview: '概览',
    chart: '会计科目表',
    journal: '日记账',
    trialBalance: '试算平衡表',
    csv: 'CSV 格式',
    code: '科目号',
    name: '名称',
    kind: '类别',
    side: '方向',
    accounts: '账户数',
    transfers: '转账',
    entries: '日志条目',
    openPendings: '未结冻结',
    digest: '指纹',
    meaning: '记录内容',
    debit: '借',
    credit: '贷',
    debits: '借方',
    credits: '贷方',
    pending: '待定',
    posted: '已入账',
    total: '合计',
    balanced: '借贷平衡',
    unbalanced: '借贷不平衡',
    currency: '币种',
    asOf: '截至',
    show: '查看',
    state: '状态',
    time: '时间（UTC）',
    reason: '事由',
    from: '借方账户',
    to: '贷方账户',
    amount: '金额',
    account: '账户',
    older: '更早',
    newest: '最新',
    asset: '资产',
    liability: '负债',
    revenue: '收入',
    expense: '费用',
    equity: '权益',
    own: '运营方自设',
    emptyJournal: '尚无入账。第一笔付款将显示在这里。',
    emptyBalance: '尚未开立账户。币种会随第一个账户显示在这里。',
    learn: '如何开立账户与转账',
    hold: '冻结',
    post: '冻结入账',
    void: '冻结解除',
  },
} as const satisfies Record<Language, Record<string, string>>;

/** See {@link words}. */
export type Words = Readonly<Record<keyof (typeof words)['en'], string>>;
