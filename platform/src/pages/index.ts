export {
  type Asset,
  asset,
  cacheControl,
  houseStyle,
  inlineScript,
  scriptText,
  styleSheet,
  styleText,
} from './assets.ts';
export { CSV_TYPE, csv } from './csv.ts';
export { type Encoded, encode, inAcceptedCoding } from './encodings.ts';
export { Html, html } from './html.ts';
export { day, dayText, isTimeZone, minute, monthText, nearDayText, type TimeZone } from './instants.ts';
export {
  isLanguage,
  type Language,
  languageNames,
  languageOf,
  languageTags,
  otherLanguage,
  punctuation,
} from './language.ts';
export { home, ICON_PATH, icon, mark, type PageParts, page, sign } from './layout.ts';
export { money, moneyText, moneyTextWithSign, moneyWithCode, moneyWithSign } from './money.ts';
export { comesFromHere, FORM_TOKEN, formTokenOf, isSameToken } from './own-form.ts';
export { contentPolicy, hashSource, PAGE_TYPE, type PagePolicy, pageHeaders } from './policy.ts';
export { type Shape, status } from './status.ts';
export { cell, columnHead, figure, groupHead, row, rowHead, shortHead, table } from './table.ts';
