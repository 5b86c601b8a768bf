/** How the feeds see and how long the log is, with what an outsider needs to check it. */
import type { Overview } from '@sonae/core/app/api.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';

export function LogPanel({ overview }: { overview: Overview }) {
  const { t } = useTexts();
  const { feeds, log, node } = overview;
  return (
    <section className="panel" aria-labelledby="sight-and-log">
      <h2 id="sight-and-log" className="sr-only">
        {t('overview.feeds')} · {t('overview.log')}
      </h2>
      <dl className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-3 gap-y-1.5 p-3">
        <Line name={t('overview.feeds')}>
          <Feeds total={feeds.total} blind={feeds.blind} />
        </Line>
        <Line name={t('overview.log')}>
          <Link to="/log" className="link font-semibold">
            {t('overview.logSize', { size: countText(log.size) })}
          </Link>
        </Line>
        <Line name={t('overview.logLast')}>
          <Moment at={log.recordedAt} />
        </Line>
        <Line name={t('overview.logRoot')}>
          <span className="font-mono text-xs" title={log.root}>
            {log.root}
          </span>
        </Line>
        <Line name={t('overview.logOrigin')}>
          <span className="font-mono text-xs">{node.origin}</span>
        </Line>
        <Line name={t('overview.node')}>
          <span className="text-muted">
            Sonae {node.version} · {node.store} · {t(node.leader ? 'overview.leader' : 'overview.follower')}
          </span>
        </Line>
      </dl>
      <p className="border-t border-line px-3 py-2" data-chrome>
        <a href="/status/#check" className="link inline-flex items-center gap-1.5">
          <Icon name="out" />
          {t('overview.logCheck')}
        </a>
      </p>
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="label pt-0.5">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** One mark per feed, so that blindness is seen before it is read. */
function Feeds({ total, blind }: { total: number; blind: readonly string[] }) {
  const { t } = useTexts();
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={blind.length === 0 ? '' : 'font-semibold'}>
          {t('overview.feedsSee', { seeing: total - blind.length, total })}
        </span>
        <span className="flex gap-1" aria-hidden="true">
          {Array.from({ length: total }, (_, i) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: the marks are all alike
              key={i}
              className={`h-3 w-2 border ${i < total - blind.length ? 'border-ok bg-ok' : 'hatched border-dashed border-blind'}`}
            />
          ))}
        </span>
      </div>
      {blind.map((id) => (
        <div key={id} className="mt-0.5 flex items-center gap-1.5 text-xs text-blind">
          <Icon name="blind" size={13} />
          <span className="font-mono">{id}</span>
          {t('level.blind')}
        </div>
      ))}
    </div>
  );
}
