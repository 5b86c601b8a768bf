/** One power: what it does, on what, with how many of whom, within which bounds, and whether it would work now. */
import type { PowerView } from '@sonae/core/app/api.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { spanText } from '../../ui/time-format.ts';
import { criteriaText } from './criteria-text.ts';
import { PersonIds } from './person-ids.tsx';
import { UseClock } from './use-card.tsx';

type Props = {
  readonly view: PowerView;
  readonly uses: readonly UseSummary[];
  readonly onRequest: () => void;
};

export function PowerCard({ view, uses, onRequest }: Props) {
  const { t, pick } = useTexts();
  const { power } = view;
  const running = uses.filter(({ id }) => view.inUse.includes(id));
  return (
    <article className="flex flex-col gap-2 border-b border-line px-3 py-3 last:border-b-0 sm:px-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h3 className="text-md font-semibold">{pick(power.says)}</h3>
        <span className="font-mono text-xs text-muted">{power.id}</span>
        {running.length === 0 ? null : <InUse running={running} />}
        <button type="button" data-row className="btn ml-auto" onClick={onRequest} data-chrome>
          <Icon name="powers" />
          {t('power.request')}
          <span className="sr-only">: {pick(power.says)}</span>
        </button>
      </div>
      <p className="max-w-[88ch]">{pick(power.does)}</p>
      <Quorums view={view} />
      <dl className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
        <CriteriaLines view={view} />
        <Able view={view} />
        <Line name={t('power.bounds')}>
          <Bounds view={view} />
        </Line>
        <Line name={t('power.targets')}>
          <Targets view={view} />
        </Line>
      </dl>
    </article>
  );
}

function InUse({ running }: { running: readonly UseSummary[] }) {
  const { t } = useTexts();
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {running.map((use) => (
        <span key={use.id} className="inline-flex flex-wrap items-center gap-x-2">
          <Link
            to="/powers/uses/$id"
            params={{ id: use.id }}
            className="inline-flex items-center gap-1 rounded-xs border border-critical bg-critical-soft px-1.5 text-xs leading-5 font-semibold text-critical"
          >
            <Icon name="powers" size={13} />
            {t(use.state === 'requested' ? 'power.asked' : 'power.inUse')}
          </Link>
          <UseClock use={use} />
        </span>
      ))}
    </span>
  );
}

/** `Stops with 3 of 6 · resumes with 4 of 6 after 2 h · for at most 72 h`. */
export function Quorums({ view }: { view: Pick<PowerView, 'power' | 'able'> }) {
  const { t, language } = useTexts();
  const { power, able } = view;
  const of = able.length;
  const wait = (ms: number): string => (ms === 0 ? '' : t('power.after', { span: spanText(ms, language) }));
  const parts =
    power.governs === null
      ? [
          t('power.stops', { count: power.quorum, of, wait: wait(power.delayMs) }),
          t('power.resumes', { count: power.resumeQuorum, of, wait: wait(power.resumeDelayMs) }),
        ]
      : [t('power.changes', { count: power.quorum, of, wait: wait(power.delayMs) })];
  if (power.emergency !== null) parts.push(t('power.emergency', { count: power.emergency.quorum, of }));
  return <p className="font-semibold">{parts.join(' · ')}</p>;
}

function CriteriaLines({ view }: { view: PowerView }) {
  const texts = useTexts();
  const { t } = texts;
  const { activation, release, governs } = view.power;
  return (
    <>
      <Line name={t('power.activation')}>
        {activation === null ? (
          t('power.always')
        ) : (
          <>
            {criteriaText(activation, texts)} <Met isMet={view.criteriaMet} isGrave />
          </>
        )}
      </Line>
      {governs === null ? (
        <Line name={t('power.release')}>
          {release === null ? (
            t('power.always')
          ) : (
            <>
              {criteriaText(release, texts)} <Met isMet={view.releaseMet} />
            </>
          )}
        </Line>
      ) : null}
    </>
  );
}

/** @param isGrave it is met because something is wrong */
export function Met({ isMet, isGrave = false }: { isMet: boolean; isGrave?: boolean }) {
  const { t } = useTexts();
  const ink = !isMet ? 'text-muted' : isGrave ? 'text-critical' : 'text-ok';
  return (
    <span className={`inline-flex items-center gap-1 text-xs font-semibold whitespace-nowrap ${ink}`}>
      <Icon name={isMet ? 'ok' : 'minus'} size={12} />
      {t(isMet ? 'power.met' : 'power.unmet')}
    </span>
  );
}

function Able({ view }: { view: PowerView }) {
  const { t } = useTexts();
  const { able, power } = view;
  const isShort = able.length < power.quorum;
  return (
    <Line name={t('power.able')}>
      <span className={isShort ? 'font-semibold text-critical' : ''}>
        {t(isShort ? 'power.ableShort' : 'power.ableCount', { count: able.length, needed: power.quorum })}
      </span>{' '}
      <PersonIds ids={able} />
    </Line>
  );
}

export function Bounds({ view }: { view: Pick<PowerView, 'power'> }) {
  const { t, language } = useTexts();
  const { bounds, approveWithinMs, reviewWithinMs, refusals, credentials } = view.power;
  const parts = [
    bounds.durationMs === null
      ? t('power.noDuration')
      : t('power.duration', { span: spanText(bounds.durationMs, language) }),
    t('power.uses', { count: bounds.uses.count, span: spanText(bounds.uses.windowMs, language) }),
    t('power.approveWithin', { span: spanText(approveWithinMs, language) }),
    t('power.refusals', { count: refusals }),
    t('power.reviewWithin', { span: spanText(reviewWithinMs, language) }),
    t('power.credentials', { kinds: credentials.map((kind) => t(`credential.${kind}`)).join(', ') }),
  ];
  return <>{parts.join(t('power.join'))}</>;
}

function Targets({ view }: { view: PowerView }) {
  const { t, pick } = useTexts();
  return (
    <ul className="flex flex-col gap-0.5">
      {view.power.targets.map((target) => {
        const rehearsed = view.rehearsals[target.id];
        const look =
          rehearsed === undefined
            ? 'text-muted'
            : rehearsed.works
              ? 'text-ok'
              : 'text-critical font-semibold';
        return (
          <li key={target.id}>
            {pick(target.says)}{' '}
            <span className={`inline-flex flex-wrap items-center gap-x-1 text-xs ${look}`}>
              <Icon
                name={rehearsed === undefined ? 'minus' : rehearsed.works ? 'ok' : 'critical'}
                size={12}
              />
              {rehearsed === undefined ? (
                t(view.power.governs === null ? 'power.unrehearsed' : 'power.nothingToRehearse')
              ) : (
                <>
                  {t(rehearsed.works ? 'power.works' : 'power.fails')} · <Elapsed from={rehearsed.at} /> ·{' '}
                  <Moment at={rehearsed.at} />
                </>
              )}
            </span>
            {rehearsed === undefined || rehearsed.works ? null : (
              <span className="block text-xs text-critical">{rehearsed.why}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="label">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
