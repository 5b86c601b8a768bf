/** What is left until an instant of the server's clock, with the instant itself beside it. */
import { useTexts } from '../i18n/language.ts';
import { Icon } from './icon.tsx';
import { Moment, useNow } from './moment.tsx';
import { countdownText } from './time-format.ts';

type Props = {
  /** What happens then, e.g. `Ends by itself`. */
  readonly says: string;
  readonly at: string;
  /** The words once the instant is past. */
  readonly over: string;
  readonly isGrave?: boolean;
};

export function Countdown({ says, at, over, isGrave = false }: Props) {
  const { t, language } = useTexts();
  const leftMs = Date.parse(at) - useNow();
  const ink = leftMs <= 0 ? 'text-muted' : isGrave ? 'text-warning' : 'text-ink';
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
      <span
        className={`inline-flex items-center gap-1.5 font-semibold whitespace-nowrap ${ink}`}
        role="timer"
      >
        <Icon name="clock" size={13} />
        {leftMs <= 0 ? over : t('countdown.left', { says, left: countdownText(leftMs, language) })}
      </span>
      <span className="text-xs text-muted">
        <Moment at={at} />
      </span>
    </p>
  );
}
