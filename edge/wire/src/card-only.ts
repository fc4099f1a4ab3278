import { flagThatIs, list, oneOf, unsupported } from './parameters.ts';

/** The one way to pay; naming another is refused. */
export const cardOnly = oneOf('card');

/** As many ways as a client may name; each but the one is refused by its place. */
const TYPES_MAX = 100;

/** `payment_method_types`: accepted where it says what is the case anyway. */
export const cardTypes = list(cardOnly, TYPES_MAX).optional();

/** Other ways to pay by which clients describe a payment method, or say how it is paid with. */
export const OTHER_WAYS = [
  'acss_debit',
  'affirm',
  'afterpay_clearpay',
  'alipay',
  'alma',
  'amazon_pay',
  'au_becs_debit',
  'bacs_debit',
  'bancontact',
  'billie',
  'bizum',
  'blik',
  'boleto',
  'card_present',
  'cashapp',
  'crypto',
  'custom',
  'customer_balance',
  'eps',
  'fpx',
  'giropay',
  'grabpay',
  'ideal',
  'interac_present',
  'kakao_pay',
  'klarna',
  'konbini',
  'kr_card',
  'link',
  'mb_way',
  'mobilepay',
  'multibanco',
  'naver_pay',
  'nz_bank_account',
  'oxxo',
  'p24',
  'pay_by_bank',
  'payco',
  'paynow',
  'paypal',
  'paypay',
  'payto',
  'pix',
  'promptpay',
  'revolut_pay',
  'samsung_pay',
  'satispay',
  'scalapay',
  'sepa_debit',
  'sequra',
  'sofort',
  'sunbit',
  'swish',
  'twint',
  'upi',
  'us_bank_account',
  'wechat_pay',
  'zip',
] as const;

/** What is said of other ways to pay is refused by name. */
export const otherWays = unsupported(...OTHER_WAYS);

/** `moto`: orders by mail or telephone, for which no acquirer here is asked. */
export const noMoto = flagThatIs(
  false,
  'orders by mail or telephone are not supported by this server',
).optional();
