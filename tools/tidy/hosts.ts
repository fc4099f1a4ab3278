import ts from 'typescript';
import { lineOf, parse, visit } from '../source/parse.ts';
import { type Finding, isCode, isEquipment, type Tree } from '../source/tree.ts';

/** Hosts that stand for this machine or for nobody (RFC 2606, RFC 6761). */
const HARMLESS_HOST = new RegExp(
  [
    String.raw`^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1?\]?)$`,
    String.raw`^(?:[\w-]+\.)*example(?:\.(?:com|net|org))?$`,
    String.raw`^(?:[\w-]+\.)*(?:localhost|test|invalid)$`,
  ].join('|'),
  'i',
);
/** Addresses that are names of formats and are never opened. */
const NAMESPACES = /^(?:www\.)?w3\.org$|^json-schema\.org$|^schema\.org$/;
const URL_HOST = /\b(?:https?|wss?):\/\/(\[[^\]]*\]|[^/\s"'`<>:?#)]*)/gi;
const HOST_PROPERTY = /^(?:host|hostname|server|origin)$/i;
/** Files besides code that a running product reads. Documents may link to where they like. */
const OTHER_FILES = /\.(?:sql|html|css|svg|sh|ya?ml|toml)$|^\.npmrc$/;

/** No outside host in what runs: TPMall calls nobody whom its operator did not name. */
export function hostFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (isEquipment(path)) continue;
    const found = isCode(path) ? codeHosts(path, text) : OTHER_FILES.test(path) ? lineHosts(path, text) : [];
    for (const { host, line } of found) {
      const message = `names the outside host ${host}; defaults reach nobody`;
      findings.push({ rule: 'outside-host', path, line, message });
    }
  }
  return findings;
}

interface Host {
  readonly host: string;
  readonly line: number;
}

function codeHosts(path: string, text: string): Host[] {
  const source = parse(path, text);
  const hosts: Host[] = [];
  visit(source, (node) => {
    const literal = literalText(node);
    if (literal === undefined) return;
    const line = lineOf(source, node);
    for (const host of outside(literal)) hosts.push({ host, line });
    if (ts.isPropertyAssignment(node.parent) && HOST_PROPERTY.test(node.parent.name.getText())) {
      if (/^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i.test(literal) && !HARMLESS_HOST.test(literal)) {
        hosts.push({ host: literal, line });
      }
    }
  });
  return hosts;
}

function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isJsxText(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  // A substitution in the host's place is chosen by a caller.
  return node.head.text + node.templateSpans.map((span) => `localhost${span.literal.text}`).join('');
}

function lineHosts(path: string, text: string): Host[] {
  const comment = path.endsWith('.sql') ? /--.*$/ : /^\s*(?:#|\/?\*|<!--).*$/;
  return text
    .split('\n')
    .flatMap((line, index) => outside(line.replace(comment, '')).map((host) => ({ host, line: index + 1 })));
}

function outside(text: string): string[] {
  return [...text.matchAll(URL_HOST)]
    .map((match) => match[1] ?? '')
    .filter(
      (host) =>
        host !== '' && !host.includes('localhost') && !HARMLESS_HOST.test(host) && !NAMESPACES.test(host),
    );
}
