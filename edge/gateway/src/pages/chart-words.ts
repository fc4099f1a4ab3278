import { type AccountCodeName, findAccountCode, findTransferCode } from '@tpmall/ledger/contract';
import { type Language } from '@tpmall/platform/pages';
import { words } from './words.ts';

const accountsInChinese: Readonly<Record<AccountCodeName, string>> = {
  acquirer_receivable: '应收收单机构款',
  due_from_acquirer: '收单机构已清算待付款',
  payment_clearing: '付款清算',
  refund_clearing: '退款清算',
  merchant_payable: '应付商户款',
  shopper_wallet: '买家钱包',
  withdrawal_clearing: '提现清算',
  platform_commission: '平台佣金',
  processing_cost: '处理成本',
};

const reasonsInChinese: Readonly<Record<string, string>> = {
  payment_authorisation: '付款授权',
  payment_capture: '付款请款',
  merchant_share: '商户分账',
  platform_commission: '平台佣金',
  refund: '退款',
  refund_settlement: '退款结算',
  acquirer_settlement: '收单结算',
  processing_fee: '手续费',
  adjustment: '调整',
  wallet_top_up: '钱包充值',
  wallet_top_up_refund: '充值退回',
  wallet_send: '钱包转账',
  wallet_withdrawal: '钱包提现',
  wallet_withdrawal_return: '提现退回',
};

/** What people call a kind of account; an operator's own kind by its number. */
export function accountKindName(language: Language, code: number): string {
  const name = findAccountCode(code)?.name;
  if (name === undefined) return `${words[language].own} ${code}`;
  return language === 'zh' ? accountsInChinese[name as AccountCodeName] : sentence(name);
}

/** What people call a reason for which money moves; an operator's own by its number. */
export function reasonName(language: Language, code: number): string {
  const name = findTransferCode(code)?.name;
  if (name === undefined) return `${words[language].own} ${code}`;
  return (language === 'zh' ? reasonsInChinese[name] : undefined) ?? sentence(name);
}

/** `merchant_payable` as “Merchant payable”. */
function sentence(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
