import { useParams } from '@tanstack/react-router';
import type { LoggedRequest } from '../api/objects.ts';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { type Fact, Facts, inCode } from '../parts/facts.tsx';
import { IdLink } from '../parts/id-link.tsx';
import { duration, Moment } from '../parts/instant.tsx';
import { Json } from '../parts/json.tsx';
import { Heading, ObjectPage, Part } from '../parts/object-page.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { Answered, logPath } from './requests-page.tsx';
import { words } from './words.ts';

/** One request with its redacted bodies. */
export function RequestPage() {
  const w = useWords(words);
  const { desk } = useVisitor();
  const { id } = useParams({ from: '/requests/$id' });
  const found = useObject<LoggedRequest>(`${logPath(desk)}/${encodeURIComponent(id)}`);
  return (
    <ObjectPage list={['/requests', w.title]} kind={w.one} name={id} of={found}>
      {(request) => <Details request={request} />}
    </ObjectPage>
  );
}

function Details({ request }: { readonly request: LoggedRequest }) {
  const w = useWords(words);
  const { key, idempotency_key: once, object_id: object } = request;
  const rows: readonly Fact[] = [
    [w.answer, <Answered key="answer" status={request.status} code={request.error_code} />],
    [w.time, <Moment key="time" at={request.created_at} />],
    [w.took, duration(request.duration_us)],
    [w.operation, request.operation],
    [w.object, object !== null && <IdLink key="object" id={object} />],
    [w.who, inCode(key)],
    [w.idempotency, inCode(request.replayed && once !== null ? `${once} · ${w.replayed}` : once)],
    [w.from, request.ip],
    [w.agent, request.user_agent],
  ];
  return (
    <>
      <Heading title={`${request.method} ${request.path}`} look="code">
        <Copy text={request.id} label={request.id} />
      </Heading>
      <Facts rows={rows} />
      <div className="cols c-2">
        <Part title={w.asked}>
          <Json text={request.request_body} label={w.asked} />
        </Part>
        <Part title={w.answered}>
          <Json text={request.response_body} label={w.answered} />
        </Part>
      </div>
      <p className="cap">{w.redacted}</p>
    </>
  );
}
