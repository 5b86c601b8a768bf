/** Every place that must say what is there: how old its word is, how it is known, and why it may not be used. */
import type { ReservesPage, SourceRow } from '@sonae/core/app/reserves/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { Amount } from '../books/room-parts.tsx';
import { Empty, Rows, Section } from '../response/section.tsx';

const HELD_SHOWN = 8;

export function SourcesPanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { sources } = page;
  const silent = sources.filter(({ problem }) => problem !== null);
  const sorted = [...silent, ...sources.filter(({ problem }) => problem === null)];
  return (
    <Section title={t('reserves.sources')} count={silent.length}>
      {sources.length === 0 ? <Empty>{t('reserves.sourcesNone')}</Empty> : null}
      <Rows>
        {sorted.map((source) => (
          <Row key={source.source} page={page} source={source} />
        ))}
      </Rows>
    </Section>
  );
}

const LOOK = {
  speaks: { icon: 'ok', ink: 'text-ok' },
  awaited: { icon: 'clock', ink: 'text-watch' },
  silent: { icon: 'blind', ink: 'font-semibold text-blind' },
} as const;

function Row({ page, source }: { page: ReservesPage; source: SourceRow }) {
  const { t } = useTexts();
  const { source: id, kind, place, problem, snapshot, staleAfterMinutes } = source;
  const look = problem === null ? 'speaks' : problem === 'awaited' ? 'awaited' : 'silent';
  return (
    <li
      className={`flex flex-col gap-0.5 px-3 py-2 ${problem === null || problem === 'awaited' ? '' : 'shadow-[inset_3px_0_0_var(--blind)]'}`}
      data-source={id}
    >
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
        <span className={`inline-flex items-center gap-1 ${LOOK[look].ink}`}>
          <Icon name={LOOK[look].icon} size={13} />
          {t(problem === null ? 'reserves.speaks' : `problem.${problem}`)}
        </span>
        <span data-row tabIndex={-1} className="font-semibold">
          {id}
        </span>
        <span className="text-xs text-muted">
          {t(`sourceKind.${kind}`)} · {place} · {t('reserves.staleAfter', { minutes: staleAfterMinutes })}
        </span>
        {snapshot === null ? null : (
          <span className="text-xs text-muted sm:ml-auto">
            <Elapsed from={snapshot.asOf} /> · <Moment at={snapshot.asOf} />
          </span>
        )}
      </div>
      {snapshot === null ? (
        <p className="text-muted">{t('reserves.neverSaid', { assets: source.assets.join(', ') })}</p>
      ) : (
        <Said page={page} snapshot={snapshot} />
      )}
    </li>
  );
}

function Said({ page, snapshot }: { page: ReservesPage; snapshot: NonNullable<SourceRow['snapshot']> }) {
  const { t } = useTexts();
  const { held, provenance, detail } = snapshot;
  const { rpcs, block, statement } = provenance;
  return (
    <>
      <ul className="flex flex-wrap gap-x-5">
        {held.slice(0, HELD_SHOWN).map(({ asset, owner, tier, amount }) => (
          <li key={`${asset} ${owner} ${tier}`}>
            <Amount minor={amount} asset={asset} decimals={page.decimals} />{' '}
            <span className="text-xs text-muted">
              {t(`owner.${owner}`)}
              {tier === 'none' ? '' : ` · ${t(`tier.${tier}`)}`}
            </span>
          </li>
        ))}
        {held.length > HELD_SHOWN ? (
          <li className="text-muted">{t('reserves.andMore', { count: held.length - HELD_SHOWN })}</li>
        ) : null}
      </ul>
      {detail === '' ? null : <p className="text-blind">{detail}</p>}
      <p className="label [overflow-wrap:anywhere]">
        {rpcs.length === 0 ? '' : t('reserves.agreed', { hosts: rpcs.join(', ') })}
        {block === null
          ? ''
          : ` · ${t('reserves.block', { height: block.height, hash: block.hash.slice(0, 16) })}`}
        {statement === null ? '' : ` ${t('reserves.byStatement', { statement })}`}
      </p>
    </>
  );
}
