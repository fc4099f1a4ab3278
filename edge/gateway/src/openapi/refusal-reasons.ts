import { OTHER_WAYS } from '@tpmall/wire';

/**
 * Why parameters that clients of the payments API know are refused (400 `parameter_unsupported`) rather than
 * ignored: each reason with the parameters it holds for. A name is the end of a parameter's path, so that
 * `transfer_data.metadata` stands for that one alone.
 */
export const REFUSAL_REASONS: readonly (readonly [why: string, parameters: readonly string[]])[] = [
  [
    'Only cards are taken, and which card is asked for by nobody else than the seller.',
    [
      'allowed_payment_method_types',
      'excluded_payment_method_types',
      'payment_method_configuration',
      'bank_account',
      'account_holder_name',
      'account_holder_type',
      'owner',
      'wallet_options',
      ...OTHER_WAYS,
      'card.restrictions',
      'demo_pay',
      'flow_directions',
      'radar_options',
    ],
  ],
  ['A customer here is a buyer; an account is never one.', ['customer_account', 'attach_to_self']],
  [
    'Level 2 and level 3 data go to no acquirer here, and what is kept without effect would be believed.',
    ['amount_details', 'payment_details'],
  ],
  [
    'Another server would have to be asked, or would have to ask this one.',
    ['hooks', 'managed_payments', 'adaptive_pricing', 'branding_settings', 'integration_identifier'],
  ],
  ['There are no mandates as objects: cards need none.', ['mandate', 'mandate_options', 'single_use']],
  ['It is said with a confirmation.', ['confirmation_token', 'mandate_data']],
  [
    'It is said when the object is made, and stands.',
    [
      'on_behalf_of',
      'line_items',
      'payment_intent_data',
      'application_fee_amount',
      'transfer_data',
      'collected_information',
    ],
  ],
  ['A payment is confirmed for its whole amount.', ['amount_to_confirm']],
  [
    'An older name: application_fee_amount and transfer_data[destination] say it.',
    ['application_fee', 'destination'],
  ],
  [
    'A transfer of a merchant’s part is a posting of the ledger, not an object that could be described.',
    ['transfer_data.description', 'transfer_data.metadata', 'transfer_data.payment_data'],
  ],
  [
    'There are no subscriptions, and no usage that is metered.',
    [
      'application_fee_percent',
      'subscription',
      'subscription_data',
      'trial_period_days',
      'meter',
      'aggregate_usage',
    ],
  ],
  [
    'There are no invoices and no balance of a customer that they would be set off against.',
    [
      'balance',
      'cash_balance',
      'invoice_prefix',
      'next_invoice_sequence',
      'custom_fields',
      'footer',
      'rendering_options',
      'invoice_data',
    ],
  ],
  [
    'Nothing here reckons tax.',
    [
      'tax',
      'tax_details',
      'tax_id',
      'tax_id_data',
      'tax_rates',
      'dynamic_tax_rates',
      'liability',
      'tax_id_collection.required',
    ],
  ],
  [
    'There are no discounts and no promotions.',
    ['coupon', 'promotion_code', 'discounts', 'consent_collection.promotions'],
  ],
  [
    'A shop sends its goods itself: shipping is asked for, and not priced.',
    ['shipping_options', 'permissions'],
  ],
  [
    'A price is one amount for one piece, in each currency.',
    ['custom_unit_amount', 'tiers', 'tiers_mode', 'transform_quantity', 'optional_items'],
  ],
  [
    'The page is a page of its own, in the browser’s window, and belongs to one session.',
    ['redirect_on_completion', 'return_url', 'origin_context', 'after_expiration'],
  ],
  [
    'The page decides it by what is due and by whom it is for.',
    ['payment_method_collection', 'payment_method_data', 'customer_update', 'payment_method_reuse_agreement'],
  ],
  [
    'What a card’s authorisation is asked for is said on the payment intent.',
    [
      'payment_method_options',
      'card.capture_method',
      'card.installments',
      'card.request_incremental_authorization',
      'card.request_multicapture',
      'card.request_overcapture',
      'card.setup_future_usage',
    ],
  ],
  [
    'No acquirer of ours offers it.',
    [
      'installments.plan',
      'setup_credential_usage',
      'stored_credential_usage',
      'network',
      'networks',
      'request_extended_authorization',
      'statement_descriptor_suffix_kana',
      'statement_descriptor_suffix_kanji',
    ],
  ],
  [
    'Card data and what was authenticated elsewhere go to the vault alone, or nowhere.',
    ['cvc_token', 'cvc_update', 'three_d_secure', 'card.exp_month', 'card.exp_year'],
  ],
  [
    'It is said on the payment intent, before its money is taken.',
    [
      'statement_descriptor',
      'statement_descriptor_suffix',
      'receipt_email',
      'transfer_group',
      'createCharge.shipping',
    ],
  ],
  [
    'Whose a payment, a charge or a card is does not change.',
    [
      'updateCharge.customer',
      'createPaymentMethod.customer',
      'createPaymentMethod.payment_method',
      'createToken.customer',
    ],
  ],
  ['Decisions about fraud are the risk module’s; see /v1/risk.', ['fraud_details']],
  [
    'Money goes back to the card it came from, in its own currency.',
    ['createRefund.currency', 'createRefund.customer', 'instructions_email', 'origin'],
  ],
  ['A line is a part of its order and keeps nothing of its own.', ['line_items.metadata']],
  ['A customer has one name.', ['business_name', 'individual_name']],
  ['Nothing is validated by a charge; time is real.', ['validate', 'test_clock']],
  ['Lists of them are in the order in which they were made, all of them at once.', ['created']],
  ['Nothing in it refers to another object.', ['expand', 'payload_style']],
  ['There are no payouts as objects.', ['payout']],
  ['Tokens stand for cards.', ['account', 'person', 'pii']],
  [
    'Who a merchant is, is for the operator of the platform to know and to check.',
    [
      'account_token',
      'business_profile.mcc',
      'business_profile.product_description',
      'business_profile.support_email',
      'business_profile.support_phone',
      'business_profile.support_url',
      'business_profile.url',
      'business_type',
      'company',
      'controller',
      'documents',
      'external_account',
      'groups',
      'individual',
      'createAccount.metadata',
      'settings.branding',
      'settings.card_payments',
      'settings.payouts',
      'tos_acceptance',
    ],
  ],
];
