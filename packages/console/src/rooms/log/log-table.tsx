/** Facts in a table: number, when, what, about what, by whom, and whether everybody may see it. */
import type { LogPage } from '@sonae/core/app/api.ts';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { Moment } from '../../ui/moment.tsx';

type Facts = LogPage['facts'];

export function LogTable({ facts, selected }: { facts: Facts; selected: number | null }) {
  const { t } = useTexts();
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['seq', 'recorded', 'type', 'about', 'actor'] as const).map((column) => (
            <th key={column} scope="col" className={column === 'seq' ? 'num' : ''}>
              {t(`log.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {facts.map((fact) => (
          <Row key={fact.seq} fact={fact} isSelected={fact.seq === selected} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ fact, isSelected }: { fact: Facts[number]; isSelected: boolean }) {
  const { t } = useTexts();
  return (
    <tr
      className={isSelected ? 'bg-accent-soft' : 'hover:bg-accent-soft/50'}
      aria-current={isSelected || undefined}
    >
      <td className="num" data-label={t('log.seq')}>
        <Link
          data-row
          to="/log"
          search={(prev) => ({ ...prev, seq: fact.seq })}
          resetScroll={false}
          className="link"
        >
          {fact.seq}
        </Link>
      </td>
      <td className="text-xs" data-label={t('log.recorded')}>
        <Moment at={fact.recordedAt} stacked />
      </td>
      <td data-label={t('log.type')}>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-mono text-xs">{fact.type}</span>
          {fact.disclosed ? <DisclosureMark isPublic text={t('common.public')} /> : null}
        </span>
      </td>
      <td className="font-mono text-xs" data-label={t('log.about')}>
        {fact.stream}
      </td>
      <td className="text-xs" data-label={t('log.actor')}>
        {fact.actor}
      </td>
    </tr>
  );
}
