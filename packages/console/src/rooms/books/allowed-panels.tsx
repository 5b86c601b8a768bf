/** What is declared and approved for a book, what waits for approval, and the form that proposes a change. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment, useNow } from '../../ui/moment.tsx';
import { Empty, Rows, Section } from '../response/section.tsx';
import { bpsText } from './amounts.ts';
import { bandText, ChangeText, purposesText } from './change-text.tsx';
import { ProposalsPanel } from './proposals-panel.tsx';
import { ProposeChange } from './propose-change.tsx';

/** Newest first; older ones stand in the log. */
const APPROVED_SHOWN = 50;

export function AllowedPanels({ book }: { book: BookPage }) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-3">
        <ProposalsPanel book={book} />
        <LinesPanel book={book} />
        <ExemptionsPanel book={book} />
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <FlowsPanel book={book} />
        <CorrectionsPanel book={book} />
      </div>
    </div>
  );
}

function LinesPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const lines = Object.values(book.policy.lines);
  return (
    <Section
      title={t('books.lines')}
      count={lines.length}
      actions={<ProposeChange book={book} kind="credit-line" />}
    >
      {lines.length === 0 ? <Empty>{t('books.linesNone')}</Empty> : null}
      <Rows>
        {lines.map((line) => (
          <li key={line.id} className="px-3 py-2">
            <ChangeText book={book} change={line} />
            <Term until={line.until} by={line.by} />
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function ExemptionsPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { exemptions } = book.policy;
  return (
    <Section
      title={t('books.exemptions')}
      count={exemptions.length}
      actions={<ProposeChange book={book} kind="exemption" />}
    >
      {exemptions.length === 0 ? <Empty>{t('books.exemptionsNone')}</Empty> : null}
      <Rows>
        {exemptions.slice(-APPROVED_SHOWN).map((one) => (
          <li key={one.id} className="px-3 py-2">
            <ChangeText book={book} change={one} />
            <Term until={one.until} by={one.by} />
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function CorrectionsPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const corrections = book.policy.corrections.toReversed();
  return (
    <Section
      title={t('books.corrections')}
      count={corrections.length}
      actions={<ProposeChange book={book} kind="correction" />}
    >
      {corrections.length === 0 ? <Empty>{t('books.correctionsNone')}</Empty> : null}
      <Rows>
        {corrections.slice(0, APPROVED_SHOWN).map((one) => (
          <li key={one.id} className="px-3 py-2">
            <ChangeText book={book} change={one} />
            <p className="font-mono text-xs text-muted">{one.id}</p>
            <Term until={one.until} by={one.by} />
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function Term({ until, by }: { until: string; by: readonly string[] }) {
  const { t } = useTexts();
  const isOver = Date.parse(until) <= useNow();
  return (
    <p className="label">
      {t(isOver ? 'books.overSince' : 'books.until')} <Moment at={until} /> ·{' '}
      {t('books.approvedBy', { by: by.join(', ') })}
    </p>
  );
}

function FlowsPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { flows, feeCeilingBps, priceBand } = book.policy;
  return (
    <Section
      title={t('books.flows')}
      count={flows.length}
      actions={
        <>
          <ProposeChange book={book} kind="flows" />
          <ProposeChange book={book} kind="fee-ceiling" />
          <ProposeChange book={book} kind="price-band" />
        </>
      }
    >
      <p className="px-3 pt-2">
        {feeCeilingBps === null ? t('books.noCeiling') : t('books.ceiling', { bps: bpsText(feeCeilingBps) })}
      </p>
      <p className="px-3 pt-2">{bandText(priceBand, t)}</p>
      {flows.length === 0 ? <Empty>{t('books.flowsNone')}</Empty> : null}
      <Rows>
        {flows.map(({ from, to, purposes }) => (
          <li key={`${from} ${to}`} className="px-3 py-1.5">
            <span className="font-medium">
              {t(`owner.${from}`)} → {t(`owner.${to}`)}
            </span>{' '}
            <span className="text-muted">{purposesText(purposes, t)}</span>
          </li>
        ))}
      </Rows>
    </Section>
  );
}
