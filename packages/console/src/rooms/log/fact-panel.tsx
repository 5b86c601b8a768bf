/** One fact, whole: its place, its times, its cause and its body as it was recorded. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FactDetail } from '../../api.ts';
import { useTexts } from '../../i18n/language.ts';
import { factQuery } from '../../queries.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';

export function FactPanel({ seq }: { seq: number | null }) {
  const { t } = useTexts();
  return (
    <section
      className={`panel lg:sticky lg:top-14 lg:max-h-[calc(100dvh-72px)] lg:overflow-auto max-lg:order-first ${seq === null ? 'max-lg:hidden' : ''}`}
      aria-labelledby="fact"
    >
      <div className="panel-title">
        <h2 id="fact">{seq === null ? t('timeline.fact') : t('log.fact', { seq })}</h2>
      </div>
      {seq === null ? <p className="p-3 text-muted">{t('log.select')}</p> : <FactOf seq={seq} />}
    </section>
  );
}

function FactOf({ seq }: { seq: number }) {
  const { data, error, refetch } = useQuery(factQuery(seq));
  if (data === undefined)
    return error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />;
  return <FactBody detail={data} />;
}

function FactBody({ detail }: { detail: FactDetail }) {
  const { t } = useTexts();
  const { fact, disclosed, salt } = detail;
  return (
    <>
      <dl className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-3 gap-y-1.5 p-3">
        <Line name={t('log.type')} mono>
          {fact.type}
        </Line>
        <Line name={t('log.occurred')}>
          <Moment at={fact.occurredAt} style="full" />
        </Line>
        <Line name={t('log.recorded')}>
          <Moment at={fact.recordedAt} style="full" />
        </Line>
        <Line name={t('log.actor')}>{fact.actor}</Line>
        <Line name={t('log.about')} mono>
          <Link to="/log" search={(prev) => ({ ...prev, stream: fact.stream })} className="link">
            {fact.stream}
          </Link>
        </Line>
        {fact.incident === undefined ? null : (
          <Line name={t('log.incident')} mono>
            <Link to="/incidents/$id" params={{ id: fact.incident }} className="link">
              {fact.incident}
            </Link>
          </Line>
        )}
        <Line name={t('log.cause')} mono>
          {fact.cause}
        </Line>
        <Line name={t('log.id')} mono>
          {fact.id}
        </Line>
        <Line name={t('log.salt')} mono>
          {salt}
        </Line>
        <Line name={t('log.disclosed')}>
          <DisclosureMark isPublic={disclosed} text={t(disclosed ? 'common.public' : 'common.private')} />
          {disclosed ? (
            <a href={`/status/?fact=${fact.seq}#check`} className="link ml-2 inline-flex items-center gap-1">
              <Icon name="out" size={12} />
              {t('log.verify')}
            </a>
          ) : (
            <span className="ml-2 text-xs text-muted">{t('log.privateHint')}</span>
          )}
        </Line>
      </dl>
      <h3 className="label px-3">{t('log.body')}</h3>
      <pre className="m-3 mt-1 overflow-x-auto border border-line bg-sunken p-2.5 font-mono text-xs whitespace-pre-wrap">
        {JSON.stringify(fact.body, null, 2)}
      </pre>
    </>
  );
}

function Line({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="label pt-0.5">{name}</dt>
      <dd className={mono ? 'font-mono text-xs' : ''}>{children}</dd>
    </>
  );
}
