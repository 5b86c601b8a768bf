/** Everybody's signatures together: each checked here, who is missing, and the founding itself once nobody is. */
import { useState } from 'react';
import { CommandOutcome, useCommand } from '../../../command.tsx';
import { useTexts } from '../../../i18n/language.ts';
import { DisclosureMark } from '../../../ui/disclosure-mark.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { PersonIds } from '../person-ids.tsx';
import type { ReadCharter } from './charter-reading.ts';
import { FileButton, type GivenFile } from './file-button.tsx';
import { type Collected, collect, missingOf, type Refusal } from './signature-files.ts';

type Props = {
  readonly read: ReadCharter;
  readonly collected: Collected;
  readonly onCollected: (collected: Collected) => void;
};

export function CollectBox({ read, collected, onCollected }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  const [refused, setRefused] = useState<readonly Refusal[]>([]);
  const { charter, problems } = read;
  const missing = missingOf(charter, collected);
  const needed = charter.principals.length;
  const add = (files: readonly GivenFile[]): void => {
    const next = collect(charter, collected, files);
    onCollected(next.collected);
    setRefused(next.refused);
  };
  const found = (): void => {
    const signatures = charter.principals.map(({ id }) => collected[id]);
    command.send('authority.Found', { charter, signatures });
  };
  return (
    <>
      <FileButton label={t('founding.collect.add')} isMany onFiles={add} />
      <div role="status" className="flex flex-col gap-1">
        <p className="font-semibold">
          {t('founding.collect.count', { count: needed - missing.length, needed })}
        </p>
        {missing.length === 0 ? null : (
          <p className="text-xs">
            <span className="text-muted">{t('founding.collect.missing')}</span> <PersonIds ids={missing} />
          </p>
        )}
        <Standings read={read} collected={collected} />
      </div>
      <Refused refused={refused} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <button
          type="button"
          className="btn btn-main min-h-10 text-md"
          disabled={missing.length > 0 || problems.length > 0 || command.isPending}
          onClick={found}
        >
          {t(command.isPending ? 'common.sending' : 'founding.found')}
        </button>
        <span className="inline-flex">
          <DisclosureMark isPublic text={t('common.public')} />
        </span>
        <p className="text-xs text-muted">{t('founding.found.hint')}</p>
      </div>
      <CommandOutcome command={command} />
    </>
  );
}

function Standings({ read, collected }: Pick<Props, 'read' | 'collected'>) {
  const { t } = useTexts();
  return (
    <ul className="grid gap-x-4 sm:grid-cols-2 lg:grid-cols-3">
      {read.charter.principals.map(({ id }) => {
        const own = collected[id];
        return (
          <li
            key={id}
            className={`flex items-center gap-1.5 py-0.5 ${own === undefined ? 'text-muted' : 'text-ok'}`}
          >
            <Icon name={own === undefined ? 'minus' : 'ok'} />
            <span className="font-mono">{id}</span>
            <span className="text-xs">
              {own === undefined
                ? t('founding.collect.waits')
                : t('founding.collect.holds', { credential: own.credential })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Refused({ refused }: { refused: readonly Refusal[] }) {
  const { t } = useTexts();
  if (refused.length === 0) return null;
  return (
    <div className="border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
      <p className="font-semibold text-critical">{t('founding.collect.refused')}</p>
      <ul>
        {refused.map(({ name, problem }) => (
          <li key={name}>
            <span className="font-mono">{name}</span>:{' '}
            {typeof problem === 'string' ? t(`founding.collect.${problem}`) : problem.said}
          </li>
        ))}
      </ul>
    </div>
  );
}
