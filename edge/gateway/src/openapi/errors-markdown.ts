import { type CatalogueEntry, declineCodes, errorCatalogue } from '@tpmall/wire';

/** The catalogue of errors as a page of the documentation. */
export function errorsMarkdown(): string {
  const entries: readonly (readonly [string, CatalogueEntry])[] = Object.entries(errorCatalogue);
  const lines = [
    '# Errors',
    '',
    'Every code that the API answers with, made from `edge/wire/src/error-catalogue.ts`. Each error',
    'names its page in `doc_url`; the running server answers there with the same text.',
    '',
    ...entries.flatMap(([code, entry]) => [
      `## \`${code}\``,
      '',
      `\`${entry.id}\` · HTTP ${entry.status} · \`${entry.type}\``,
      '',
      entry.explanation,
      '',
      entry.remedy,
      '',
    ]),
    '# Decline codes',
    '',
    'Why a card was declined: `decline_code` of an error with the code `card_declined`.',
    '',
    ...Object.entries(declineCodes).map(([code, text]) => `- \`${code}\`: ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}
