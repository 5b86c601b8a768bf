/**
 * "Check us": what the log is, whether it only grew, and every disclosed fact with a verification in this
 * browser.
 */
import { type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import type { DisclosedFact, PublicStatus } from '../status.ts';
import { FactsPanel } from './facts-panel.tsx';
import { GrowthPanel } from './growth-panel.tsx';
import { type BrowserHash, browserHash } from './sha256.ts';
import type { GrowthCheck } from './use-growth.ts';

type Props = {
  readonly status: PublicStatus;
  readonly disclosed: readonly DisclosedFact[];
  readonly growth: GrowthCheck;
};

export function CheckSection({ status, disclosed, growth }: Props) {
  const { t } = useTexts();
  const key = growth.verifierKey === '' ? status.log.verifierKey : growth.verifierKey;
  return (
    <section id="check" aria-labelledby="check-title" className="flex flex-col gap-3">
      <h2 id="check-title">{t('check.title')}</h2>
      <p className="max-w-[42rem]">{t('check.intro')}</p>
      <div className="panel">
        <dl className="grid gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <Line name={t('check.origin')}>
            <span className="font-mono text-sm">{status.log.origin}</span>
          </Line>
          <Line name={t('check.size')}>
            {t('check.sizeValue', { size: status.log.size.toLocaleString('en-US') })}
          </Line>
          <Line name={t('check.key')}>
            <span className="font-mono text-sm">{key}</span>
            <p className="text-sm text-muted">{t('check.keyHint')}</p>
          </Line>
        </dl>
        {growth.note === '' ? null : (
          <details className="border-t border-line px-4 py-2.5">
            <summary className="text-sm">{t('check.checkpoint')}</summary>
            <pre className="mt-2 border border-line bg-sunken p-2.5 font-mono text-xs whitespace-pre-wrap">
              {growth.note}
            </pre>
          </details>
        )}
      </div>
      <GrowthPanel check={growth} isSimulated={status.simulated} isEmpty={status.log.size === 0} />
      <FactsPanel disclosed={disclosed} verifierKey={key} />
      <p className="text-sm text-muted">
        {t('check.own', { command: 'sonae verify URL' })} <HashKind />
      </p>
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-muted">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Which SHA-256 does the work in this browser. */
function HashKind() {
  const { t } = useTexts();
  const [kind, setKind] = useState<BrowserHash['kind'] | null>(null);
  useEffect(() => {
    void browserHash().then((hash) => setKind(hash.kind));
  }, []);
  return kind === null ? null : <span>{t(`hash.${kind}`)}.</span>;
}
