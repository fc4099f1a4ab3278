import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, systemClock } from '@tpmall/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Evidence, findProblems } from './ledger/check.ts';
import { kill, type LoadProcess, startLoad, startWriter, type WriterProcess } from './ledger/fleet.ts';
import { buildStage, type Stage } from './ledger/stage.ts';

/** Kills of the whole run, and the seed that chooses them. */
const KILLS = Number(process.env.TPMALL_CRASH_KILLS ?? 50);
const SEED = Number(process.env.TPMALL_SEED ?? Math.trunc(Math.random() * 2 ** 31));
/** Every so many cycles the leader is paused instead, and wakes after another has taken over. */
const PAUSE_EVERY = 9;
/** Calls that must be acknowledged after a kill before the next one: recovery has happened. */
const RECOVERED_CALLS = 4;
const RECOVERY_MS = 60_000;
const RUN_MS = 300_000;

let stage: Stage;
let writers: WriterProcess[];
let load: LoadProcess;
/** Settles when the last writer that was killed has been replaced. */
let starting: Promise<void>;
beforeEach(async () => {
  stage = await buildStage();
  writers = [];
  starting = Promise.resolve();
});
afterEach(async () => {
  await starting;
  for (const writer of writers) await kill(writer.child);
  await kill(load.child);
  await stage.close();
});

test(
  'whatever is killed, and whenever, nothing acknowledged is lost or done twice',
  async () => {
    console.log(`ledger-kill.test.ts: TPMALL_SEED=${SEED} TPMALL_CRASH_KILLS=${KILLS}`);
    const random = seededRandom(SEED);
    writers = await Promise.all([startWriter(stage.url), startWriter(stage.url)]);
    load = startLoad(stage.ackFile, SEED);
    load.tell(ports());
    let kills = 0;
    for (let cycle = 1; kills < KILLS; cycle += 1) {
      await progress(load.acknowledged + RECOVERED_CALLS);
      await sleep(random.below(400));
      if (cycle % PAUSE_EVERY === 0) await pauseAndTakeOver(random.below(300));
      else {
        await starting;
        kills += await killSome(random.below(100));
      }
    }
    await starting;
    await progress(load.acknowledged + RECOVERED_CALLS);
    await load.stop();
    const evidence = await atRest();
    const made = evidence.log.filter((line) => line.kind <= 4).length;
    console.log(
      `ledger-kill.test.ts: ${kills} kills, ${evidence.acknowledged.length} calls, ${made} transfers`,
    );
    expect(made).toBeGreaterThan(KILLS * 10);
    expect(findProblems(evidence)).toEqual([]);
    for (const writer of writers) await kill(writer.child);
    writers = [await startWriter(stage.url)];
    expect(findProblems(await atRest())).toEqual([]);
    const verified = (await (await leader()).ask('verify', RECOVERY_MS))?.verification;
    expect(verified).toMatchObject({ ok: true, differences: [] });
  },
  RUN_MS,
);

test('the checker notices a writer that acknowledges before the commit', async () => {
  writers = [await startWriter(stage.url, 'hasty')];
  load = startLoad(stage.ackFile, SEED);
  load.tell(ports());
  await progress(40);
  await kill(writers[0]?.child as WriterProcess['child']);
  writers = [await startWriter(stage.url)];
  load.tell(ports());
  await progress(load.acknowledged + RECOVERED_CALLS);
  await load.stop();
  const problems = findProblems(await atRest());
  expect(
    problems.filter((problem) => problem.endsWith('was acknowledged, and is not in the log')),
  ).not.toEqual([]);
});

/** A takeover that is given the lock though another holds it, and that ends no server process. */
const LOCK_GIVES_WAY = `CREATE SCHEMA fault;
  GRANT USAGE ON SCHEMA fault TO ledger_app;
  CREATE FUNCTION fault.pg_try_advisory_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
  CREATE FUNCTION fault.pg_terminate_backend(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
  ALTER ROLE ledger_app SET search_path = fault, pg_catalog`;
/** \`ledger.advance\` without its conditions: neither the epoch nor the log's end stops anyone. */
const EPOCH_GIVES_WAY = `CREATE OR REPLACE FUNCTION ledger.advance(
  of_epoch bigint, from_position bigint, to_position bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN UPDATE ledger.writer SET position = to_position; END $$`;

test('the epoch alone keeps a writer that wakes after a takeover from committing', async () => {
  await stage.plant(LOCK_GIVES_WAY);
  await wakeAfterTakeOver();
  // Some may still be the heir's: so many that the last of them are surely not.
  await progress(load.acknowledged + 150);
  load.tell(ports());
  await load.stop();
  expect(await problemsOfLog()).toEqual([]);
});

test('the checker notices a writer that commits after a takeover', async () => {
  await stage.plant(LOCK_GIVES_WAY);
  await stage.plant(EPOCH_GIVES_WAY);
  await wakeAfterTakeOver();
  // Two writers of one log soon trip over each other; what counts is what they left there.
  await until(async () => {
    await sleep(200);
    return (await problemsOfLog()).some((problem) => /^position \d+ is there twice$/.test(problem));
  }, 'a position is there twice');
});

/** A leader sleeps, another leads meanwhile, and the first is given work as soon as it is awake. */
async function wakeAfterTakeOver(): Promise<void> {
  const old = await startWriter(stage.url);
  writers = [old];
  load = startLoad(stage.ackFile, SEED);
  load.tell(ports());
  await progress(40);
  old.child.kill('SIGSTOP');
  const heir = await startWriter(stage.url);
  writers = [heir, old];
  load.tell([heir.port]);
  await progress(load.acknowledged + 20);
  old.child.kill('SIGCONT');
  load.tell([old.port]);
}

async function problemsOfLog(): Promise<string[]> {
  // Balances in memory are not asked for: what two writers did to one log stands in the log.
  const evidence = await stage.evidence();
  return findProblems({ ...evidence, balances: evidence.sums });
}

const ports = (): number[] => writers.map((writer) => writer.port);

/** Kills the leader, every process of Postgres, or all of these at once; what was killed is started again. */
async function killSome(dice: number): Promise<number> {
  const postgresDies = dice >= 55;
  const writerDies = dice < 55 || dice >= 88;
  const crashed = postgresDies ? stage.crashPostgres() : undefined;
  if (writerDies) {
    const victim = postgresDies ? (writers[dice % writers.length] as WriterProcess) : await leader();
    await kill(victim.child);
    writers = writers.filter((writer) => writer !== victim);
    starting = replace();
  }
  await crashed;
  return Number(postgresDies) + Number(writerDies);
}

/** The other writer may lead, and be killed in its turn, while the replacement starts. */
async function replace(): Promise<void> {
  const writer = await startWriter(stage.url);
  writers = [...writers, writer];
  load.tell(ports());
}

/** The leader sleeps under load, another takes over and works; awake again, the old one stands back. */
async function pauseAndTakeOver(nap: number): Promise<void> {
  await starting;
  const old = await leader();
  const heir = writers.find((writer) => writer !== old) as WriterProcess;
  old.child.kill('SIGSTOP');
  const tookOver = await heir.ask('takeOver', RECOVERY_MS);
  expect(tookOver?.mode).toBe('leading');
  await progress(load.acknowledged + RECOVERED_CALLS);
  await sleep(nap);
  old.child.kill('SIGCONT');
  await until(async () => (await old.ask('status'))?.mode === 'standby', 'the old writer stands back');
  expect((await heir.ask('status', RECOVERY_MS))?.mode).toBe('leading');
}

async function leader(): Promise<WriterProcess> {
  let found: WriterProcess | undefined;
  await until(async () => {
    for (const writer of writers) if ((await writer.ask('status'))?.mode === 'leading') found = writer;
    return found !== undefined;
  }, 'a writer leads');
  return found as WriterProcess;
}

/** What the machine, SQL and the client say of one position: the last time-outs may still be running. */
async function atRest(): Promise<Evidence> {
  const writer = await leader();
  let evidence: Evidence | undefined;
  await until(async () => {
    const machine = await writer.ask('balances', RECOVERY_MS);
    const gathered = await stage.evidence();
    if (machine?.balances && machine.position === gathered.position) {
      evidence = { ...gathered, balances: machine.balances };
    }
    return evidence !== undefined;
  }, 'the ledger is at rest');
  return evidence as Evidence;
}

function progress(acknowledged: number): Promise<void> {
  return until(() => load.acknowledged >= acknowledged, `${acknowledged} calls are acknowledged`);
}

async function describeWriters(): Promise<string> {
  const modes = await Promise.all(
    writers.map(async (writer) => `${writer.port} ${(await writer.ask('status'))?.mode ?? 'is silent'}`),
  );
  return `writers: ${modes.join(', ')}`;
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = systemClock.now() + RECOVERY_MS * 1_000;
  while (!(await isSo())) {
    if (systemClock.now() > end) throw new Error(`waited in vain until ${what}; ${await describeWriters()}`);
    await sleep(15);
  }
}
