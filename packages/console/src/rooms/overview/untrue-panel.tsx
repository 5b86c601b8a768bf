/**
 * Every control that does not hold and every feed that does not see, worst first, each with its sentence: of pegs, and of
 * the books, custody and reserves.
 */
import type { AssetDetail, NounLevel, Overview } from '@sonae/core/app/api.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import type { Level } from '@sonae/core/log/levels.ts';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { assetQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { LevelChip } from '../../ui/level.tsx';
import { byWorst, shownLevel } from '../../ui/level-order.ts';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { Reading } from '../../ui/read-state.tsx';

/** Where it is looked at: its peg, or the room of its noun. */
type Room = '/pegs/$asset' | '/books' | '/custody' | '/reserves' | '/log';

type Untrue = {
  readonly key: string;
  /** What it is about: an asset, an account, a wallet. */
  readonly subject: string;
  readonly room: Room;
  readonly name: string;
  readonly level: Level;
  readonly since: string;
  readonly why: Text | null;
  readonly statement: Text | null;
  readonly isUnseen?: boolean;
};

const PEG = '/pegs/$asset';
const ROOM_OF: Readonly<Record<string, Room>> = {
  ledger: '/books',
  custody: '/custody',
  reserves: '/reserves',
  // Witnesses of the log.
  sentinels: '/log',
};

/** A price that never formed is no fact yet, but must not look like calm. Its sentences are our own texts. */
const NO_PRICE = {
  name: 'peg.sight',
  level: 'blind',
  since: '',
  why: null,
  statement: null,
  isUnseen: true,
} as const;

function untrueOf(detail: AssetDetail): Untrue[] {
  const controls = detail.controls.map(
    (c): Untrue => ({ ...c, key: `${detail.asset}/${c.id}`, subject: detail.asset, room: PEG, name: c.id }),
  );
  const feeds = detail.feeds.map(
    (f): Untrue => ({
      ...f,
      key: `${detail.asset}/feed/${f.id}`,
      subject: detail.asset,
      room: PEG,
      name: `prices.feed ${f.id}`,
      statement: null,
    }),
  );
  return [...controls, ...feeds].filter(({ level }) => level !== 'ok');
}

function untrueOfNoun({ noun, control, subject, level, since, why, statement }: NounLevel): Untrue[] {
  const room = ROOM_OF[noun];
  const key = `${control}/${subject}`;
  return room === undefined ? [] : [{ key, subject, room, name: control, level, since, why, statement }];
}

export function UntruePanel({ overview }: { overview: Overview }) {
  const { t } = useTexts();
  const details = useQueries({ queries: overview.assets.map(({ asset }) => assetQuery(asset)) });
  const unseen = overview.assets
    .filter(({ level, price }) => shownLevel(level, price) !== level)
    .map(({ asset }): Untrue => ({ ...NO_PRICE, key: `${asset}/price`, subject: asset, room: PEG }));
  const rows = [
    ...unseen,
    ...overview.levels.flatMap(untrueOfNoun),
    ...details.flatMap(({ data }) => (data === undefined ? [] : untrueOf(data))),
  ].sort(byWorst);
  const more = overview.levelCount - overview.levels.length;
  const isReading = details.some(({ isPending }) => isPending);
  return (
    <section className="panel" aria-labelledby="untrue">
      <div className="panel-title">
        <h2 id="untrue">{t('overview.untrue')}</h2>
        {rows.length === 0 ? null : (
          <span className="label">{t('overview.untrueCount', { count: rows.length + more })}</span>
        )}
      </div>
      {rows.length === 0 && isReading ? <Reading /> : null}
      {rows.length === 0 && !isReading ? (
        <p className="flex items-center gap-2 p-4 text-ok">
          <Icon name="ok" size={16} />
          {overview.assets.length === 0 ? t('overview.noAssets') : t('overview.untrueNone')}
        </p>
      ) : null}
      <ul>
        {rows.map((row) => (
          <li key={row.key} className="border-b border-line last:border-b-0">
            <UntrueRow row={row} />
          </li>
        ))}
      </ul>
      {more === 0 ? null : (
        <p className="border-t border-line px-3 py-2 text-muted">
          {t('overview.untrueMore', { count: more })}
        </p>
      )}
    </section>
  );
}

const BAR: Readonly<Record<Level, string>> = {
  ok: 'border-l-transparent',
  watch: 'border-l-watch',
  warning: 'border-l-warning',
  critical: 'border-l-critical',
  blind: 'border-l-blind border-l-dashed',
};

function UntrueRow({ row }: { row: Untrue }) {
  const { t, pick } = useTexts();
  const own = row.isUnseen ? t('overview.priceStatement') : t('overview.feedStatement');
  const statement = row.statement === null ? own : pick(row.statement);
  const why = row.isUnseen ? t('overview.noPriceYet') : row.why === null ? statement : pick(row.why);
  return (
    <Link
      data-row
      to={row.room}
      params={row.room === PEG ? { asset: row.subject } : {}}
      className={`row-link border-l-[3px] ${BAR[row.level]}`}
    >
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <LevelChip level={row.level} />
        <span className="font-mono text-xs text-muted">
          {row.subject} · {row.name}
        </span>
        {row.since === '' ? null : (
          <span className="text-xs text-muted sm:ml-auto">
            <Elapsed from={row.since} /> · <Moment at={row.since} />
          </span>
        )}
      </div>
      <p className="mt-1 max-w-[88ch] text-md">{why}</p>
      <p className="mt-0.5 text-xs text-muted">{t('overview.mustHold', { statement })}</p>
    </Link>
  );
}
