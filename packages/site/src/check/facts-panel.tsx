/** Disclosed facts, newest first. A fact named in the address is verified at once. */
import { useCallback, useEffect, useState } from 'react';
import { isKey, useTexts } from '../i18n/language.ts';
import { type DisclosedFact, fetchText } from '../status.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/moment.tsx';
import { recallSeen } from './log-memory.ts';
import { browserHash } from './sha256.ts';
import { StepsView } from './steps-view.tsx';
import { readLogPath } from './use-growth.ts';
import { type Verdict, verifyFact } from './verify-fact.ts';

/** The fact that the address asks for (`?fact=1252`), or null. */
function askedFact(): number | null {
  const text = new URLSearchParams(location.search).get('fact') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function FactsPanel({
  disclosed,
  verifierKey,
}: {
  disclosed: readonly DisclosedFact[];
  verifierKey: string;
}) {
  const { t } = useTexts();
  const [asked] = useState(askedFact);
  const isOutside = asked !== null && disclosed.length > 0 && !disclosed.some(({ seq }) => seq === asked);
  return (
    <div className="panel">
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('facts.title')}</h3>
      {disclosed.length === 0 ? <p className="px-4 py-3 text-muted">{t('facts.none')}</p> : null}
      <ul>
        {isOutside ? (
          <FactItem seq={asked} verifierKey={verifierKey} isAsked>
            {t('facts.outside', { seq: asked })}
          </FactItem>
        ) : null}
        {disclosed.map((fact) => (
          <FactItem key={fact.seq} seq={fact.seq} verifierKey={verifierKey} isAsked={fact.seq === asked}>
            <FactLine fact={fact} />
          </FactItem>
        ))}
      </ul>
    </div>
  );
}

function FactLine({ fact }: { fact: DisclosedFact }) {
  const { t } = useTexts();
  const key = `fact.${fact.type.split('@', 1)[0]}`;
  return (
    <>
      <span className="font-medium">{isKey(key) ? t(key) : fact.type}</span>
      <span className="text-sm">
        <Moment at={fact.recordedAt} />
      </span>
    </>
  );
}

type ItemProps = {
  readonly seq: number;
  readonly verifierKey: string;
  readonly isAsked: boolean;
  readonly children: React.ReactNode;
};

function FactItem({ seq, verifierKey, isAsked, children }: ItemProps) {
  const { t } = useTexts();
  const [verdict, setVerdict] = useState<Verdict | 'running' | null>(null);
  const verify = useCallback(async () => {
    setVerdict('running');
    const { sha256 } = await browserHash();
    const readDisclosure = (wanted: number): Promise<string> => fetchText(`/log/disclosed/${wanted}`);
    const seen = recallSeen(localStorage);
    setVerdict(await verifyFact({ seq, verifierKey, seen, readDisclosure, readLog: readLogPath, sha256 }));
  }, [seq, verifierKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per visit, whatever else changes
  useEffect(() => {
    if (!isAsked) return;
    document.getElementById(`fact-${seq}`)?.scrollIntoView({ block: 'start' });
    void verify();
  }, []);
  const label = verdict === 'running' ? 'facts.verifying' : verdict === null ? 'facts.verify' : 'facts.again';
  return (
    <li id={`fact-${seq}`} className="scroll-mt-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <span className="w-14 font-mono text-sm text-muted">{seq}</span>
        <span className="flex min-w-0 flex-1 basis-64 flex-wrap gap-x-4">{children}</span>
        {verdict === null || verdict === 'running' ? null : <Outcome good={verdict.good} />}
        <button
          type="button"
          className="btn"
          disabled={verdict === 'running'}
          onClick={() => void verify()}
          data-chrome
        >
          {t(label)}
          <span className="sr-only"> {seq}</span>
        </button>
      </div>
      <div aria-live="polite">
        {verdict === null || verdict === 'running' ? null : <StepsView verdict={verdict} />}
      </div>
    </li>
  );
}

function Outcome({ good }: { good: boolean }) {
  const { t } = useTexts();
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium ${good ? 'text-ok' : 'text-critical'}`}>
      <Icon name={good ? 'ok' : 'critical'} />
      {t(good ? 'facts.good' : 'facts.bad')}
    </span>
  );
}
