import type { InputOf } from '@tpmall/platform/contract';
import type { AcquiringConfig, CaptureTermsRule } from '../config.ts';
import type { acquiringContract, CardConnector } from '../contract/index.ts';
import type { Offer } from '../store/shared-writes.ts';

/** What a caller knows of a card. */
export type CardFacts = InputOf<(typeof acquiringContract)['operations']['authorise']>['card'];

/** One capture of at most the amount. */
export const PLAIN: Offer = { multicapture: false, incremental: false, overcapturePercent: 0 };

/** What the contract with an acquirer offers for a card: the first rule of the settings that fits. */
export function offerFor(
  { captureTerms }: Pick<AcquiringConfig, 'captureTerms'>,
  connector: Pick<CardConnector, 'name' | 'acceptor' | 'increment'>,
  card: CardFacts,
): Offer {
  if (!card) return PLAIN;
  const at = { connector: connector.name, category: connector.acceptor.categoryCode, ...card };
  const rule = captureTerms.find((each) => fits(each, at));
  if (!rule) return PLAIN;
  const { multicapture, incrementalAuthorisation: incremental, overcapturePercent } = rule;
  return { multicapture, incremental: incremental && connector.increment !== undefined, overcapturePercent };
}

function fits(
  { connectors, brands, bins, categories }: CaptureTermsRule,
  at: { readonly connector: string; readonly category: string; readonly brand: string; readonly bin: string },
): boolean {
  return (
    (connectors?.includes(at.connector) ?? true) &&
    (brands?.includes(at.brand) ?? true) &&
    (bins?.some((bin) => at.bin.startsWith(bin)) ?? true) &&
    (categories?.includes(at.category) ?? true)
  );
}
