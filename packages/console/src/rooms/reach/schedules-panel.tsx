/** On-call schedules: who is on call now and next, taking a shift, calendars in and out, and setting a rotation. */
import type { ListedSchedule, ReachPage } from '@sonae/core/app/response/api.ts';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment, useNow } from '../../ui/moment.tsx';
import { CalendarDialog } from './calendar-dialog.tsx';
import { RotationDialog } from './rotation-dialog.tsx';
import { ShiftDialog } from './shift-dialog.tsx';

const TURNS_SHOWN = 5;

type Opened = { readonly what: 'shift' | 'calendar' | 'rotation'; readonly schedule: ListedSchedule | null };

export function SchedulesPanel({ page, me }: { page: ReachPage; me: string }) {
  const { t } = useTexts();
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = (): void => setOpened(null);
  const about = opened?.schedule ?? null;
  return (
    <section className="panel" aria-labelledby="schedules">
      <div className="panel-title">
        <h2 id="schedules" className="flex-1">
          {t('schedule.title')}
        </h2>
        <button type="button" className="btn" onClick={() => setOpened({ what: 'rotation', schedule: null })}>
          {t('schedule.new')}
        </button>
      </div>
      {page.schedules.length === 0 ? <p className="p-3 text-muted">{t('schedule.none')}</p> : null}
      <ul>
        {page.schedules.map((schedule) => (
          <Schedule
            key={schedule.schedule}
            schedule={schedule}
            onOpen={(what) => setOpened({ what, schedule })}
          />
        ))}
      </ul>
      {about === null ? null : (
        <ShiftDialog
          open={opened?.what === 'shift'}
          onClose={close}
          schedule={about}
          people={page.people}
          me={me}
        />
      )}
      {about === null ? null : (
        <CalendarDialog open={opened?.what === 'calendar'} onClose={close} schedule={about} />
      )}
      <RotationDialog
        open={opened?.what === 'rotation'}
        onClose={close}
        schedule={about}
        people={page.people}
      />
    </section>
  );
}

function Schedule({
  schedule,
  onOpen,
}: {
  schedule: ListedSchedule;
  onOpen: (what: Opened['what']) => void;
}) {
  const { t, pick } = useTexts();
  const now = useNow();
  const { turns, says, shifts } = schedule;
  const current = turns.find(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to));
  const next = turns.filter(({ from }) => Date.parse(from) > now).slice(0, TURNS_SHOWN);
  return (
    <li className="flex flex-col gap-1 border-b border-line px-3 py-2 last:border-b-0" data-row tabIndex={-1}>
      <p className="flex flex-wrap gap-x-3">
        <span className="font-semibold">{pick(says)}</span>
        <span className="font-mono text-xs text-muted">{schedule.schedule}</span>
      </p>
      {current === undefined ? (
        <p className="inline-flex items-center gap-1 font-semibold text-critical">
          <Icon name="critical" size={13} />
          {t('schedule.nobody')}
        </p>
      ) : (
        <p>
          {t('schedule.nowIs')} <span className="font-mono font-semibold">{current.principal}</span>{' '}
          <span className="text-xs">
            {t('schedule.until')} <Moment at={current.to} />
          </span>
        </p>
      )}
      <ol className="text-xs">
        {next.map(({ principal, from }) => (
          <li key={from}>
            <Moment at={from} /> <span className="font-mono">{principal}</span>
          </li>
        ))}
      </ol>
      {shifts === 0 ? null : <p className="label">{t('schedule.shifts', { count: shifts })}</p>}
      <div className="flex flex-wrap gap-2">
        {(['shift', 'calendar', 'rotation'] as const).map((what) => (
          <button key={what} type="button" className="btn" onClick={() => onOpen(what)}>
            {t(`schedule.${what}`)}
          </button>
        ))}
      </div>
    </li>
  );
}
