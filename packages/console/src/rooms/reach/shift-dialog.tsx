/** Taking a shift, or giving it to somebody, from now or a given time on: it counts at once. */
import type { ListedSchedule } from '@sonae/core/app/response/api.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useNow } from '../../ui/moment.tsx';
import { fieldOf, Labelled, utcOf } from './labelled.tsx';

const SHIFT_MS = 12 * 3_600_000;
const REASON_MAX = 2_000;

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly schedule: ListedSchedule;
  readonly people: readonly string[];
  readonly me: string;
};

export function ShiftDialog(props: Props) {
  const { t, pick } = useTexts();
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={t('shift.title', { name: pick(props.schedule.says) })}
    >
      <ShiftForm {...props} />
    </Dialog>
  );
}

function ShiftForm({ onClose, schedule, people, me }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  const now = useNow();
  const id = useId();
  const [form, setForm] = useState({
    principal: people.includes(me) ? me : (people[0] ?? ''),
    from: fieldOf(now),
    to: fieldOf(now + SHIFT_MS),
    reason: '',
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { principal, reason } = form;
    const times = { from: utcOf(form.from), to: utcOf(form.to) };
    const input = { schedule: schedule.schedule, principal, ...times, reason: reason.trim() };
    command.send('people.TakeShift', input, onClose);
  };
  return (
    <form className="flex flex-col gap-2.5 p-4" onSubmit={submit}>
      <Labelled id={`${id}-who`} text={t('shift.who')}>
        <select
          id={`${id}-who`}
          className="field"
          value={form.principal}
          onChange={(event) => setForm({ ...form, principal: event.target.value })}
        >
          {people.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </Labelled>
      <div className="flex flex-wrap gap-2">
        {(['from', 'to'] as const).map((end) => (
          <Labelled key={end} id={`${id}-${end}`} text={t(`shift.${end}`)}>
            <input
              id={`${id}-${end}`}
              type="datetime-local"
              className="field"
              required
              value={form[end]}
              onChange={(event) => setForm({ ...form, [end]: event.target.value })}
            />
          </Labelled>
        ))}
      </div>
      <Labelled id={`${id}-why`} text={t('shift.reason')}>
        <input
          id={`${id}-why`}
          className="field"
          required
          maxLength={REASON_MAX}
          value={form.reason}
          onChange={(event) => setForm({ ...form, reason: event.target.value })}
        />
      </Labelled>
      <CommandOutcome command={command} quietWhenDone about="people" />
      <button type="submit" className="btn btn-main self-end" disabled={command.isPending}>
        {t(command.isPending ? 'common.sending' : 'shift.take')}
      </button>
    </form>
  );
}
