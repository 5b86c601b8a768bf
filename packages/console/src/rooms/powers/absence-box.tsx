/** Saying that one is away, so that deputies act, and that one is back. */
import type { Member } from '@sonae/core/app/api.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Moment, useNow } from '../../ui/moment.tsx';

const HOURS = [4, 12, 24, 72, 168, 336] as const;
const HOUR_MS = 3_600_000;

export function AbsenceBox({ member }: { member: Member }) {
  const { t } = useTexts();
  const command = useCommand();
  const now = useNow();
  const [hours, setHours] = useState<number>(HOURS[2]);
  const id = useId();
  const leave = (event: FormEvent): void => {
    event.preventDefault();
    const until = `${new Date(now + hours * HOUR_MS).toISOString().slice(0, 19)}Z`;
    command.send('people.DeclareAbsence', { until });
  };
  return (
    <div className="border-t border-line pt-2">
      {member.absentUntil !== null && !member.present ? (
        <div className="flex flex-wrap items-center gap-2">
          <span>
            {t('people.absentUntil')} <Moment at={member.absentUntil} />
          </span>
          <button
            type="button"
            className="btn"
            disabled={command.isPending}
            onClick={() => command.send('people.EndAbsence', {})}
          >
            {t('absence.back')}
          </button>
        </div>
      ) : (
        <form className="flex flex-wrap items-end gap-2" onSubmit={leave}>
          <div>
            <label className="label block" htmlFor={id}>
              {t('absence.for')}
            </label>
            <select
              id={id}
              className="field w-auto"
              value={hours}
              onChange={(event) => setHours(Number(event.target.value))}
            >
              {HOURS.map((count) => (
                <option key={count} value={count}>
                  {count <= 24 ? t('absence.hours', { count }) : t('absence.days', { count: count / 24 })}
                </option>
              ))}
            </select>
          </div>
          <button type="submit" className="btn" disabled={command.isPending}>
            {t('absence.leave')}
          </button>
        </form>
      )}
      <CommandOutcome command={command} />
    </div>
  );
}
