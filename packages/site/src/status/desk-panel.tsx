/** Whom to ask, which channels are really ours, and answers to what is wrongly said. */
import { useTexts } from '../i18n/language.ts';
import { Moment } from '../ui/moment.tsx';
import type { StatusPage } from './page-data.ts';

export function DeskPanel({ page }: { page: StatusPage }) {
  const { t, pick } = useTexts();
  const { desk, channels, threads } = page;
  const answers = threads.filter((thread) => thread.answers !== null);
  if (desk === null && channels.length === 0 && answers.length === 0) return null;
  return (
    <section aria-labelledby="desk" className="flex flex-col gap-2">
      <h2 id="desk">{t('desk.title')}</h2>
      {desk === null ? null : (
        <div className="panel px-4 py-3">
          <p className="text-lg font-semibold">{desk.phone}</p>
          <p>{pick(desk.hours)}</p>
          <p className="mt-1 whitespace-pre-line">{pick(desk.about)}</p>
          <p className="mt-1 text-sm text-muted">
            {t('desk.since')} <Moment at={desk.openedAt} />
          </p>
        </div>
      )}
      {channels.length === 0 ? null : (
        <div className="panel px-4 py-3">
          <h3 className="font-semibold">{t('desk.channels')}</h3>
          <p className="text-sm text-muted">{t('desk.channelsHint')}</p>
          <dl className="mt-1.5 grid gap-x-4 gap-y-1 sm:grid-cols-[12rem_minmax(0,1fr)]">
            {channels.map(({ id, name, address }) => (
              <div key={id} className="contents">
                <dt className="text-muted">{pick(name)}</dt>
                <dd>{address}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {answers.length === 0 ? null : (
        <div className="panel px-4 py-3">
          <h3 className="font-semibold">{t('desk.answers')}</h3>
          <ul className="mt-1.5">
            {answers.map((thread) => (
              <li key={thread.id}>
                <a href={`#thread-${thread.id}`} className="link">
                  {pick(thread.title)}
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
