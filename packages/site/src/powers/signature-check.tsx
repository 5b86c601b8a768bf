/** The button that checks a use here, and everything that was checked, or the exact place and reason of a failure. */
import { useState } from 'react';
import { recallSeen } from '../check/log-memory.ts';
import { browserHash } from '../check/sha256.ts';
import { StepLine } from '../check/steps-view.tsx';
import { readLogPath } from '../check/use-growth.ts';
import { isKey, useTexts } from '../i18n/language.ts';
import { fetchText } from '../status.ts';
import { Icon } from '../ui/icon.tsx';
import { listDisclosed, type PublicUse } from './public-powers.ts';
import { type CheckedApproval, type UseVerdict, verifyUse } from './verify-use.ts';

type Props = { readonly use: PublicUse; readonly verifierKey: string };

export function SignatureCheck({ use, verifierKey }: Props) {
  const { t } = useTexts();
  const [verdict, setVerdict] = useState<UseVerdict | 'running' | null>(null);
  const check = async (): Promise<void> => {
    setVerdict('running');
    const { sha256 } = await browserHash();
    const readDisclosure = (seq: number): Promise<string> => fetchText(`/log/disclosed/${seq}`);
    const asked = {
      use: use.use,
      hash: use.hash,
      seq: use.steps[0]?.seq ?? -1,
      verifierKey,
      seen: recallSeen(localStorage),
      readDisclosure,
      readLog: readLogPath,
      sha256,
      listDisclosed,
    };
    setVerdict(await verifyUse(asked));
  };
  return (
    <div className="border-t border-line px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <button
          type="button"
          className="btn"
          disabled={verdict === 'running'}
          onClick={() => void check()}
          data-chrome
        >
          <Icon name="seal" />
          {t(verdict === 'running' ? 'facts.verifying' : 'use.check')}
          <span className="sr-only"> {use.use}</span>
        </button>
        {verdict === null || verdict === 'running' ? null : (
          <span
            className={`inline-flex items-center gap-1.5 font-medium ${verdict.good ? 'text-ok' : 'text-critical'}`}
          >
            <Icon name={verdict.good ? 'ok' : 'critical'} />
            {t(verdict.good ? 'use.good' : 'use.bad')}
          </span>
        )}
      </div>
      <div aria-live="polite">
        {verdict === null || verdict === 'running' ? null : <Checked verdict={verdict} />}
      </div>
    </div>
  );
}

function Checked({ verdict }: { verdict: UseVerdict }) {
  const { t } = useTexts();
  return (
    <div className="mt-2.5 mb-1 border-l-2 border-line pl-3">
      <ol className="flex flex-col gap-1.5">
        {verdict.steps.map(({ name, outcome, reason, shown }) => (
          <StepLine
            key={name}
            title={t(`useCheck.${name}`)}
            how={t(`useCheck.${name}.how`, shown)}
            outcome={outcome}
            reason={reason}
          />
        ))}
      </ol>
      {verdict.approvals.length === 0 ? null : (
        <ul className="mt-2 text-sm">
          {verdict.approvals.map((approval) => (
            <Approval key={`${approval.principal} ${approval.credential}`} approval={approval} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Approval({ approval }: { approval: CheckedApproval }) {
  const { t } = useTexts();
  const { principal, kind, problem } = approval;
  const key = `credential.${kind}`;
  return (
    <li className={`flex items-start gap-2 ${problem === null ? 'text-ok' : 'text-critical'}`}>
      <span className="pt-0.5">
        <Icon name={problem === null ? 'ok' : 'critical'} />
      </span>
      <span className="min-w-0">
        <span className="font-mono">{principal}</span>{' '}
        {problem ?? t('useCheck.signed', { kind: isKey(key) ? t(key) : kind })}
      </span>
    </li>
  );
}
