import { accounts } from '@tpmall/accounts';
import { acquiring } from '@tpmall/acquiring';
import { audit } from '@tpmall/audit';
import { catalogue } from '@tpmall/catalogue';
import { checkout } from '@tpmall/checkout';
import { iso8583 } from '@tpmall/connector-iso8583';
import { smtp } from '@tpmall/connector-smtp';
import { stripe } from '@tpmall/connector-stripe';
import { gateway } from '@tpmall/gateway';
import { identity } from '@tpmall/identity';
import { ledger } from '@tpmall/ledger';
import { mail } from '@tpmall/mail';
import { mall } from '@tpmall/mall';
import { payments } from '@tpmall/payments';
import { risk } from '@tpmall/risk';
import { vault } from '@tpmall/vault';
import { wallet } from '@tpmall/wallet';
import { web } from '@tpmall/web';
import { webhooks } from '@tpmall/webhooks';
import { MODULE_NAMES, type ModuleName } from './options.ts';
import type { AnyModule } from './wiring.ts';

/** Every module of TPMall. The one place that knows their implementations. */
export const registry: Readonly<Record<ModuleName, AnyModule>> = {
  accounts: erase(accounts),
  mail: erase(mail(smtp)),
  identity: erase(identity),
  audit: erase(audit),
  vault: erase(vault),
  ledger: erase(ledger),
  acquiring: erase(acquiring(iso8583, stripe)),
  risk: erase(risk),
  payments: erase(payments),
  wallet: erase(wallet),
  catalogue: erase(catalogue),
  checkout: erase(checkout),
  mall: erase(mall),
  webhooks: erase(webhooks),
  web: erase(web),
  gateway: erase(gateway),
};

/** All definitions in an order in which each stands after those it needs. */
export const allModules: readonly AnyModule[] = MODULE_NAMES.map((name) => registry[name]);

/**
 * Puts a definition's types aside: the wiring is generic over all of them and gives each what it declared.
 */
function erase(definition: unknown): AnyModule {
  return definition as AnyModule;
}
