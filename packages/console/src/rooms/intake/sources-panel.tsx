/** The monitors: who speaks, who is blind, and who never promised to speak unless something is wrong. */
import type { AlarmSourceView } from '@sonae/core/app/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { LevelChip } from '../../ui/level.tsx';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { durationText } from '../../ui/time-format.ts';

export function SourcesPanel({ sources }: { sources: readonly AlarmSourceView[] }) {
  const { t } = useTexts();
  const blindFirst = [...sources].sort((a, b) => Number(b.level === 'blind') - Number(a.level === 'blind'));
  return (
    <section className="panel" aria-labelledby="sources">
      <div className="panel-title">
        <h2 id="sources">{t('sources.title')}</h2>
        {sources.length === 0 ? null : <span className="label">{sources.length}</span>}
      </div>
      {sources.length === 0 ? <p className="p-3 text-muted">{t('intake.noSources')}</p> : null}
      <ul>
        {blindFirst.map((source) => (
          <li key={source.source} className="border-b border-line px-3 py-2 last:border-b-0">
            <Source source={source} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Source({ source }: { source: AlarmSourceView }) {
  const { t, pick, language } = useTexts();
  const { level, heartbeatMs, lastAt, received, why } = source;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span>
          <span className="font-mono text-xs">{source.source}</span>{' '}
          <span className="text-2xs text-muted">{source.kind}</span>
        </span>
        <Health level={level} isPromised={heartbeatMs !== null} />
      </div>
      <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-muted">
        <span>
          {t('sources.lastHeard')}: {lastAt === null ? t('common.never') : <Moment at={lastAt} />}
        </span>
        <span>
          {t('sources.received')}: {countText(received)}
        </span>
        {heartbeatMs === null ? null : (
          <span>
            {t('sources.limit')}: {durationText(heartbeatMs, language)}
          </span>
        )}
      </p>
      {level === 'blind' && why !== null ? <p className="mt-1 text-xs text-blind">{pick(why)}</p> : null}
    </>
  );
}

function Health({ level, isPromised }: { level: 'ok' | 'blind'; isPromised: boolean }) {
  const { t } = useTexts();
  if (level === 'blind') return <LevelChip level="blind" />;
  if (!isPromised) return <span className="text-xs text-muted">{t('sources.noPromise')}</span>;
  return (
    <span className="inline-flex items-center gap-1 text-xs text-ok">
      <Icon name="ok" size={13} />
      {t('sources.speaks')}
    </span>
  );
}
