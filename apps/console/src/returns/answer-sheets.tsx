import { useState } from 'react';
import { useWords } from '../language.tsx';
import { useMerchant } from '../orders/asked.ts';
import type { Order, Return } from '../orders/objects.ts';
import { Check, Paragraph } from '../parts/field.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { words } from './words.ts';

/** What a merchant says to a return. */
export type Answer = 'accept' | 'refuse' | 'receive';

interface Props {
  /** Of the API, the return. */
  readonly path: string;
  readonly merchant: string;
  readonly onDone: () => void;
}

/** As long as the API takes it. */
const REASON_MAX = 1000;

/** The sheets in which an answer is given; at most one is open. */
export function AnswerSheets(props: {
  readonly one: Pick<Return, 'id'>;
  readonly order: Pick<Order, 'parcels'>;
  readonly open: Answer | null;
  readonly onClose: () => void;
}) {
  const w = useWords(words);
  const merchant = useMerchant();
  const { open, onClose } = props;
  const path = `/v1/mall/returns/${encodeURIComponent(props.one.id)}`;
  const shared = { path, merchant, onDone: onClose };
  // What has not left does not come back: it is paid back at once.
  const hasLeft = props.order.parcels.some(({ status }) => status === 'shipped' || status === 'delivered');
  return (
    <>
      <Sheet title={w.acceptTitle} opened={open === 'accept'} onClose={onClose}>
        <AcceptForm {...shared} hasLeft={hasLeft} />
      </Sheet>
      <Sheet title={w.refuseTitle} opened={open === 'refuse'} onClose={onClose}>
        <RefuseForm {...shared} />
      </Sheet>
      <Sheet title={w.receiveTitle} opened={open === 'receive'} onClose={onClose}>
        <ReceiveForm {...shared} />
      </Sheet>
    </>
  );
}

function AcceptForm({ path, merchant, onDone, hasLeft }: Props & { readonly hasLeft: boolean }) {
  const w = useWords(words);
  const [reason, setReason] = useState('');
  const [waits, setWaits] = useState(hasLeft);
  return (
    <StepForm
      path={`${path}/accept`}
      parameters={{ merchant, reason: reason.trim(), when_received: waits }}
      lead={w.acceptLead}
      label={w.accept}
      onDone={onDone}
    >
      <Paragraph label={w.why} value={reason} maxLength={REASON_MAX} onChange={setReason} />
      {hasLeft && <Check label={w.whenReceived} hint={w.whenReceivedHint} isOn={waits} onChange={setWaits} />}
    </StepForm>
  );
}

function RefuseForm({ path, merchant, onDone }: Props) {
  const w = useWords(words);
  const [reason, setReason] = useState('');
  return (
    <StepForm
      path={`${path}/refuse`}
      parameters={{ merchant, reason: reason.trim() }}
      lead={w.refuseLead}
      label={w.refuse}
      isRed
      onDone={onDone}
    >
      <Paragraph label={w.why} value={reason} maxLength={REASON_MAX} onChange={setReason} />
    </StepForm>
  );
}

function ReceiveForm({ path, merchant, onDone }: Props) {
  const w = useWords(words);
  const [restock, setRestock] = useState(false);
  return (
    <StepForm
      path={`${path}/receive`}
      parameters={{ merchant, restock }}
      lead={w.receiveLead}
      label={w.receiveDone}
      onDone={onDone}
    >
      <Check label={w.restock} hint={w.restockHint} isOn={restock} onChange={setRestock} />
    </StepForm>
  );
}
