import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The repository's text files as they stand in the working tree: path from the root (with `/`) → content. */
export type Tree = ReadonlyMap<string, string>;

/** One thing that a check found. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  /** From 1; 0 where the finding is about the file or package as a whole. */
  readonly line: number;
  readonly message: string;
}

const TEXT =
  /\.(?:[cm]?[jt]sx?|json|sql|md|html|css|sh|ya?ml|txt|svg|toml|tpl|pem|env)$|(?:^|\/)\.ci\/|\/?\.npmrc$/;
const NEVER = new Set(['node_modules', '.git', '.tpmall', 'coverage', '.cache']);
/** Larger files are data, not something that a person wrote. */
const MAX_BYTES = 1024 * 1024;

/** Reads the tree: what git tracks or would track, so that ignored files never count. */
export function readTree(root: string): Tree {
  const paths = existsSync(join(root, '.git')) ? gitFiles(root) : walk(root, root);
  const tree = new Map<string, string>();
  for (const path of paths.sort()) {
    const full = join(root, path);
    if (!TEXT.test(path) || !existsSync(full)) continue;
    const about = statSync(full);
    if (about.isFile() && about.size <= MAX_BYTES) tree.set(path, readFileSync(full, 'utf8'));
  }
  return tree;
}

function gitFiles(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * MAX_BYTES,
  });
  return listed.split('\0').filter((path) => path !== '');
}

function walk(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NEVER.has(entry.name)) return [];
    const full = join(folder, entry.name);
    return entry.isDirectory() ? walk(root, full) : [relative(root, full).split(sep).join('/')];
  });
}

/** Files that serve tests and work on the repository: no product code, so other rules hold for them. */
export function isEquipment(path: string): boolean {
  return (
    /^(?:tests|bench|tools)\//.test(path) ||
    /(?:^|\/)test(?:ing|-[\w-]+)\//.test(path) ||
    isTest(path) ||
    /^[^/]+\.(?:ts|mjs|js)$/.test(path)
  );
}

/** Test files, and suites that a test file runs on what it has started. */
export function isTest(path: string): boolean {
  return /\.(?:test|suite)\.tsx?$/.test(path);
}

/** TypeScript and JavaScript that we wrote. */
export function isCode(path: string): boolean {
  return /\.(?:[cm]?[jt]sx?)$/.test(path);
}

/** Prints findings, one a line, and sets the exit code. */
export function report(findings: readonly Finding[], what: string): void {
  for (const finding of findings) {
    const where = finding.line > 0 ? `${finding.path}:${finding.line}` : finding.path;
    console.log(`${where}  ${finding.message}  (${finding.rule})`);
  }
  console.log(findings.length === 0 ? `${what}: nothing found` : `${what}: ${findings.length} found`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
