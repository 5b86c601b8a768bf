/** A schedule as a rotation: who in turn, from when, how long each. Shifts from a calendar are set by importing one. */
import type { ListedSchedule } from '@sonae/core/app/response/api.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useNow } from '../../ui/moment.tsx';
import { fieldOf, idsOf, LabelledInput, utcOf } from './labelled.tsx';

const HOURS_MAX = 744;
const NAME_MAX = 200;

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Null: a new one. */
  readonly schedule: ListedSchedule | null;
  readonly people: readonly string[];
};

export function RotationDialog(props: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t('rotation.title')}>
      <RotationForm {...props} />
    </Dialog>
  );
}

function RotationForm({ onClose, schedule, people }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  const now = useNow();
  const id = useId();
  const known = schedule?.rotation ?? null;
  const [form, setForm] = useState({
    schedule: schedule?.schedule ?? 'primary',
    ja: schedule?.says.ja ?? '',
    en: schedule?.says.en ?? '',
    participants: known?.participants.join(', ') ?? '',
    startsAt: fieldOf(known === null ? now : Date.parse(known.startsAt)),
    hours: String(known?.shiftHours ?? 24),
  });
  const put = (change: Partial<typeof form>): void => setForm({ ...form, ...change });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const participants = idsOf(form.participants);
    const rotation = { participants, startsAt: utcOf(form.startsAt), shiftHours: Number(form.hours) };
    const says = { ja: form.ja.trim(), en: form.en.trim() };
    command.send('people.SetSchedule', { schedule: form.schedule, says, rotation }, onClose);
  };
  const line = (field: 'schedule' | 'ja' | 'en' | 'participants', maxLength: number) => (
    <LabelledInput
      id={`${id}-${field}`}
      text={t(`rotation.${field}`)}
      maxLength={maxLength}
      readOnly={field === 'schedule' && schedule !== null}
      value={form[field]}
      onText={(value) => put({ [field]: value })}
    />
  );
  return (
    <form className="flex flex-col gap-2.5 p-4" onSubmit={submit}>
      {line('schedule', 40)}
      {line('ja', NAME_MAX)}
      {line('en', NAME_MAX)}
      {line('participants', 2_000)}
      <p className="label">{t('rotation.people', { ids: people.join(', ') })}</p>
      <div className="flex flex-wrap gap-2">
        <LabelledInput
          id={`${id}-start`}
          text={t('rotation.startsAt')}
          type="datetime-local"
          value={form.startsAt}
          onText={(startsAt) => put({ startsAt })}
        />
        <LabelledInput
          id={`${id}-hours`}
          text={t('rotation.hours')}
          type="number"
          min={1}
          max={HOURS_MAX}
          value={form.hours}
          onText={(hours) => put({ hours })}
        />
      </div>
      {(schedule?.shifts ?? 0) > 0 ? <p className="text-warning">{t('rotation.dropsShifts')}</p> : null}
      <CommandOutcome command={command} quietWhenDone about="people" />
      <button type="submit" className="btn btn-main self-end" disabled={command.isPending}>
        {t(command.isPending ? 'common.sending' : 'rotation.set')}
      </button>
    </form>
  );
}
