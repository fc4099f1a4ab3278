/** What `tpmall --help` says. */
export const USAGE = `Usage: tpmall COMMAND [options]

  ledger verify    recompute every balance from the log and compare
  demo             buy from two merchants and show where each cent went
                     --seed N --json FILE   repeatable ids, and all of them in a file
                     --replay FILE --day N  a day of card transactions (CSV or CSV.gz) through the API
  backup DIR       copy the running system into DIR, but for a database of DATABASE_URL
  restore DIR      restore such a copy into the data folder, and verify the ledger
  doctor           look at this machine, at the settings file and at the running system
                     --settings FILE   at this one (or TPMALL_SETTINGS; by default that of the last start)
  operations list            what is not known, what acquirers say otherwise, what waits for a second person
  operations show ID         one of these: both sides of it, what was sent, what people have said
  operations propose ID      say what it is: --verdict V --evidence TEXT
                               --approval-code C --reference R   of what stands at the acquirer
                               --advice ID                       of which refused advice it is
                               --movement ID                     what a record of a clearing file clears
  operations confirm ID      agree with a proposal (rsl_…, clr_…) of another person: --reason TEXT
  operations reject ID       disagree: --reason TEXT
                               both with a key of their own: --key KEY or TPMALL_API_KEY
  operations withdraw ID     take one's own proposal back
  operations set-aside       events that clients could not be told of, and why
  operations retry           tell them, where they can be read by now
  jobs                       work that waits, runs or fails, and why
  jobs retry ID              run one at once

  RESOURCE VERB [ID] [--name value]…    any operation of the API: customers create --name Lin;
                                        RESOURCE --help lists its verbs
  get|post|delete PATH [-d name=value]… a request as it is written
  listen           print events as they happen; --forward-to URL posts them there, signed
                     --events LIST      only these types
  events resend ID send an event again; --webhook-endpoint we_… to that endpoint only
  trigger EVENT    make an event happen; without one, list them
  logs             what was asked of the API; --limit N --status N --object ID
                     --follow           go on with what is asked from now on

  --data-dir DIR   the instance's data folder (default .tpmall)
  --url URL --key KEY  another server (or TPMALL_API_URL, TPMALL_API_KEY; only these where the operation
                       has a parameter of that name, as webhook_endpoints create has --url)
  --idempotency KEY    of a request: the same key does it once
  --json           answer as JSON where there is something to answer
Exits with 0; with 1 where something was refused or found wrong; with 2 where a command was not understood.`;

/** What `tpmall COMMAND --help` says: what is about the command, and what every command takes. */
export function helpOf(name: string): string {
  const own = usageOf(name);
  if (own === undefined) return USAGE;
  return `Usage: tpmall COMMAND [options]\n\n${own}\n\n${USAGE.slice(USAGE.indexOf('  --data-dir DIR'))}`;
}

/**
 * What of it is about a command: `operations confirm`, or the first word of several; undefined where nothing
 * is.
 */
export function usageOf(name: string): string | undefined {
  const [, ...entries] = USAGE.split(/\n+(?= {2}\S)/);
  const found = entries.filter((entry) => entry.startsWith(`  ${name} `));
  return found.length === 0 ? undefined : found.map((entry) => entry.split('\n\n')[0]).join('\n');
}
