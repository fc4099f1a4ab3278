import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Html } from './html.ts';

/** A file that pages load: named by what is in it, so that browsers may keep it for ever. */
export interface Asset {
  /** The path that serves it: `/assets/mall.css`. */
  readonly path: string;
  /** What pages write: the path with the hash of its content. */
  readonly href: string;
  readonly version: string;
  readonly type: string;
  readonly body: string;
}

/** What a request of an asset may be told to keep: for ever under its version, else for minutes. */
const KEEP_FOR_EVER = 'public, max-age=31536000, immutable';
const KEEP_A_WHILE = 'public, max-age=300';
/** Characters of the hash in an address; 48 bits tell versions of one file apart. */
const VERSION_LENGTH = 8;

/** The house's own style: tokens, base, parts, frame. Every sheet begins with it. */
export const houseStyle: readonly URL[] = ['tokens', 'base', 'parts', 'frame'].map(
  (name) => new URL(`./style/${name}.css`, import.meta.url),
);

/** A style sheet of files, one after another, without their comments; read once, at the start. */
export function styleSheet(path: string, files: readonly URL[]): Asset {
  return asset(path, 'text/css; charset=utf-8', styleText(files));
}

/** The same as text, for a page that carries its style itself. */
export function styleText(files: readonly URL[]): string {
  return files.map((file) => compact(readFileSync(file, 'utf8'))).join('');
}

/** A script that stands in a page; the page's policy names it by `hashSource` of its text. */
export function inlineScript(file: URL): { readonly text: string; readonly element: Html } {
  const text = scriptText(file);
  return { text, element: new Html(`<script>${text}</script>\n`) };
}

/** The text of a script of ours; read once, at the start. */
export function scriptText(file: URL): string {
  return readFileSync(file, 'utf8');
}

/** An asset of any text. */
export function asset(path: string, type: string, body: string): Asset {
  const version = createHash('sha256').update(body).digest('base64url').slice(0, VERSION_LENGTH);
  return { path, href: `${path}?v=${version}`, version, type, body };
}

/** How long an asset may be kept by who asks for this version of it. */
export function cacheControl({ version }: Asset, asked: unknown): string {
  return asked === version ? KEEP_FOR_EVER : KEEP_A_WHILE;
}

/** Comments and indentation are for us. */
function compact(css: string): string {
  return css
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/\s*\n\s*/g, '\n')
    .trimStart();
}
