import { type Language, languageTags, punctuation } from '@tpmall/platform/pages';

/** Where something goes to; what an address does not have is null. */
interface PostalAddress {
  readonly line1: string | null;
  readonly line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  /** ISO 3166 alpha-2. */
  readonly country: string | null;
}

/**
 * An address in one line, as letters of the language have it (UPU S42): in English from the person to the
 * country, in Chinese from the country by province, city and street to the person.
 */
export function postalLine(language: Language, name: string | null, address: PostalAddress): string {
  const { line1, line2, city, state, postalCode, country } = address;
  const land = country && new Intl.DisplayNames([languageTags[language]], { type: 'region' }).of(country);
  const joined = (parts: readonly (string | null | undefined)[], mark: string) =>
    parts.filter(Boolean).join(mark);
  const { comma } = punctuation[language];
  // What is written in Latin letters needs the space, and what is in Chinese may have it.
  return language === 'zh'
    ? joined([joined([land, state, city, line1, line2, postalCode], ' '), name], comma)
    : joined([name, line1, line2, joined([postalCode, city], ' '), state, land], comma);
}
