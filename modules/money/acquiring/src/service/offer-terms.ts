import type { InputOf } from '@tpmall/platform/contract';
import type { AcquiringConfig, CaptureTermsRule } from '../config.ts';
import type { acquiringContract } from '../contract/index.ts';
import type { Offer } from '../store/shared-writes.ts';

type CardFacts = InputOf<(typeof acquiringContract)['operations']['authorise']>['card'];

/** One capture of at most the amount. */
const PLAIN: Offer = { multicapture: false, incremental: false, overcapturePercent: 0 };

/** What the contract with an acquirer offers for a card: the first rule of the settings that fits. */
export function offerFor(
  { captureTerms, connectors }: Pick<AcquiringConfig, 'captureTerms' | 'connectors'>,
  connector: string,
  card: CardFacts,
): Offer {
  if (!card) return PLAIN;
  const category = connectors.find(({ name }) => name === connector)?.categoryCode ?? '';
  const rule = captureTerms.find((each) => fits(each, { connector, category, ...card }));
  if (!rule) return PLAIN;
  const { multicapture, incrementalAuthorisation: incremental, overcapturePercent } = rule;
  return { multicapture, incremental, overcapturePercent };
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
