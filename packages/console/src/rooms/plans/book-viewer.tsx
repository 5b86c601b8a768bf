/** One procedure book as its readers use it: who does what within which time. */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { ROLE_NAMES } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useId, useState } from 'react';
import { isKey, useTexts } from '../../i18n/language.ts';
import { spanText } from '../../ui/time-format.ts';
import { Empty, Section } from '../response/section.tsx';
import { powerName } from '../response/tasks-panel.tsx';

const MINUTE_MS = 60_000;

export function BookViewer({ page }: { page: PlanPage }) {
  const { t, pick } = useTexts();
  const [kind, setKind] = useState(page.coverage[0]?.kind ?? '');
  const [stage, setStage] = useState('initial');
  const ids = { kind: useId(), stage: useId() };
  const row = page.coverage.find((one) => one.kind === kind);
  const book = row?.books.find((one) => one.stage === stage);
  const named = (key: string, otherwise: string): string => (isKey(key) ? t(key) : otherwise);
  return (
    <Section title={t('books.title')}>
      <div className="grid gap-2 p-3 sm:grid-cols-2" data-chrome>
        <div>
          <label className="label" htmlFor={ids.kind}>
            {t('class.kinds')}
          </label>
          <select
            id={ids.kind}
            className="field"
            value={kind}
            onChange={({ target }) => setKind(target.value as typeof kind)}
          >
            {page.coverage.map((one) => (
              <option key={one.kind} value={one.kind}>
                {pick(one.name)}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label className="label" htmlFor={ids.stage}>
            {t('books.stage')}
          </label>
          <select
            id={ids.stage}
            className="field"
            value={stage}
            onChange={({ target }) => setStage(target.value)}
          >
            {(row?.books ?? []).map((one) => (
              <option key={one.stage} value={one.stage}>
                {named(`stage.${one.stage}`, one.stage)}
              </option>
            ))}
          </select>
        </div>
      </div>
      {book === undefined || book.steps.length === 0 ? (
        <Empty>{t('coverage.noBook')}</Empty>
      ) : (
        <Steps steps={book.steps} />
      )}
    </Section>
  );
}

function Steps({ steps }: { steps: PlanPage['coverage'][number]['books'][number]['steps'] }) {
  const { t, pick, language } = useTexts();
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['within', 'role', 'what', 'power'] as const).map((column) => (
            <th key={column} scope="col">
              {t(`books.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.id}>
            <td data-label={t('books.col.within')} className="whitespace-nowrap">
              {spanText(step.withinMinutes * MINUTE_MS, language)}
            </td>
            <td data-label={t('books.col.role')}>{pick(ROLE_NAMES[step.role])}</td>
            <td className="max-sm:order-first">{pick(step.title)}</td>
            <td data-label={t('books.col.power')} className="text-xs">
              {step.power === null ? '–' : powerName(step.power, t)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
