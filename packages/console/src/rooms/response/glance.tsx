/** What whoever enters asks first: who leads, how long we have known, what is promised, what is open, what was decided. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { commsQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { Elapsed, Moment, useNow } from '../../ui/moment.tsx';
import { ClockChip, TimeLeft } from '../clocks/clock-chip.tsx';
import { stripClocks } from '../clocks/clock-order.ts';
import { openTasksOf } from './task-order.ts';

export function Glance({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const now = useNow();
  const { incident, response } = page;
  const [commander, ...deputies] = incident.roles.commander ?? [];
  const deputy = incident.roles.deputy?.[0] ?? deputies[0];
  const open = openTasksOf(page.tasks.tasks);
  const late = open.filter(({ dueAt }) => Date.parse(dueAt) < now).length;
  const soonest = stripClocks(page.clocks, page.now).shown[0];
  const decision = response.decisions.findLast(({ replacedBy }) => replacedBy === null);
  return (
    <dl
      className="grid grid-cols-2 gap-x-6 gap-y-2 border-t border-line px-4 py-3 sm:grid-cols-3 lg:grid-cols-4"
      data-glance
    >
      <Item name={t('glance.aware')}>
        <Elapsed from={response.milestones.aware?.at ?? incident.discoveredAt} to={incident.endedAt} />
      </Item>
      <Item name={t('glance.commander')}>{commander ?? <Vacant />}</Item>
      <Item name={t('glance.deputy')}>{deputy ?? <Vacant />}</Item>
      <NextUpdate incident={incident.id} />
      <Item name={t('glance.tasks')}>
        {open.length}
        {late === 0 ? null : (
          <span className="ml-2 inline-flex items-center gap-1 text-critical">
            <Icon name="warning" size={12} />
            {t('glance.late', { count: late })}
          </span>
        )}
      </Item>
      <Item name={t('glance.clock')}>
        {soonest === undefined ? (
          t('common.none')
        ) : (
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <ClockChip state={soonest.now} />
            {pick(soonest.title)} <TimeLeft clock={soonest} />
          </span>
        )}
      </Item>
      <Item name={t('glance.decision')}>
        {decision === undefined ? t('common.none') : `${decision.question}: ${decision.chosen}`}
      </Item>
    </dl>
  );
}

function Item({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="label">{name}</dt>
      <dd className="mt-0.5 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function Vacant() {
  const { t } = useTexts();
  return (
    <span className="inline-flex items-center gap-1 text-warning">
      <Icon name="warning" size={12} />
      {t('roles.vacant')}
    </span>
  );
}

/** What we promised the public about this incident; left out while nothing is promised. */
function NextUpdate({ incident }: { incident: string }) {
  const { t } = useTexts();
  const { data } = useQuery(commsQuery);
  const thread = data?.threads.find((one) => one.incident === incident && one.nextUpdateAt !== null);
  if (thread === undefined) return null;
  return (
    <Item name={t('glance.nextUpdate')}>
      <span className={thread.missedAt === null ? '' : 'inline-flex items-center gap-1 text-critical'}>
        {thread.missedAt === null ? null : <Icon name="warning" size={12} />}
        <Moment at={thread.nextUpdateAt} /> {thread.missedAt === null ? '' : t('promises.missed')}
      </span>
    </Item>
  );
}
