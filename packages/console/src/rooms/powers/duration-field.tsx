/** How long a stop shall last at most: a slider within the power's bound, with what it means as a time. */
import { useId } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Moment, useNow } from '../../ui/moment.tsx';
import { spanText } from '../../ui/time-format.ts';

const HOUR_MS = 3_600_000;
/** Powers that last less than this are set in minutes. */
const FINE_BELOW_MS = 6 * HOUR_MS;
const FINE_STEP_MS = 5 * 60_000;

type Props = { readonly maxMs: number; readonly value: number; readonly onChange: (ms: number) => void };

export function DurationField({ maxMs, value, onChange }: Props) {
  const { t, language } = useTexts();
  const now = useNow();
  const id = useId();
  const stepMs = maxMs < FINE_BELOW_MS ? Math.min(FINE_STEP_MS, maxMs) : HOUR_MS;
  const steps = Math.max(1, Math.floor(maxMs / stepMs));
  const at = Math.max(1, Math.round(value / stepMs));
  const span = spanText(value, language);
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {t('request.duration')}: {span}
      </label>
      <input
        id={id}
        type="range"
        className="mt-1 h-6 w-full accent-[var(--accent)]"
        min={1}
        max={steps}
        value={at}
        aria-valuetext={span}
        onChange={(event) => {
          const chosen = Number(event.target.value);
          onChange(chosen >= steps ? maxMs : chosen * stepMs);
        }}
      />
      <p className="label">
        {t('request.until', { max: spanText(maxMs, language) })} <Moment at={now + value} />
      </p>
    </div>
  );
}
