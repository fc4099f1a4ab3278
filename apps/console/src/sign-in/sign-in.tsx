import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Refused, send } from '../api/ask.ts';
import { useLanguage, useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { useTitle } from '../parts/title.ts';
import { Mark } from '../shell/mark.tsx';
import { type Seen, VISITOR_KEY } from '../shell/visitor.tsx';
import { words } from './words.ts';

type Role = 'merchant' | 'operator';

interface Begun {
  readonly id: string;
  readonly email: string;
}

/** Of the address, where an instance has several platforms: `?platform=acct_…`. */
function platformOf(): { readonly platform?: string } {
  const platform = new URLSearchParams(location.search).get('platform');
  return platform === null ? {} : { platform };
}

/** The page of whoever has not signed in, whatever address they came to; signed in, they are there. */
export function SignIn() {
  const { language, choose } = useLanguage();
  const w = useWords(words);
  const [begun, setBegun] = useState<Begun>();
  useTitle(w.title);
  return (
    <div className="sign">
      <header className="row sp">
        <Mark />
        <button
          type="button"
          className="plain"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={() => choose(language === 'en' ? 'zh' : 'en')}
        >
          {w.other}
        </button>
      </header>
      <main>
        {begun ? <Code begun={begun} onAgain={() => setBegun(undefined)} /> : <Address onBegun={setBegun} />}
      </main>
    </div>
  );
}

/** What a refusal means to whoever signs in. */
function useWhy(): (error: unknown, field: string) => { readonly field?: string; readonly form?: string } {
  const w = useWords(words);
  return (error, badField) => {
    if (!(error instanceof Refused)) return { form: w.busy };
    if (error.retryAfterSeconds !== null)
      return { form: w.slow(Math.max(1, Math.ceil(error.retryAfterSeconds / 60))) };
    if (error.code === 'sign_in_code_wrong') return { field: w.wrong };
    if (error.code === 'sign_in_over' || error.status === 404) return { form: w.over };
    return error.status < 500 ? { field: badField } : { form: w.busy };
  };
}

/** A form that is sent once at a time: a second press sends no second mail and costs no second try. */
function useSending(work: () => Promise<void>) {
  const [isSending, setSending] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    try {
      await work();
    } finally {
      setSending(false);
    }
  };
  return { isSending, onSubmit: (event: FormEvent) => void submit(event) };
}

function Address({ onBegun }: { readonly onBegun: (begun: Begun) => void }) {
  const w = useWords(words);
  const { language } = useLanguage();
  const why = useWhy();
  const [role, setRole] = useState<Role>('merchant');
  const [email, setEmail] = useState('');
  const [wrong, setWrong] = useState<ReturnType<typeof why>>({});
  const { isSending, onSubmit } = useSending(async () => {
    try {
      const given = { email: email.trim(), role, locale: language, ...platformOf() };
      onBegun(await send<Begun>('POST', '/v1/console/sign_ins', given));
    } catch (error) {
      setWrong(why(error, w.badEmail));
    }
  });
  return (
    <form className="stack l" noValidate onSubmit={onSubmit}>
      <div className="stack s">
        <h1>{w.title}</h1>
        <p className="dim">{w.lead}</p>
      </div>
      {wrong.form !== undefined && (
        <p className="note red" role="alert">
          {wrong.form}
        </p>
      )}
      <Choice
        label={w.as}
        value={role}
        options={[
          ['merchant', w.roles.merchant],
          ['operator', w.roles.operator],
        ]}
        onChange={(event) => setRole(event.target.value as Role)}
      />
      <Field
        label={w.email}
        type="email"
        inputMode="email"
        autoComplete="email"
        maxLength={320}
        value={email}
        error={wrong.field}
        onChange={(event) => setEmail(event.target.value)}
      />
      <button type="submit" className="btn" aria-disabled={isSending}>
        {w.send}
      </button>
    </form>
  );
}

function Code({ begun, onAgain }: { readonly begun: Begun; readonly onAgain: () => void }) {
  const w = useWords(words);
  const client = useQueryClient();
  const why = useWhy();
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState<ReturnType<typeof why>>({});
  const { isSending, onSubmit } = useSending(async () => {
    try {
      const path = `/v1/console/sign_ins/${begun.id}/finish`;
      client.setQueryData<Seen>(VISITOR_KEY, await send<Seen>('POST', path, { code, ...platformOf() }));
    } catch (error) {
      setWrong(why(error, w.badCode));
    }
  });
  return (
    <form className="stack l" noValidate onSubmit={onSubmit}>
      <div className="stack s">
        <h1>{w.codeTitle}</h1>
        <p className="dim">{w.codeLead(begun.email)}</p>
      </div>
      {wrong.form !== undefined && (
        <p className="note red" role="alert">
          {wrong.form}
        </p>
      )}
      <Field
        label={w.code}
        hint={w.codeHint}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        autoFocus
        value={code}
        error={wrong.field}
        onChange={(event) => setCode(event.target.value)}
      />
      <button type="submit" className="btn" aria-disabled={isSending}>
        {w.signIn}
      </button>
      <p>
        <button type="button" className="plain" onClick={onAgain}>
          {w.again}
        </button>
      </p>
    </form>
  );
}
