/** Writing or changing a public notice: from a template or by hand, in both languages, with what it does to components. */

import {
  type ComponentStatus,
  FINAL_STATUSES,
  NOTICE_STATUSES,
  type NoticeStatus,
} from '@sonae/core/nouns/comms/facts/words.ts';
import type { Draft } from '@sonae/core/nouns/comms/views/notice.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { overviewQuery } from '../../queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { PublicBanner } from './public-banner.tsx';
import { StatusSelect } from './status-select.tsx';
import { knownValues, previewText } from './template-fill.ts';
import { TEXT_PARTS, TextFields, type Texts } from './text-fields.tsx';

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly page: CommsPage;
  /** Changes this draft instead of writing another. */
  readonly draft?: Draft;
};

export function DraftDialog({ open, onClose, page, draft }: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t(draft === undefined ? 'draft.new' : 'draft.revise')}>
      <DraftForm page={page} onClose={onClose} {...(draft === undefined ? {} : { draft })} />
    </Dialog>
  );
}

const EMPTY = { en: '', ja: '' };
const NOTHING: Texts = {
  title: EMPTY,
  whatIsKnown: EMPTY,
  whatIsStopped: EMPTY,
  whatUsersShouldDo: EMPTY,
};

function DraftForm({ page, draft, onClose }: Omit<Props, 'open'>) {
  const { t } = useTexts();
  const command = useCommand();
  const before = draft?.content;
  const [texts, setTexts] = useState<Texts>(before ? { title: before.title, ...before.parts } : NOTHING);
  const [status, setStatus] = useState<NoticeStatus>(before?.status ?? 'investigating');
  const [about, setAbout] = useState('');
  const [minutes, setMinutes] = useState('20');
  const first = before?.impacts[0];
  const [component, setComponent] = useState(first?.component ?? page.board.components[0]?.id ?? '');
  const [impact, setImpact] = useState<ComponentStatus>(first?.status ?? 'operational');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { title, ...parts } = texts;
    const others = before?.impacts.slice(1) ?? [];
    const impacts =
      impact === 'operational' && first === undefined ? others : [{ component, status: impact }, ...others];
    const content = {
      status,
      title,
      parts,
      impacts,
      ...(minutes === '' || FINAL_STATUSES.includes(status) ? {} : { nextUpdateMinutes: Number(minutes) }),
    };
    const [kind, id] = about.split(' ');
    const where = id === undefined ? {} : { [kind === 'thread' ? 'thread' : 'incident']: id };
    if (draft === undefined) command.send('comms.DraftNotice', { ...where, ...content }, onClose);
    else {
      const kept = { corrects: before?.corrects, answers: before?.answers, maintenance: before?.maintenance };
      const cited = Object.fromEntries(Object.entries(kept).filter(([, value]) => value != null));
      const input = { notice: draft.id, revision: draft.revision, ...content, ...cited };
      command.send('comms.ReviseNotice', input, onClose);
    }
  };

  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <PublicBanner />
      {draft === undefined ? <AboutSelect page={page} value={about} onChange={setAbout} /> : null}
      <StatusRow status={status} minutes={minutes} onStatus={setStatus} onMinutes={setMinutes} />
      <StatusSelect
        components={page.board.components}
        component={component}
        status={impact}
        onComponent={setComponent}
        onStatus={setImpact}
      />
      <TemplateSelect page={page} onTexts={setTexts} onStatus={setStatus} />
      <TextFields texts={texts} onChange={setTexts} />
      {hasGap(texts) ? <p className="text-warning">{t('draft.gap')}</p> : null}
      <p className="label">{t(draft === undefined ? 'draft.hint' : 'draft.reviseHint')}</p>
      <CommandOutcome command={command} quietWhenDone />
      <button type="submit" className="btn btn-main self-end" disabled={command.isPending || hasGap(texts)}>
        {t(command.isPending ? 'common.sending' : 'draft.save')}
      </button>
    </form>
  );
}

type AboutProps = {
  readonly page: CommsPage;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** An open incident, an open matter without one, or something new. */
function AboutSelect({ page, value, onChange }: AboutProps) {
  const { t, pick } = useTexts();
  const { data: overview } = useQuery(overviewQuery);
  const open = page.threads.filter(({ resolvedAt, incident }) => resolvedAt === null && incident === null);
  return (
    <select
      className="field"
      aria-label={t('draft.about')}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t('draft.aboutNothing')}</option>
      {(overview?.incidents ?? []).map(({ id, title }) => (
        <option key={id} value={`incident ${id}`}>
          {title}
        </option>
      ))}
      {open.map(({ id, title }) => (
        <option key={id} value={`thread ${id}`}>
          {pick(title)}
        </option>
      ))}
    </select>
  );
}

type RowProps = {
  readonly status: NoticeStatus;
  readonly minutes: string;
  readonly onStatus: (status: NoticeStatus) => void;
  readonly onMinutes: (minutes: string) => void;
};

/** How far the matter is, and when more will be said. */
function StatusRow({ status, minutes, onStatus, onMinutes }: RowProps) {
  const { t } = useTexts();
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <select
        className="field"
        aria-label={t('draft.status')}
        value={status}
        onChange={(event) => onStatus(event.target.value as NoticeStatus)}
      >
        {NOTICE_STATUSES.map((one) => (
          <option key={one} value={one}>
            {t(`noticeStatus.${one}`)}
          </option>
        ))}
      </select>
      <input
        className="field"
        type="number"
        min={5}
        max={43200}
        aria-label={t('post.minutes')}
        placeholder={t('post.minutes')}
        value={minutes}
        onChange={(event) => onMinutes(event.target.value)}
      />
    </div>
  );
}

/** A variable that nobody replaced: such a text must not go anywhere. */
const hasGap = (texts: Texts): boolean =>
  TEXT_PARTS.some((part) => /\{[a-z][a-zA-Z0-9]*\}/.test(texts[part].en + texts[part].ja));

type TemplateProps = {
  readonly page: CommsPage;
  readonly onTexts: (texts: Texts) => void;
  readonly onStatus: (status: NoticeStatus) => void;
};

/** Begins from a prepared text; what is not known stays as a gap to be written over. */
function TemplateSelect({ page, onTexts, onStatus }: TemplateProps) {
  const { t, pick } = useTexts();
  const { components } = page.board;
  const choose = (id: string): void => {
    const template = page.templates.find((known) => known.template.id === id)?.template;
    if (template === undefined) return;
    const values = knownValues(template, { component: '', since: page.now, asset: '' });
    const fill = (text: { en: string; ja: string }) => previewText(text, template, values, components);
    const { whatIsKnown, whatIsStopped, whatUsersShouldDo } = template.parts;
    onStatus(template.status);
    onTexts({
      title: fill(template.title),
      whatIsKnown: fill(whatIsKnown),
      whatIsStopped: fill(whatIsStopped),
      whatUsersShouldDo: fill(whatUsersShouldDo),
    });
  };
  return (
    <select
      className="field"
      aria-label={t('draft.template')}
      defaultValue=""
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{t('draft.template')}</option>
      {page.templates.map(({ template }) => (
        <option key={template.id} value={template.id}>
          {pick(template.name)}
        </option>
      ))}
    </select>
  );
}
