/** What a process holds that another file of tests in it would meet. */
export interface Held {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Listeners of process-wide events, by event. */
  readonly listeners: Readonly<Record<string, number>>;
  /** Servers that listen, and child processes that run, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Node's names of what must not outlive its file; connections that are kept alive end by themselves. */
const RESOURCES = ['TCPServerWrap', 'PipeServerWrap', 'ProcessWrap', 'Worker', 'FSEventWrap'];

/** Looks at this process. */
export function whatIsHeld(): Held {
  return {
    folder: process.cwd(),
    environment: { ...process.env },
    listeners: Object.fromEntries(
      process.eventNames().map((event) => [String(event), process.listenerCount(event)]),
    ),
    resources: counted(process.getActiveResourcesInfo().filter((name) => RESOURCES.includes(name))),
  };
}

/** What this process holds now and did not before, in words; nothing where all was put back. */
export function leftSince(before: Held): string[] {
  const now = whatIsHeld();
  return [
    ...(now.folder === before.folder ? [] : [`it works in ${now.folder}`]),
    ...changed(before.environment, now.environment).map((name) => `${name} of the environment is another`),
    ...grown(before.listeners, now.listeners).map((event) => `a listener of the process’s ${event}`),
    ...grown(before.resources, now.resources).map((kind) => `a ${kind}`),
  ];
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function changed(before: Held['environment'], now: Held['environment']): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => before[name] !== now[name],
  );
}

function grown(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): string[] {
  return Object.keys(now).filter((name) => (now[name] ?? 0) > (before[name] ?? 0));
}
