/**
 * `npm run check`: every check that needs no test run, one line each, full output of the failing ones only.
 * `npm run check -- types lint` runs those two; `--list` names all; `--report FILE` also writes the result as
 * JSON.
 */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

interface Check {
  readonly name: string;
  readonly what: string;
  readonly command: readonly string[];
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Longest first, so that two cores end together. */
const CHECKS: readonly Check[] = [
  {
    name: 'schema',
    what: 'committed schema dumps are what the migrations make',
    command: tsx('schema-dump', '--check'),
  },
  {
    name: 'knip',
    what: 'no unused files, exports and dependencies',
    command: bin('knip/bin/knip.js', '--no-config-hints'),
  },
  {
    name: 'lint',
    what: 'oxlint with types',
    command: bin('oxlint/bin/oxlint', '--type-aware', '--deny-warnings'),
  },
  { name: 'types', what: 'the whole tree compiles', command: bin('typescript7/bin/tsc', '-p', '.') },
  {
    name: 'console',
    what: 'the console compiles, with what a browser has',
    command: bin('typescript7/bin/tsc', '-p', 'apps/console'),
  },
  {
    name: 'boundaries',
    what: 'imports match the declared graph, I/O enters through ports',
    command: tsx('boundaries'),
  },
  { name: 'tidy', what: 'rules of style', command: tsx('tidy') },
  { name: 'packages', what: 'manifests match imports, versions are exact', command: tsx('packages') },
  { name: 'secrets', what: 'no card numbers and keys', command: tsx('secrets') },
  { name: 'docs', what: 'generated pages are up to date', command: tsx('docs', '--check') },
  {
    name: 'format',
    what: 'biome',
    command: bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  },
];

/** A check whose program is not part of this tree checks nothing. */
const present = CHECKS.filter(({ command }) => {
  const script = command.find((part) => part.startsWith('tools/'));
  return script === undefined || existsSync(script);
});

const { values: options, positionals: wanted } = parseArgs({
  options: { report: { type: 'string' }, list: { type: 'boolean' } },
  allowPositionals: true,
});

const unknown = wanted.filter((name) => !present.some((check) => check.name === name));
if (options.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no such check: ${unknown.join(', ')}`);
  for (const check of present) console.log(`${check.name.padEnd(12)}${check.what}`);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  const chosen = present.filter((check) => wanted.length === 0 || wanted.includes(check.name));
  await runAll(chosen);
}

async function runAll(checks: readonly Check[]): Promise<void> {
  const queue = [...checks];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const outcome = await runOne(check);
      outcomes.push(outcome);
      console.log(
        `${outcome.passed ? '✓' : '✗'} ${check.name.padEnd(12)}${outcome.seconds.toFixed(1).padStart(6)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  const failed = outcomes.filter((outcome) => !outcome.passed);
  for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output.trimEnd()}`);
  const passed = outcomes.length - failed.length;
  console.log(`\n${passed} checks passed, ${failed.length} failed`);
  if (options.report !== undefined) {
    const results = outcomes.map(({ name, passed: fine, seconds }) => ({ name, passed: fine, seconds }));
    writeFileSync(options.report, JSON.stringify({ passed, failed: failed.length, results }));
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function runOne(check: Check): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const done = (passed: boolean): void => {
      resolve({ name: check.name, passed, seconds: (performance.now() - started) / 1000, output });
    };
    const child = spawn(process.execPath, check.command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      output += error.message;
      done(false);
    });
    child.on('close', (code) => done(code === 0));
  });
}

function tsx(tool: string, ...rest: readonly string[]): readonly string[] {
  return ['--import', 'tsx', `tools/${tool}.ts`, ...rest];
}

function bin(path: string, ...rest: readonly string[]): readonly string[] {
  return [`node_modules/${path}`, ...rest];
}
