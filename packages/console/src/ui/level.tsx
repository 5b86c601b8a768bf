/** A level as icon and word on its own colour; blindness is hatched, so that it never looks like calm. */
import type { Level } from '@sonae/core/log/levels.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from './icon.tsx';

export const LEVEL_INK: Readonly<Record<Level, string>> = {
  ok: 'text-ok',
  watch: 'text-watch',
  warning: 'text-warning',
  critical: 'text-critical',
  blind: 'text-blind',
};

const CHIP: Readonly<Record<Level, string>> = {
  ok: 'border-line text-ok',
  watch: 'border-watch bg-watch-soft text-watch',
  warning: 'border-warning bg-warning-soft text-warning',
  critical: 'border-critical bg-critical-soft text-critical font-semibold',
  blind: 'border-blind border-dashed bg-blind-soft hatched text-blind',
};

export function LevelChip({ level }: { level: Level }) {
  const { t } = useTexts();
  const title = level === 'blind' ? t('level.blindWhy') : undefined;
  return (
    <span
      title={title}
      data-level={level}
      className={`inline-flex items-center gap-1 rounded-xs border px-1.5 text-xs leading-5 whitespace-nowrap ${CHIP[level]}`}
    >
      <Icon name={level} size={13} />
      {t(`level.${level}`)}
    </span>
  );
}

/** How many controls stand at each level; levels without any are left out, `ok` always stays. */
export function LevelCounts({ counts }: { counts: Readonly<Record<Level, number>> }) {
  const { t } = useTexts();
  const shown = (['critical', 'warning', 'watch', 'blind', 'ok'] as const).filter(
    (level) => level === 'ok' || counts[level] > 0,
  );
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs">
      {shown.map((level) => (
        <li key={level} className={`inline-flex items-center gap-1 ${LEVEL_INK[level]}`}>
          <Icon name={level} size={12} />
          {counts[level]} {t(`level.${level}`)}
        </li>
      ))}
    </ul>
  );
}
