/** What we say: open matters first, planned work, and what is over by day. Each notice leads to its proof in the log. */
import { useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/moment.tsx';
import { LOOK } from './look.ts';
import { byDay, type Notice, type PageComponent, type Thread } from './page-data.ts';

type Props = { readonly threads: readonly Thread[]; readonly components: readonly PageComponent[] };

/** Open matters and planned work: what a visitor came for. */
export function OpenNotices({ threads, components }: Props) {
  const { t } = useTexts();
  const [isAscending, setAscending] = useState(false);
  const open = threads.filter(({ resolvedAt }) => resolvedAt === null);
  const matters = open.filter(({ planned }) => planned === null);
  const works = open.filter(({ planned }) => planned !== null);
  const list = (shown: readonly Thread[]) =>
    shown.map((thread) => (
      <ThreadCard key={thread.id} thread={thread} components={components} isAscending={isAscending} />
    ));
  return (
    <>
      <section aria-labelledby="notices">
        <div className="flex items-baseline gap-4">
          <h2 id="notices" className="flex-1">
            {t('notices.now')}
          </h2>
          {matters.length === 0 ? null : (
            <button
              type="button"
              className="link text-sm"
              aria-pressed={isAscending}
              onClick={() => setAscending(!isAscending)}
            >
              {t(isAscending ? 'notices.newestFirst' : 'notices.oldestFirst')}
            </button>
          )}
        </div>
        {matters.length === 0 ? <p className="mt-2 text-muted">{t('notices.nowNone')}</p> : list(matters)}
      </section>
      {works.length === 0 ? null : (
        <section aria-labelledby="maintenance">
          <h2 id="maintenance">{t('notices.maintenance')}</h2>
          {list(works)}
        </section>
      )}
    </>
  );
}

/** What is over, by day. */
export function NoticeHistory({ threads, components }: Props) {
  const { t } = useTexts();
  const days = byDay(threads);
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t('notices.history')}</h2>
      {days.length === 0 ? <p className="mt-2 text-muted">{t('notices.historyNone')}</p> : null}
      {days.map(([day, shown]) => (
        <section key={day} aria-label={day}>
          <h3 className="mt-3 border-b border-line text-sm font-semibold text-muted">{day} UTC</h3>
          {shown.map((thread) => (
            <ThreadCard key={thread.id} thread={thread} components={components} isAscending={false} />
          ))}
        </section>
      ))}
    </section>
  );
}

type CardProps = {
  readonly thread: Thread;
  readonly components: readonly PageComponent[];
  readonly isAscending: boolean;
};

function ThreadCard({ thread, components, isAscending }: CardProps) {
  const { t, pick } = useTexts();
  const { planned, nextUpdateAt, resolvedAt } = thread;
  const notices = isAscending ? thread.notices : [...thread.notices].reverse();
  return (
    <article className="panel mt-2" id={`thread-${thread.id}`}>
      <header className="border-b border-line px-4 py-3">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h3 className="min-w-0 flex-1 basis-56 font-semibold">{pick(thread.title)}</h3>
          <span className="font-medium whitespace-nowrap">
            {t(planned === null ? `notice.${thread.status}` : `step.${planned.step}`)}
          </span>
        </div>
        {planned === null ? null : (
          <p className="text-sm text-muted">
            <Moment at={planned.from} /> – <Moment at={planned.until} />
          </p>
        )}
        {nextUpdateAt === null || resolvedAt !== null ? null : (
          <p className="mt-1 inline-flex items-center gap-1.5 text-sm">
            <Icon name="clock" size={13} />
            {t('notice.nextUpdate')} <Moment at={nextUpdateAt} />
          </p>
        )}
      </header>
      <ol className="px-4">
        {notices.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} components={components} />
        ))}
      </ol>
      {thread.dropped === 0 ? null : (
        <p className="px-4 pb-2 text-sm text-muted">{t('notices.dropped', { count: thread.dropped })}</p>
      )}
    </article>
  );
}

const PARTS = ['whatIsKnown', 'whatIsStopped', 'whatUsersShouldDo'] as const;

function NoticeItem({ notice, components }: { notice: Notice; components: readonly PageComponent[] }) {
  const { t, pick } = useTexts();
  const { content, approvedBy, seq } = notice;
  const nameOf = (id: string): string => {
    const known = components.find((component) => component.id === id);
    return known === undefined ? id : pick(known.name);
  };
  return (
    <li id={`notice-${notice.id}`} className="scroll-mt-3 border-b border-line py-3 last:border-b-0">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
        <span className="font-semibold">{t(`notice.${content.status}`)}</span>
        <Moment at={notice.at} />
        <a href={`?fact=${seq}#fact-${seq}`} className="link ml-auto whitespace-nowrap">
          {t('incidents.proof', { seq })}
        </a>
      </p>
      <h4 className="mt-1 font-medium">{pick(content.title)}</h4>
      {content.corrects === null ? null : <p className="text-warning">{t('notice.corrects')}</p>}
      <dl className="mt-1">
        {PARTS.map((part) => (
          <div key={part} className="mt-1.5">
            <dt className="text-sm text-muted">{t(`notice.${part}`)}</dt>
            <dd className="whitespace-pre-line">{pick(content.parts[part])}</dd>
          </div>
        ))}
      </dl>
      {content.impacts.length === 0 ? null : (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {content.impacts.map(({ component, status }) => (
            <li key={component} className={`inline-flex items-center gap-1 ${LOOK[status].ink}`}>
              <Icon name={LOOK[status].icon} size={13} />
              {nameOf(component)}: {t(`status.${status}`)}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1.5 text-xs text-muted">
        {t('notice.approvedBy', { functions: approvedBy.map((name) => t(`function.${name}`)).join(' · ') })}
      </p>
    </li>
  );
}
