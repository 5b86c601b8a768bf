/** One duty: what is due to whom, since when and until when by law and by our own target, and what may be done about it. */
import type { Clock } from '@sonae/core/app/response/api.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import type { PreparedSummary } from '@sonae/core/nouns/reports/views/filings.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Named, NamedList, Said } from '../response/section.tsx';
import { ClockChip, TimeLeft } from './clock-chip.tsx';
import { DutyActions } from './duty-actions.tsx';
import { eventName } from './event-name.ts';

type Props = {
  readonly clock: Clock;
  /** Duties of the same subject, which one filing may meet together. */
  readonly others: readonly Clock[];
  /** What duties are called that are not among the others. */
  readonly duties?: readonly { readonly id: string; readonly title: Text }[];
  readonly prepared: readonly PreparedSummary[];
  readonly formNames: Readonly<Record<string, { readonly en: string; readonly ja: string }>>;
};

export function DutyCard({ clock, others, duties = [], prepared, formNames }: Props) {
  const texts = useTexts();
  const { t, pick } = texts;
  const nameOf = (id: string): string => {
    const known = others.find(({ duty }) => duty === id) ?? duties.find((one) => one.id === id);
    return known === undefined ? id : pick(known.title);
  };
  return (
    <li className="flex flex-col gap-2 px-3 py-2.5" data-duty={clock.instance}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <ClockChip state={clock.now} />
        <h3 data-row tabIndex={-1} className="min-w-0 font-semibold [overflow-wrap:anywhere]">
          {pick(clock.title)}
        </h3>
        <TimeLeft clock={clock} />
      </div>
      <NamedList>
        <Named name={t('duty.citation')}>{clock.citation}</Named>
        <Named name={t('duty.start')}>
          {eventName(clock.event, texts, nameOf)} (<Moment at={clock.startAt} />)
        </Named>
        <Named name={t('duty.due')}>
          {clock.dueAt === null ? t('duty.promptly') : <Moment at={clock.dueAt} style="full" />}
        </Named>
        <Named name={t('duty.target')}>
          <Moment at={clock.targetAt} style="full" />
        </Named>
        <Named name={t('duty.recipients')}>{clock.recipients.map(pick).join(', ')}</Named>
        {clock.satisfiedAt === null ? null : (
          <Named name={t('duty.met')}>
            <Moment at={clock.satisfiedAt} style="full" /> {clock.late ? t('duty.late') : ''}
          </Named>
        )}
        {clock.owner === null ? null : <Named name={t('duty.owner')}>{clock.owner}</Named>}
      </NamedList>
      {clock.ground === null ? null : <Said>{clock.ground}</Said>}
      <DutyActions clock={clock} others={others} prepared={prepared} formNames={formNames} />
    </li>
  );
}
