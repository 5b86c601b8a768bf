/** The desk that customers may ask, the rumours about us, and briefings inside the firm. Each says who will read it. */
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import { type FormEvent, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { LineForm } from './line-form.tsx';

export function DeskPanel({ desk }: Pick<CommsPage, 'desk'>) {
  const { t, pick } = useTexts();
  const command = useCommand();
  const [phone, setPhone] = useState('');
  const [hours, setHours] = useState({ ja: '', en: '' });
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const about = { ja: t('desk.aboutJa'), en: t('desk.aboutEn') };
    command.send('comms.OpenDesk', { phone: phone.trim(), hours, about });
  };
  return (
    <section className="panel" aria-labelledby="desk">
      <div className="panel-title">
        <h2 id="desk">{t('desk.title')}</h2>
        <DisclosureMark isPublic text={t('board.public')} />
      </div>
      <div className="p-3">
        {desk === null ? (
          <form className="flex flex-col gap-2" onSubmit={open}>
            <input
              className="field"
              aria-label={t('desk.phone')}
              placeholder={t('desk.phone')}
              required
              maxLength={40}
              value={phone}
              onChange={(event) => setPhone(event.target.value)}
            />
            <div className="grid gap-2 sm:grid-cols-2">
              {(['ja', 'en'] as const).map((language) => (
                <input
                  key={language}
                  className="field"
                  lang={language}
                  required
                  maxLength={200}
                  aria-label={`${t('desk.hours')} (${language})`}
                  placeholder={`${t('desk.hours')} (${language})`}
                  value={hours[language]}
                  onChange={(event) => setHours({ ...hours, [language]: event.target.value })}
                />
              ))}
            </div>
            <button type="submit" className="btn btn-main self-start" disabled={command.isPending}>
              {t('desk.open')}
            </button>
          </form>
        ) : (
          <>
            <p className="text-md font-semibold">{desk.phone}</p>
            <p>{pick(desk.hours)}</p>
            <LineForm
              label={t('desk.closeReason')}
              submit={t('desk.close')}
              isPending={command.isPending}
              onSubmit={(reason) => command.send('comms.CloseDesk', { reason: { ja: reason, en: reason } })}
            />
          </>
        )}
        <CommandOutcome command={command} />
      </div>
    </section>
  );
}

export function RumoursPanel({ rumours }: Pick<CommsPage, 'rumours'>) {
  const { t } = useTexts();
  const command = useCommand();
  const open = rumours.filter(({ closedBecause }) => closedBecause === null);
  return (
    <section className="panel" aria-labelledby="rumours">
      <div className="panel-title">
        <h2 id="rumours">{t('rumours.title')}</h2>
        <DisclosureMark isPublic={false} text={t('rumours.private')} />
      </div>
      <ul>
        {open.map((rumour) => (
          <li key={rumour.id} className="border-b border-line px-3 py-2">
            <p>{rumour.claim}</p>
            <p className="label">
              {rumour.seenIn} · {t(rumour.notice === null ? 'rumours.open' : 'rumours.answered')}
            </p>
            <LineForm
              label={t('rumours.closeReason')}
              submit={t('rumours.close')}
              isPending={command.isPending}
              onSubmit={(reason) => command.send('comms.CloseRumour', { rumour: rumour.id, reason })}
            />
          </li>
        ))}
      </ul>
      <div className="p-3 pt-1">
        <LineForm
          label={t('rumours.claim')}
          submit={t('rumours.note')}
          isPending={command.isPending}
          onSubmit={(claim) => command.send('comms.NoteRumour', { claim, seenIn: t('rumours.unstated') })}
        />
        <CommandOutcome command={command} />
      </div>
    </section>
  );
}

export function BriefingsPanel({ briefings }: Pick<CommsPage, 'briefings'>) {
  const { t } = useTexts();
  const command = useCommand();
  return (
    <section className="panel" aria-labelledby="briefings">
      <div className="panel-title">
        <h2 id="briefings">{t('briefings.title')}</h2>
        <DisclosureMark isPublic={false} text={t('briefings.private')} />
      </div>
      <ul>
        {briefings.map((briefing) => (
          <li key={briefing.id} className="border-b border-line px-3 py-1.5 whitespace-pre-line">
            {briefing.text}
          </li>
        ))}
      </ul>
      <div className="p-3 pt-1">
        <LineForm
          label={t('briefings.text')}
          submit={t('briefings.send')}
          isPending={command.isPending}
          onSubmit={(text) => command.send('comms.SendBriefing', { to: ['all-departments'], text })}
        />
        <CommandOutcome command={command} />
      </div>
    </section>
  );
}
