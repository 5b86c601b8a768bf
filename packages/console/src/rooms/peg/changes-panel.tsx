/** How the level of the asset came about, newest first: the same changes that the chart marks. */
import type { LevelChange } from '@sonae/core/nouns/peg/views.ts';
import { useTexts } from '../../i18n/language.ts';
import { LevelChip } from '../../ui/level.tsx';
import { Moment } from '../../ui/moment.tsx';

const SHOWN_MAX = 12;

export function ChangesPanel({ changes }: { changes: readonly LevelChange[] }) {
  const { t, pick } = useTexts();
  const shown = changes.slice(-SHOWN_MAX).reverse();
  return (
    <section className="panel" aria-labelledby="changes">
      <div className="panel-title">
        <h2 id="changes">{t('peg.changes')}</h2>
        <span className="label">{changes.length}</span>
      </div>
      {shown.length === 0 ? <p className="p-3 text-muted">{t('peg.changesNone')}</p> : null}
      <ol>
        {shown.map((change) => (
          <li key={`${change.at} ${change.to}`} className="border-b border-line px-3 py-2 last:border-b-0">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
              <LevelChip level={change.from} />
              <span aria-hidden="true">→</span>
              <LevelChip level={change.to} />
              <span className="ml-auto">
                <Moment at={change.at} />
              </span>
            </div>
            <p className="mt-1 text-xs text-muted">{pick(change.why)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
