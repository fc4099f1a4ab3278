import { UsageError } from '@tpmall/server/options';
import type { Arguments } from '../instance-arguments.ts';
import { open, print } from './ask.ts';
import { describeProposal, type Resolution } from './describe.ts';

/** Ids of clearing exceptions: a record of a file, or the capture or refund that is in none. */
export const ofClearing = (id: string): boolean => /^(?:clf|clr|adv|rfd)_/.test(id);

/** `tpmall operations propose ID`: says what it is; another person confirms. */
export function proposeOperation(args: string[]): Promise<number> {
  const own = ['verdict', 'evidence', 'movement', 'advice', 'approval-code', 'reference'];
  return act(args, own, (id, values) => {
    const { verdict, evidence, movement, advice, reference } = values;
    if (verdict === undefined || evidence === undefined) {
      throw new UsageError(
        `operations propose ${id} needs --verdict and --evidence; tpmall operations list names the verdicts`,
      );
    }
    if (ofClearing(id)) {
      return { path: '/clearing/resolutions', body: { exception: id, verdict, evidence, movement } };
    }
    const approvalCode = values['approval-code'];
    const body = { subject: id, verdict, evidence, advice, reference, approval_code: approvalCode };
    return { path: '/resolutions', body };
  });
}

/** `tpmall operations confirm ID`: agrees with a proposal of another person. */
export function confirmOperation(args: string[]): Promise<number> {
  return act(args, ['reason'], (id, { reason }) => ({ path: pathOf(id, 'confirm'), body: { reason } }));
}

/** `tpmall operations reject ID`: disagrees with it. */
export function rejectOperation(args: string[]): Promise<number> {
  return act(args, ['reason'], (id, { reason }) => {
    if (reason === undefined) throw new UsageError(`operations reject ${id} needs --reason`);
    return { path: pathOf(id, 'reject'), body: { reason } };
  });
}

/** `tpmall operations withdraw ID`: takes one's own proposal back. */
export function withdrawOperation(args: string[]): Promise<number> {
  return act(args, ['reason'], (id, { reason }) => ({ path: pathOf(id, 'withdraw'), body: { reason } }));
}

function pathOf(id: string, verb: string): string {
  if (!/^(?:rsl|clr)_/.test(id)) {
    throw new UsageError(`${id} is no proposal: those begin with rsl_ or clr_; tpmall operations list`);
  }
  return `${ofClearing(id) ? '/clearing' : ''}/resolutions/${id}/${verb}`;
}

/** The one id that a command is about. */
export function idOf(positionals: readonly string[]): string {
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0 || !/^[\w.-]{1,64}$/.test(id)) {
    throw new UsageError('Name one id; tpmall operations list names those there are');
  }
  return id;
}

async function act(
  args: string[],
  own: readonly string[],
  requestOf: (
    id: string,
    values: Arguments['values'],
  ) => {
    readonly path: string;
    readonly body: Readonly<Record<string, string | undefined>>;
  },
): Promise<number> {
  const { json, ask, positionals, values } = open(args, own);
  const { path, body } = requestOf(idOf(positionals), values);
  const resolution = await ask<Resolution>(path, body);
  print(json ? JSON.stringify(resolution) : describeProposal(resolution));
  return 0;
}
