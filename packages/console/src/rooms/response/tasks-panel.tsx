/** The books at work: tasks by role with their time boxes, taken, done, skipped with a reason, added at any time. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { INCIDENT_ROLES, ROLE_NAMES } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import type { Task } from '@sonae/core/nouns/plans/views/tasks.ts';
import { Link } from '@tanstack/react-router';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment, useNow } from '../../ui/moment.tsx';
import { countdownText, durationText } from '../../ui/time-format.ts';
import { Act, Ask } from './command-form.tsx';
import { given } from './form-fields.ts';
import { Empty, Rows, Section } from './section.tsx';
import { openTasksOf, tasksByRole } from './task-order.ts';

export function TasksPanel({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { tasks, books } = page.tasks;
  const groups = tasksByRole(tasks);
  return (
    <>
      <Section
        title={t('tasks.title')}
        count={openTasksOf(tasks).length}
        actions={page.incident.declaredAt === null ? undefined : <AddTask page={page} />}
      >
        {groups.length === 0 ? <Empty>{t('tasks.none')}</Empty> : null}
        {books.length === 0 ? null : (
          <p className="flex flex-wrap gap-x-4 px-3 py-2.5 text-xs text-muted">
            {books.map(({ book, approved }) => (
              <span key={book}>
                {book} ({t(approved ? 'plan.approvedShort' : 'plan.notApproved')})
              </span>
            ))}
          </p>
        )}
      </Section>
      {groups.map(({ role, tasks: own }) => (
        <Section key={role} title={pick(ROLE_NAMES[role])} count={openTasksOf(own).length}>
          <Rows>
            {own.map((task) => (
              <TaskRow key={task.task} task={task} />
            ))}
          </Rows>
        </Section>
      ))}
    </>
  );
}

function TaskRow({ task }: { task: Task }) {
  const { t, pick } = useTexts();
  const { incident, task: id, outcome, note, by, power } = task;
  const title = pick(task.title);
  const isOpen = outcome === 'open';
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2" data-task={id}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span
          data-row
          tabIndex={-1}
          className={`min-w-0 [overflow-wrap:anywhere] ${isOpen ? 'font-semibold' : 'text-muted'}`}
        >
          {title}
        </span>
        {isOpen ? <TimeBox task={task} /> : <Outcome of={outcome} />}
        {by === null ? null : <span className="text-xs text-muted">{t('tasks.by', { by })}</span>}
      </div>
      {note === null ? null : <p className="text-xs whitespace-pre-wrap text-muted">{note}</p>}
      {isOpen ? (
        <div className="flex flex-wrap items-center gap-1.5" data-chrome>
          {by === null ? (
            <Act
              command="plans.TakeTask"
              input={{ incident, task: id }}
              text={t('tasks.take')}
              label={`${t('tasks.take')} ${title}`}
            />
          ) : null}
          <Act
            command="plans.FinishTask"
            input={{ incident, task: id, outcome: 'done' }}
            text={t('tasks.done')}
            look="btn-main"
            label={`${t('tasks.done')} ${title}`}
          />
          <Ask
            button={t('tasks.skip')}
            buttonLabel={`${t('tasks.skip')} ${title}`}
            title={t('tasks.skipTitle')}
            command="plans.FinishTask"
            fields={[{ name: 'note', label: t('form.reason'), kind: 'area' }]}
            toInput={(values) => ({ incident, task: id, outcome: 'skipped', note: values.note })}
            submit={t('tasks.skipSubmit')}
          />
          {power === null ? null : (
            <Link to="/powers" className="btn btn-grave">
              <Icon name="powers" />
              {t('tasks.power', { power: powerName(power, t) })}
            </Link>
          )}
        </div>
      ) : null}
    </li>
  );
}

/** What a kind of power does, in words. */
export function powerName(power: string, t: ReturnType<typeof useTexts>['t']): string {
  const key = `powerKind.${power}`;
  return isKey(key) ? t(key) : power;
}

function Outcome({ of }: { of: 'done' | 'skipped' }) {
  const { t } = useTexts();
  return (
    <span className={`inline-flex items-center gap-1 text-xs ${of === 'done' ? 'text-ok' : 'text-muted'}`}>
      <Icon name={of === 'done' ? 'ok' : 'minus'} size={12} />
      {t(`tasks.outcome.${of}`)}
    </span>
  );
}

function TimeBox({ task }: { task: Task }) {
  const { t, language } = useTexts();
  const leftMs = Date.parse(task.dueAt) - useNow();
  return (
    <span className={`inline-flex items-center gap-1 text-xs ${leftMs <= 0 ? 'text-critical' : 'text-ink'}`}>
      <Icon name={leftMs <= 0 ? 'warning' : 'clock'} size={12} />
      {leftMs > 0
        ? t('clock.left', { left: countdownText(leftMs, language) })
        : t('clock.over', { over: durationText(-leftMs, language) })}
      <span className="text-muted">
        <Moment at={task.dueAt} />
      </span>
    </span>
  );
}

function AddTask({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  return (
    <Ask
      button={t('tasks.add')}
      title={t('tasks.addTitle')}
      command="plans.AddTask"
      fields={[
        { name: 'title', label: t('tasks.what'), kind: 'text' },
        {
          name: 'role',
          label: t('roles.role'),
          kind: 'choice',
          options: INCIDENT_ROLES.map((role) => ({ value: role, text: pick(ROLE_NAMES[role]) })),
        },
        { name: 'minutes', label: t('tasks.minutes'), kind: 'number', first: '30', min: 1, max: 525_600 },
        { name: 'reason', label: t('form.reasonOptional'), kind: 'area', isOptional: true },
      ]}
      toInput={({ title, role, minutes, reason }) => ({
        incident: page.incident.id,
        role,
        title,
        withinMinutes: Number(minutes),
        ...given('reason', reason),
      })}
      submit={t('tasks.addSubmit')}
    />
  );
}
