import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../api/ask.ts';
import { useWords } from '../language.tsx';
import { Act } from '../parts/act.tsx';
import { Problem } from '../parts/problem.tsx';
import { words } from './words.ts';

interface Report {
  readonly verified_to: string;
  readonly hash: string;
  readonly broken_at: string | null;
}

/** Recomputes the chain of hashes from the first entry to the last, a part at a time. */
export function Verify() {
  const w = useWords(words);
  const [position, setPosition] = useState('0');
  const verify = useMutation<Report>({
    mutationFn: async () => {
      let before = '';
      let report: Report = { verified_to: '0', hash: '', broken_at: null };
      while (report.broken_at === null && report.verified_to !== before) {
        before = report.verified_to;
        report = await read<Report>('/v1/audit/entries/verify', { after: before });
        setPosition(report.verified_to);
      }
      return report;
    },
  });
  const { data } = verify;
  return (
    <div className="stack s">
      <div className="row acts">
        <Act letter="v" label={w.verify} isPending={verify.isPending} onAct={verify.mutate} />
        <span className="cap" role="status">
          {verify.isPending && w.verifying(position)}
        </span>
      </div>
      {verify.error && <Problem error={verify.error} />}
      {data && (
        <div className={data.broken_at === null ? 'note' : 'note red'} role="status">
          <p className="strong">
            {data.broken_at === null ? w.holds(data.verified_to) : w.broken(data.broken_at)}
          </p>
          <p className="cap">
            {w.hash} <span className="mono code">{data.hash}</span>
          </p>
        </div>
      )}
    </div>
  );
}
