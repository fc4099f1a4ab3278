import { ApiError, createApiClient, refusalText } from '../api/client.ts';
import { type Arguments, readArguments } from '../instance-arguments.ts';

/** Asks the API below `/v1/operations`; with a body it is a POST. */
export type Ask = <T>(path: string, body?: Readonly<Record<string, string | undefined>>) => Promise<T>;

/** What a command of operators is given, and how it asks. */
export interface Opened extends Arguments {
  readonly ask: Ask;
}

/** What to do about a refusal, where its message does not say it. */
const REMEDIES: Readonly<Record<string, string>> = {
  person_needed: 'at the console make an operator key of your own, and give it: --key KEY or TPMALL_API_KEY',
  second_person_needed: 'have another person do it with a key of their own: --key KEY or TPMALL_API_KEY',
  not_the_proposer: 'reject it instead: tpmall operations reject ID --reason TEXT',
  resolution_decided: 'see what became of it: tpmall operations show ID',
  resolution_expired: 'look again, and propose it anew',
  resolution_open: 'see it with tpmall operations list, and confirm or reject it first',
  outcome_not_resolvable: 'tpmall operations list names what can be resolved, and the verdicts',
  verdict_not_allowed: 'tpmall operations list names the verdicts of each',
  clearing_not_possible: 'tpmall operations show ID names what each movement may be said to be',
  resource_missing: 'tpmall operations list names what there is, and tpmall jobs the work that waits',
};

/** Reads a command line of operators; `own` names its options with a value. */
export function open(args: string[], own: readonly string[] = []): Opened {
  const read = readArguments(args, [...own, 'url', 'key', 'idempotency'], 1);
  const { url, key, idempotency } = read.values;
  const client = createApiClient({
    own: {
      'data-dir': read.server.dataDir,
      ...(url !== undefined && { url }),
      ...(key !== undefined && { key }),
      ...(idempotency !== undefined && { idempotency }),
    },
  });
  const ask: Ask = async <T>(path: string, body?: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries(body ?? {}).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    const answer = await client.send({
      method: body ? 'POST' : 'GET',
      path: `/v1/operations${path}`,
      parameters: given,
    });
    if (answer.ok) return answer.body as T;
    const { code = '' } = answer.body as { readonly code?: string };
    const remedy = REMEDIES[code];
    const told = refusalText(answer.status, answer.body);
    const answered = read.json ? JSON.stringify(answer.body) : undefined;
    throw new ApiError(remedy === undefined ? told : `${told}\n${remedy}`, answered);
  };
  return { ...read, ask };
}

/** A line of the answer. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
