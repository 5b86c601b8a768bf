/** The legal clocks of one incident, what runs first. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { bySoonest } from '../clocks/clock-order.ts';
import { DutyCard } from '../clocks/duty-card.tsx';
import { Empty, Rows, Section } from './section.tsx';

export function ClocksPanel({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const clocks = [...page.clocks].sort(bySoonest);
  return (
    <Section title={t('clocks.title')} count={clocks.length}>
      {clocks.length === 0 ? <Empty>{t('clocks.noneHere')}</Empty> : null}
      <Rows>
        {clocks.map((clock) => (
          <DutyCard
            key={clock.instance}
            clock={clock}
            others={clocks}
            prepared={page.filings.prepared}
            formNames={page.names.forms}
          />
        ))}
      </Rows>
    </Section>
  );
}
