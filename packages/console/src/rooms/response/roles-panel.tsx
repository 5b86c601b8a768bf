/** Who holds which role: the first leads, the others are deputies in order; a vacancy is shown as one. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import {
  INCIDENT_ROLES,
  type IncidentRole,
  ROLE_INSTRUCTIONS,
  ROLE_NAMES,
} from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Ask, CommandDialog } from './command-form.tsx';
import type { Field } from './form-fields.ts';
import { Rows, Section } from './section.tsx';
import { usePrincipals } from './use-principals.ts';

type Props = { readonly page: ResponsePage; readonly onAssign: (role: IncidentRole | null) => void };

export function RolesPanel({ page, onAssign }: Props) {
  const { t } = useTexts();
  const { roles } = page.incident;
  const vacant = INCIDENT_ROLES.filter((role) => (roles[role] ?? []).length === 0);
  return (
    <Section
      title={t('roles.title')}
      actions={
        <button type="button" className="btn btn-main" aria-keyshortcuts="a" onClick={() => onAssign(null)}>
          {t('roles.assign')} <kbd className="text-2xs">a</kbd>
        </button>
      }
    >
      {vacant.length === 0 ? null : (
        <p className="flex items-center gap-1.5 px-3 pt-2.5 text-warning">
          <Icon name="warning" size={13} />
          {t('roles.vacancies', { count: vacant.length })}
        </p>
      )}
      <Rows>
        {INCIDENT_ROLES.map((role) => (
          <RoleRow
            key={role}
            role={role}
            holders={roles[role] ?? []}
            incident={page.incident.id}
            onAssign={() => onAssign(role)}
          />
        ))}
      </Rows>
    </Section>
  );
}

type RowProps = {
  readonly role: IncidentRole;
  readonly holders: readonly string[];
  readonly incident: string;
  readonly onAssign: () => void;
};

function RoleRow({ role, holders, incident, onAssign }: RowProps) {
  const { t, pick } = useTexts();
  const name = pick(ROLE_NAMES[role]);
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-role={role}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">{name}</h3>
        {holders.length === 0 ? (
          <span className="inline-flex items-center gap-1 text-warning">
            <Icon name="warning" size={13} />
            {t('roles.vacant')}
          </span>
        ) : null}
        <button
          type="button"
          className="btn sm:ml-auto"
          aria-label={t('roles.assignOf', { role: name })}
          onClick={onAssign}
        >
          {t('roles.assignOne')}
        </button>
      </div>
      <ol className="flex flex-col gap-1">
        {holders.map((principal, i) => (
          <li key={principal} className="flex flex-wrap items-center gap-2">
            <Icon name="person" size={13} />
            <span className="[overflow-wrap:anywhere]">{principal}</span>
            <span className="text-xs text-muted">
              {i === 0 ? t('roles.leads') : t('roles.deputy', { index: i })}
            </span>
            <Ask
              button={t('roles.release')}
              buttonLabel={t('roles.releaseOf', { principal, role: name })}
              title={t('roles.releaseTitle')}
              command="incidents.ReleaseRole"
              fields={[{ name: 'reason', label: t('form.reason'), kind: 'area' }]}
              toInput={({ reason }) => ({ incident, role, principal, reason })}
              submit={t('roles.releaseSubmit')}
            />
          </li>
        ))}
      </ol>
      <details>
        <summary className="text-xs text-muted">{t('roles.instructions')}</summary>
        <p className="mt-1">{pick(ROLE_INSTRUCTIONS[role])}</p>
      </details>
    </li>
  );
}

type DialogProps = {
  readonly page: ResponsePage;
  /** Undefined: closed; null: the first vacant role. */
  readonly role: IncidentRole | null | undefined;
  readonly onClose: () => void;
};

export function AssignDialog({ page, role, onClose }: DialogProps) {
  const { t, pick } = useTexts();
  const principals = usePrincipals();
  const { incident } = page;
  const vacant = INCIDENT_ROLES.find((one) => (incident.roles[one] ?? []).length === 0);
  const fields: Field[] = [
    {
      name: 'principal',
      label: t('roles.principal'),
      kind: 'text',
      first: principals[0] ?? '',
      suggestions: principals,
      max: 60,
      hint: t('roles.principalHint'),
    },
    {
      name: 'role',
      label: t('roles.role'),
      kind: 'choice',
      first: role ?? vacant ?? 'commander',
      options: INCIDENT_ROLES.map((one) => ({ value: one, text: pick(ROLE_NAMES[one]) })),
    },
  ];
  return (
    <CommandDialog
      title={t('roles.assignTitle')}
      open={role !== undefined}
      onClose={onClose}
      command="incidents.AssignRole"
      fields={fields}
      extra={(_, values) => (
        <p className="border-l-2 border-accent pl-3">
          {pick(ROLE_INSTRUCTIONS[values.role as IncidentRole])}
        </p>
      )}
      toInput={(values) => ({ incident: incident.id, role: values.role, principal: values.principal })}
      submit={t('roles.assignSubmit')}
    />
  );
}
