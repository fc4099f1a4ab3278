const COMMENT_LINE = /^(\s*(?:\*|\/\/|--) )( *)(\S.*)$/;
const ONE_LINE_DOC = /^(\s*)\/\*\* (.*\S) \*\/$/;
/** Beginnings that must stay at the beginning of their line: list items, tags, tables, fences. */
const OWN_LINE = /^(?:[-*|#>@]|\d+\.\s|```|~~~)/;

/**
 * Breaks comment lines that are longer than `columns`; words flow into the next line of the same paragraph.
 * Lines that are short enough stay as they are, so that the change is as small as the reader expects.
 */
export function wrapComments(text: string, columns: number): string {
  const lines = text.split('\n').flatMap((line) => openDoc(line, columns));
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (Array.from(line).length <= columns) continue;
    const parts = COMMENT_LINE.exec(line);
    if (!parts) continue;
    const [, prefix = '', indent = '', content = ''] = parts;
    const at = lastBreak(line, columns, prefix.length + indent.length);
    if (at < 0) continue;
    const rest = line.slice(at + 1);
    const hanging = indent + ' '.repeat(/^(?:- |\* |\d+\.\s+)/.exec(content)?.[0].length ?? 0);
    lines[index] = line.slice(0, at);
    const next = COMMENT_LINE.exec(lines[index + 1] ?? '');
    if (next && next[1] === prefix && !OWN_LINE.test(next[3] ?? '') && rest !== '*/') {
      lines[index + 1] = `${prefix}${next[2]}${rest} ${next[3]}`;
    } else if (rest === '*/') {
      lines.splice(index + 1, 0, prefix.replace('* ', '*/'));
    } else {
      lines.splice(index + 1, 0, `${prefix}${hanging}${rest}`);
    }
  }
  return lines.join('\n');
}

function openDoc(line: string, columns: number): string[] {
  const parts = ONE_LINE_DOC.exec(line);
  if (!parts || Array.from(line).length <= columns) return [line];
  const [, indent = '', content = ''] = parts;
  return [`${indent}/**`, `${indent} * ${content}`, `${indent} */`];
}

/** The last space at which the line may be broken, beyond its prefix; -1 where one word fills it. */
function lastBreak(line: string, columns: number, from: number): number {
  // A character outside the basic plane counts once here and twice in the string, so this errs on the short
  // side.
  const at = line.lastIndexOf(' ', columns);
  return at > from ? at : -1;
}
