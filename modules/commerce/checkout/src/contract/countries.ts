/** ISO 3166-1 alpha-2, with what has no code of its own there (AC, TA, XK), as payment clients know them. */
const CODES =
  'AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS ' +
  'BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ' +
  'ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID ' +
  'IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV ' +
  'LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU ' +
  'NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL ' +
  'SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA ' +
  'VC VE VG VN VU WF WS XK YE YT ZA ZM ZW ZZ';

/** Countries that an address may be in; `ZZ` is any other. */
export const COUNTRIES: readonly string[] = CODES.split(' ');
const known = new Set(COUNTRIES);

/** Whether an address may be in a country of this code. */
export function isCountry(code: string): boolean {
  return known.has(code);
}

/** Countries and territories that have no postal codes, or whose people have no use for theirs. */
const WITHOUT =
  'AE AG AO AW BF BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GD GH GM GQ GY HK JM KE KI KM KN ML ' +
  'MO MR MW NR NU PA QA RW SB SC SL SR ST SY TD TF TG TK TL TO TT TV TZ UG VU YE ZW';
const withoutPostalCodes = new Set(WITHOUT.split(' '));

/** How postal codes are written where their form is known for certain; spaces in them say nothing. */
const FORMS: Readonly<Record<string, RegExp>> = {
  ...ofDigits(4, 'AT AU BE CH DK NO NZ'),
  ...ofDigits(5, 'DE ES FI FR IT KR SE'),
  ...ofDigits(6, 'CN IN SG'),
  CA: /^[A-Z]\d[A-Z]-?\d[A-Z]\d$/i,
  GB: /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/i,
  JP: /^\d{3}-?\d{4}$/,
  NL: /^\d{4}[A-Z]{2}$/i,
  PL: /^\d{2}-?\d{3}$/,
  PT: /^\d{4}(-?\d{3})?$/,
  US: /^\d{5}(-?\d{4})?$/,
};

/** Codes of so many digits; people set their country's letters before them, as in `D-10115`. */
function ofDigits(digits: number, countries: string): Record<string, RegExp> {
  const form = new RegExp(`^([A-Z]{1,3}-)?\\d{${digits}}$`, 'i');
  return Object.fromEntries(countries.split(' ').map((country) => [country, form]));
}

/** Whether this can be a postal code there; of a country whose codes are not known everything can. */
export function isPostalCode(country: string, code: string): boolean {
  return FORMS[country]?.test(code.replaceAll(/\s/g, '')) ?? true;
}

/** Whether an address there is complete only with a postal code. */
export function hasPostalCodes(country: string): boolean {
  return !withoutPostalCodes.has(country);
}
