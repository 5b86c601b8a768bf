/** How every component stands for the public, and setting one by hand. Public at once, and said so. */

import type { ComponentStatus } from '@sonae/core/nouns/comms/facts/words.ts';
import { standingOf } from '@sonae/core/nouns/comms/views/board.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import { type FormEvent, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { StatusSelect } from './status-select.tsx';

const LOOK: Readonly<Record<ComponentStatus, { icon: IconName; ink: string }>> = {
  operational: { icon: 'ok', ink: 'text-ok' },
  under_maintenance: { icon: 'clock', ink: 'text-accent' },
  degraded_performance: { icon: 'watch', ink: 'text-watch' },
  partial_outage: { icon: 'warning', ink: 'text-warning' },
  major_outage: { icon: 'critical', ink: 'text-critical' },
};

export function BoardPanel({ board }: Pick<CommsPage, 'board'>) {
  const { t, pick } = useTexts();
  return (
    <section className="panel" aria-labelledby="board">
      <div className="panel-title">
        <h2 id="board">{t('board.title')}</h2>
        <DisclosureMark isPublic text={t('board.public')} />
      </div>
      {board.isListed ? null : <p className="p-3 text-warning">{t('board.shipped')}</p>}
      <ul>
        {board.components.map((component) => {
          const { status } = standingOf(board, component.id);
          return (
            <li key={component.id} className="flex gap-3 border-b border-line px-3 py-1">
              <span className="flex-1">{pick(component.name)}</span>
              <span className={`inline-flex items-center gap-1 ${LOOK[status].ink}`}>
                <Icon name={LOOK[status].icon} size={13} />
                {t(`component.${status}`)}
              </span>
            </li>
          );
        })}
      </ul>
      <SetStatus board={board} />
    </section>
  );
}

function SetStatus({ board }: Pick<CommsPage, 'board'>) {
  const { t } = useTexts();
  const command = useCommand();
  const [component, setComponent] = useState(board.components[0]?.id ?? '');
  const [status, setStatus] = useState<ComponentStatus>('degraded_performance');
  const [reason, setReason] = useState({ ja: '', en: '' });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const input = { component, status, reason };
    command.send('comms.SetComponentStatus', input, () => setReason({ ja: '', en: '' }));
  };
  const list = (): void => command.send('comms.SetComponents', { components: board.components });
  return (
    <form className="flex flex-col gap-2 p-3" onSubmit={submit}>
      <StatusSelect
        components={board.components}
        component={component}
        status={status}
        onComponent={setComponent}
        onStatus={setStatus}
      />
      <div className="grid gap-2 sm:grid-cols-2">
        {(['ja', 'en'] as const).map((language) => (
          <input
            key={language}
            className="field"
            lang={language}
            required
            maxLength={500}
            aria-label={`${t('board.reason')} (${language})`}
            placeholder={`${t('board.reason')} (${language})`}
            value={reason[language]}
            onChange={(event) => setReason({ ...reason, [language]: event.target.value })}
          />
        ))}
      </div>
      <CommandOutcome command={command} />
      <div className="flex gap-2">
        <button type="submit" className="btn btn-main" disabled={command.isPending}>
          {t('board.set')}
        </button>
        {board.isListed ? null : (
          <button type="button" className="btn" disabled={command.isPending} onClick={list}>
            {t('board.list')}
          </button>
        )}
      </div>
    </form>
  );
}
