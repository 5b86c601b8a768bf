/** Calling somebody by hand: whoever is on call, holds a role, or is named, until enough have answered. */
import type { ReachPage } from '@sonae/core/app/response/api.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Labelled, LabelledInput } from './labelled.tsx';

const TEXT_MAX = 2_000;
const NEED_MAX = 20;
const WAIT_MAX = 240;

type Props = { readonly open: boolean; readonly onClose: () => void; readonly page: ReachPage };

export function CallDialog(props: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t('call.dialog')}>
      <CallForm {...props} />
    </Dialog>
  );
}

const EMPTY = { who: '', ja: '', en: '', need: '1', wait: '5' };

/** As `people.Page` takes it; `who` is a kind and an id. */
function inputOf({ who, ja, en, need, wait }: typeof EMPTY) {
  const [kind = '', ...rest] = who.split('/');
  const only = (wanted: string): string[] => (kind === wanted ? [rest.join('/')] : []);
  return {
    subject: 'by-hand',
    link: '/console/reach',
    text: { ja: ja.trim(), en: en.trim() },
    schedules: only('schedule'),
    roles: only('role'),
    principals: only('person'),
    need: Number(need),
    waitMinutes: Number(wait),
  };
}

function CallForm({ onClose, page }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  const [form, setForm] = useState(EMPTY);
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const input = inputOf(form);
    command.send('people.Page', input, () => {
      setForm(EMPTY);
      onClose();
    });
  };
  return (
    <form className="flex flex-col gap-2.5 p-4" onSubmit={submit}>
      <WhomSelect
        id={`${id}-who`}
        page={page}
        value={form.who}
        onChange={(who) => setForm({ ...form, who })}
      />
      {(['ja', 'en'] as const).map((language) => (
        <Labelled key={language} id={`${id}-${language}`} text={`${t('call.text')} (${language})`}>
          <textarea
            id={`${id}-${language}`}
            className="field"
            lang={language}
            rows={2}
            required
            maxLength={TEXT_MAX}
            value={form[language]}
            onChange={(event) => setForm({ ...form, [language]: event.target.value })}
          />
        </Labelled>
      ))}
      <div className="flex gap-2">
        <LabelledInput
          id={`${id}-need`}
          text={t('call.need')}
          type="number"
          min={1}
          max={NEED_MAX}
          value={form.need}
          onText={(need) => setForm({ ...form, need })}
        />
        <LabelledInput
          id={`${id}-wait`}
          text={t('call.wait')}
          type="number"
          min={1}
          max={WAIT_MAX}
          value={form.wait}
          onText={(wait) => setForm({ ...form, wait })}
        />
      </div>
      <CommandOutcome command={command} quietWhenDone about="people" />
      <button type="submit" className="btn btn-main self-end" disabled={command.isPending}>
        {t(command.isPending ? 'common.sending' : 'call.send')}
      </button>
    </form>
  );
}

type WhomProps = {
  readonly id: string;
  readonly page: ReachPage;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Schedules first, then roles, then everybody: the order in which a call goes. */
function WhomSelect({ id, page, value: chosen, onChange }: WhomProps) {
  const { t, pick } = useTexts();
  const options = [
    ...page.schedules.map(({ schedule, says }) => ({
      value: `schedule/${schedule}`,
      text: `${t('reach.schedule')}: ${pick(says)}`,
    })),
    ...page.roles.map((role) => ({
      value: `role/${role.id}`,
      text: `${t('reach.role')}: ${pick(role.says)}`,
    })),
    ...page.people.map((one) => ({ value: `person/${one}`, text: `${t('reach.person')}: ${one}` })),
  ];
  return (
    <Labelled id={id} text={t('call.whom')}>
      <select
        id={id}
        className="field"
        required
        value={chosen}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{t('call.choose')}</option>
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
