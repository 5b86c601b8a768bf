/**
 * Windows for supervisors. The secret of the address is made here and shown once; only its hash goes to the server, so
 * that nobody who reads the log can open the window.
 */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { Window } from '@sonae/core/nouns/reports/views/filings.ts';
import { useEffect, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Moment, useNow } from '../../ui/moment.tsx';
import { Ask, CommandDialog } from './command-form.tsx';
import { canHash, hashText, newSecret } from './file-hash.ts';
import { fieldTime, linesOf, utcOf } from './form-fields.ts';
import { Empty, Named, NamedList, Rows, Section } from './section.tsx';

const SHOWS = ['timeline', 'duties', 'filings', 'notices', 'decisions', 'evidence'] as const;
const WEEK_MS = 7 * 24 * 3_600_000;

export function WindowsPanel({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const [isOpening, setOpening] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  return (
    <Section
      title={t('window.title')}
      count={page.windows.length}
      actions={
        <button
          type="button"
          className="btn"
          disabled={!canHash()}
          onClick={() => {
            setLink(null);
            setOpening(true);
          }}
        >
          {t('window.open')}
        </button>
      }
    >
      {link === null ? null : <Link link={link} />}
      {page.windows.length === 0 ? <Empty>{t('window.none')}</Empty> : null}
      <Rows>
        {page.windows.map((window) => (
          <WindowRow key={window.window} window={window} />
        ))}
      </Rows>
      {isOpening ? <OpenDialog page={page} onClose={() => setOpening(false)} onLink={setLink} /> : null}
    </Section>
  );
}

/** Once: nothing on this machine keeps it. */
function Link({ link }: { link: string }) {
  const { t } = useTexts();
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="border-b border-line bg-accent-soft p-3" role="status" data-window-link>
      <p className="font-semibold">{t('window.once')}</p>
      <code className="block font-mono text-xs">{link}</code>
      <button
        type="button"
        className="btn mt-2"
        onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}
      >
        {t(isCopied ? 'window.copied' : 'window.copy')}
      </button>
    </div>
  );
}

function WindowRow({ window }: { window: Window }) {
  const { t } = useTexts();
  const now = useNow();
  const isOpen = window.closedAt === null && now < Date.parse(window.until);
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-window={window.window}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold [overflow-wrap:anywhere]">{window.supervisor}</h3>
        <span className={isOpen ? 'text-accent' : 'text-muted'}>
          {t(isOpen ? 'window.isOpen' : 'window.isClosed')}
        </span>
        {isOpen ? (
          <span className="sm:ml-auto">
            <Ask
              button={t('window.close')}
              buttonLabel={`${t('window.close')} ${window.supervisor}`}
              title={t('window.closeTitle')}
              command="reports.CloseWindow"
              fields={[{ name: 'reason', label: t('form.reason'), kind: 'area' }]}
              toInput={({ reason }) => ({ window: window.window, reason })}
              submit={t('window.closeSubmit')}
            />
          </span>
        ) : null}
      </div>
      <NamedList>
        <Named name={t('window.shows')}>
          {window.shows.map((one) => t(`window.show.${one as (typeof SHOWS)[number]}`)).join(' / ')}
        </Named>
        <Named name={t('window.until')}>
          <Moment at={window.until} style="full" />
        </Named>
        <Named name={t('window.reads')}>
          {window.reads} {window.lastReadAt === null ? '' : <Moment at={window.lastReadAt} />}
        </Named>
        <Named name={t('window.openedBy')}>{window.openedBy}</Named>
      </NamedList>
    </li>
  );
}

type OpenProps = {
  readonly page: ResponsePage;
  readonly onClose: () => void;
  readonly onLink: (link: string) => void;
};

function OpenDialog({ page, onClose, onLink }: OpenProps) {
  const { t } = useTexts();
  const [secret] = useState(newSecret);
  const [digest, setDigest] = useState('');
  const now = useNow();
  const [firstUntil] = useState(() => fieldTime(now + WEEK_MS));
  useEffect(() => void hashText(secret).then(setDigest), [secret]);
  return (
    <CommandDialog
      title={t('window.openTitle')}
      open
      onClose={onClose}
      command="reports.OpenWindow"
      lead={<p>{t('window.lead')}</p>}
      fields={[
        { name: 'supervisor', label: t('window.supervisor'), kind: 'text' },
        {
          name: 'shows',
          label: t('window.shows'),
          kind: 'many',
          first: 'timeline\nduties\nfilings',
          options: SHOWS.map((one) => ({ value: one, text: t(`window.show.${one}`) })),
        },
        { name: 'until', label: t('window.untilUtc'), kind: 'time', first: firstUntil },
      ]}
      problem={() => (digest === '' ? t('common.loading') : null)}
      toInput={({ supervisor, shows, until }) => ({
        supervisor,
        subject: page.incident.id,
        shows: linesOf(shows),
        until: utcOf(until),
        digest,
      })}
      onDone={() => onLink(`${location.origin}/window/${secret}`)}
      submit={t('window.openSubmit')}
    />
  );
}
