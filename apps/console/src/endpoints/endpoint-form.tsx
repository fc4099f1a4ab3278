import { useState } from 'react';
import { useWords } from '../language.tsx';
import { Field, Paragraph } from '../parts/field.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { ENDPOINTS_PATH, type Endpoint } from './objects.ts';
import { words } from './words.ts';

/** Adds an endpoint, or changes where one is and what it is told. */
export function EndpointForm(props: {
  /** The one that is changed. */
  readonly of?: Endpoint;
  readonly onDone: (endpoint?: Endpoint) => void;
}) {
  const w = useWords(words);
  const { of } = props;
  const [url, setUrl] = useState(of?.url ?? '');
  const [events, setEvents] = useState(of?.enabled_events.join('\n') ?? '*');
  const [description, setDescription] = useState(of?.description ?? '');
  const types = events.split(/[\s,]+/).filter((type) => type !== '');
  return (
    <StepForm<Endpoint>
      path={of ? `${ENDPOINTS_PATH}/${of.id}` : ENDPOINTS_PATH}
      parameters={{ url, enabled_events: types, ...((of || description !== '') && { description }) }}
      label={of ? w.save : w.add}
      onDone={props.onDone}
    >
      <Field
        label={w.address}
        type="url"
        placeholder="https://shop.example/webhooks"
        required
        maxLength={2000}
        value={url}
        onChange={({ target }) => setUrl(target.value)}
      />
      <Paragraph label={w.events} hint={w.eventsHint} value={events} onChange={setEvents} maxLength={5000} />
      <Field
        label={w.description}
        maxLength={1000}
        value={description}
        onChange={({ target }) => setDescription(target.value)}
      />
    </StepForm>
  );
}
