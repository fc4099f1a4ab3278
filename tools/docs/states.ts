import {
  CHARGE_TRANSITIONS,
  INTENT_TRANSITIONS,
  REFUND_TRANSITIONS,
  SETUP_TRANSITIONS,
} from '@tpmall/payments/contract';

type Machine = Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>>;

/** The machines of the page: where each begins, and what is worth knowing beside the picture. */
const MACHINES: readonly {
  readonly title: string;
  readonly begins: readonly string[];
  readonly machine: Machine;
  readonly note: string;
}[] = [
  {
    title: 'Payment intent',
    begins: ['requires_payment_method', 'requires_confirmation'],
    machine: INTENT_TRANSITIONS,
    note:
      'The wire says `processing` for `authorising`, `incrementing`, `capturing` and `releasing`: ' +
      'something was sent or is about to be, and somebody comes back until its outcome is known.',
  },
  {
    title: 'Charge',
    begins: ['pending'],
    machine: CHARGE_TRANSITIONS,
    note: 'What is captured and refunded of a charge are amounts, not states.',
  },
  {
    title: 'Refund',
    begins: ['pending'],
    machine: REFUND_TRANSITIONS,
    note: 'The wire says `succeeded` for `returning`, with the reason in `failure_reason` already.',
  },
  {
    title: 'Setup intent',
    begins: ['requires_payment_method', 'requires_confirmation'],
    machine: SETUP_TRANSITIONS,
    note: 'Nothing is charged; what is saved is the card.',
  },
];

/** The state machines as pictures; `modules/flow/payments/src/contract/states.ts` is their source. */
export function drawStates(): string {
  return MACHINES.map(({ title, begins, machine, note }) =>
    [`### ${title}`, '', '```mermaid', 'stateDiagram-v2', ...draw(begins, machine), '```', '', note].join(
      '\n',
    ),
  ).join('\n\n');
}

function draw(begins: readonly string[], machine: Machine): string[] {
  const arrows = Object.entries(machine).flatMap(([step, { from, to }]) =>
    from.filter((state) => state !== to).map((state) => `  ${state} --> ${to}: ${step}`),
  );
  const left = new Set(Object.values(machine).flatMap(({ from }) => from));
  const ends = [...new Set(Object.values(machine).map(({ to }) => to))].filter((state) => !left.has(state));
  return [
    ...begins.map((state) => `  [*] --> ${state}`),
    ...arrows,
    ...ends.map((state) => `  ${state} --> [*]`),
  ];
}
