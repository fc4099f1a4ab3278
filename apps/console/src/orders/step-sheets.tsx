import { useState } from 'react';
import { useWords } from '../language.tsx';
import { Field } from '../parts/field.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { useMerchant } from './asked.ts';
import type { Order, ParcelState } from './objects.ts';
import { words } from './words.ts';

/** What a merchant does with a parcel. */
export type Step = 'pack' | 'ship' | 'deliver';

/** What may be done from a state; the first is what comes next. */
export const STEPS: Readonly<Record<ParcelState, readonly Step[]>> = {
  waiting: [],
  preparing: ['pack', 'ship'],
  packed: ['ship'],
  shipped: ['deliver'],
  delivered: [],
  cancelled: [],
};

/** As long as the API takes them. */
const TEXT_MAX = 100;

/** The sheets in which steps are confirmed; at most one is open. */
export function StepSheets(props: {
  readonly order: Pick<Order, 'id'>;
  readonly open: Step | null;
  readonly onClose: () => void;
}) {
  const w = useWords(words);
  const merchant = useMerchant();
  const { open, onClose } = props;
  const path = `/v1/mall/orders/${encodeURIComponent(props.order.id)}`;
  const shared = { parameters: { merchant }, onDone: onClose };
  return (
    <>
      <Sheet title={w.packTitle} opened={open === 'pack'} onClose={onClose}>
        <StepForm {...shared} path={`${path}/pack`} lead={w.packLead} label={w.packDone} />
      </Sheet>
      <Sheet title={w.sendTitle} opened={open === 'ship'} onClose={onClose}>
        <SendForm path={`${path}/ship`} merchant={merchant} onDone={onClose} />
      </Sheet>
      <Sheet title={w.deliverTitle} opened={open === 'deliver'} onClose={onClose}>
        <StepForm {...shared} path={`${path}/deliver`} lead={w.deliverLead} label={w.deliverDone} />
      </Sheet>
    </>
  );
}

function SendForm(props: { readonly path: string; readonly merchant: string; readonly onDone: () => void }) {
  const w = useWords(words);
  const [carrier, setCarrier] = useState('');
  const [tracking, setTracking] = useState('');
  const said = { carrier: carrier.trim(), tracking_number: tracking.trim() };
  const given = Object.fromEntries(Object.entries(said).filter(([, text]) => text !== ''));
  return (
    <StepForm
      path={props.path}
      parameters={{ merchant: props.merchant, ...given }}
      lead={w.sendLead}
      label={w.sendDone}
      onDone={props.onDone}
    >
      <Field
        label={w.carrier}
        hint={w.carrierHint}
        maxLength={TEXT_MAX}
        value={carrier}
        data-autofocus
        onChange={({ target }) => setCarrier(target.value)}
      />
      <Field
        label={w.tracking}
        hint={w.trackingHint}
        maxLength={TEXT_MAX}
        value={tracking}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setTracking(target.value)}
      />
    </StepForm>
  );
}
