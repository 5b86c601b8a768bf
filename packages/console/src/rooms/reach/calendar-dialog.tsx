/**
 * A schedule in other people's calendars, and their calendar as our schedule. The address holds a token that only reads
 * calendars; it is made here, shown once, and only its digest goes to the server.
 */
import type { ListedSchedule } from '@sonae/core/app/response/api.ts';
import { useQuery } from '@tanstack/react-query';
import { type ChangeEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { READER_ZONE, useNow } from '../../ui/moment.tsx';
import { canHash, hashText, newSecret } from '../response/file-hash.ts';
import { importCalendar } from './reach-queries.ts';

/** A token lives 90 days at most. */
const TOKEN_MS = 89 * 86_400_000;
/** HTTP_BODY_BYTES_MAX of core's limits. */
const FILE_BYTES_MAX = 1024 * 1024;

type Props = { readonly open: boolean; readonly onClose: () => void; readonly schedule: ListedSchedule };

export function CalendarDialog({ open, onClose, schedule }: Props) {
  const { t, pick } = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t('calendar.title', { name: pick(schedule.says) })}>
      <div className="flex flex-col gap-4 p-4">
        <Outward schedule={schedule.schedule} />
        <Inward schedule={schedule.schedule} />
      </div>
    </Dialog>
  );
}

function Outward({ schedule }: { schedule: string }) {
  const { t, language } = useTexts();
  const { data: me } = useQuery(meQuery);
  const command = useCommand();
  const now = useNow();
  const id = useId();
  const [address, setAddress] = useState('');
  const make = async (): Promise<void> => {
    const secret = `sonae_${newSecret()}`;
    const digest = await hashText(secret);
    const expiresAt = new Date(now + TOKEN_MS).toISOString();
    const query = new URLSearchParams({ token: secret, zone: READER_ZONE, lang: language });
    command.send('people.IssueToken', { scopes: ['calendar'], digest, expiresAt }, () =>
      setAddress(`${location.origin}/calendar/${encodeURIComponent(schedule)}.ics?${query}`),
    );
  };
  return (
    <section className="flex flex-col gap-2" aria-labelledby={`${id}-out`}>
      <h3 id={`${id}-out`} className="font-semibold">
        {t('calendar.out')}
      </h3>
      <p className="text-xs text-muted">{t('calendar.outHint')}</p>
      {address === '' ? (
        <button
          type="button"
          className="btn self-start"
          disabled={command.isPending || me?.enrolled !== true || !canHash()}
          onClick={() => void make()}
        >
          {t('calendar.make')}
        </button>
      ) : (
        <>
          <label className="label" htmlFor={`${id}-address`}>
            {t('calendar.once')}
          </label>
          <input
            id={`${id}-address`}
            className="field font-mono"
            readOnly
            value={address}
            onFocus={(event) => event.target.select()}
          />
        </>
      )}
      {me?.enrolled === true ? null : <p className="text-xs">{t('reach.signIn')}</p>}
      <CommandOutcome command={command} quietWhenDone about="people" />
    </section>
  );
}

function Inward({ schedule }: { schedule: string }) {
  const { t } = useTexts();
  const command = useCommand();
  const id = useId();
  const [isTooLarge, setTooLarge] = useState(false);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file === undefined) return;
    setTooLarge(file.size > FILE_BYTES_MAX);
    if (file.size > FILE_BYTES_MAX) return;
    command.perform(async () => importCalendar(schedule, READER_ZONE, await file.text()));
  };
  return (
    <section className="flex flex-col gap-2" aria-labelledby={`${id}-in`}>
      <h3 id={`${id}-in`} className="font-semibold">
        {t('calendar.in')}
      </h3>
      <p className="text-xs text-muted">{t('calendar.inHint', { zone: READER_ZONE })}</p>
      <label className="label" htmlFor={`${id}-file`}>
        {t('calendar.file')}
      </label>
      <input
        id={`${id}-file`}
        type="file"
        accept=".ics,text/calendar"
        disabled={command.isPending}
        onChange={take}
      />
      {isTooLarge ? <p className="text-critical">{t('calendar.tooLarge')}</p> : null}
      <CommandOutcome command={command} about="people" />
    </section>
  );
}
