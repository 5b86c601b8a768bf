/** Severity and phase as words with marks, and the choice of a severity. `pending` counts as the worst. */
import type { Phase, Severity } from '@sonae/core/nouns/incidents/facts/life.ts';
import { useId } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { isOpen } from './legal-actions.ts';

export const SEVERITIES = ['critical', 'major', 'minor', 'pending'] as const satisfies readonly Severity[];

const LOOK: Readonly<Record<Severity, { icon: IconName; className: string }>> = {
  critical: { icon: 'critical', className: 'border-critical bg-critical-soft text-critical font-semibold' },
  major: { icon: 'warning', className: 'border-warning bg-warning-soft text-warning font-semibold' },
  minor: { icon: 'watch', className: 'border-watch bg-watch-soft text-watch' },
  pending: { icon: 'clock', className: 'border-critical border-dashed text-critical' },
};

export function SeverityChip({ severity }: { severity: Severity | null }) {
  const { t } = useTexts();
  if (severity === null)
    return <span className="whitespace-nowrap text-muted">{t('incidents.undeclared')}</span>;
  const { icon, className } = LOOK[severity];
  const title = severity === 'pending' ? t('severity.pendingHint') : undefined;
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-xs border px-1.5 text-xs leading-5 whitespace-nowrap ${className}`}
      title={title}
    >
      <Icon name={icon} size={13} />
      {t(`severity.${severity}`)}
    </span>
  );
}

export function PhaseText({ phase }: { phase: Phase }) {
  const { t } = useTexts();
  const mark = isOpen(phase) ? 'bg-accent' : 'border border-edge';
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span className={`size-2 shrink-0 rounded-full ${mark}`} aria-hidden="true" />
      {t(`phase.${phase}`)}
    </span>
  );
}

type SelectProps = {
  readonly value: Severity;
  readonly onChange: (value: Severity) => void;
  readonly label: string;
};

export function SeveritySelect({ value, onChange, label }: SelectProps) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="field mt-1"
        value={value}
        onChange={(event) => onChange(event.target.value as Severity)}
      >
        {SEVERITIES.map((severity) => (
          <option key={severity} value={severity}>
            {t(severity === 'pending' ? 'severity.pendingHint' : `severity.${severity}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
