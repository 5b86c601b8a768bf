/** Class and severity: several classes may hold; severity follows from recorded criteria, the unknown counting as worst. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { KIND_NAMES, KINDS } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useTexts } from '../../i18n/language.ts';
import { SeverityChip } from '../incidents/severity.tsx';
import { Ask } from './command-form.tsx';
import { linesOf } from './form-fields.ts';
import { Named, NamedList, Section } from './section.tsx';
import { worstImplied } from './severity-answers.ts';

const LED = ['declared', 'contained', 'remediating', 'recovering'];
/** KINDS_MAX of core's incidents. */
const KINDS_AT_ONCE = 6;

export function ClassPanel({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { incident, response } = page;
  return (
    <Section
      title={t('class.title')}
      actions={
        <>
          <SetKinds page={page} />
          {LED.includes(incident.phase) ? <Assess page={page} /> : null}
        </>
      }
    >
      <div className="p-3">
        <NamedList>
          <Named name={t('class.kinds')}>
            {response.kinds.length === 0 ? (
              <span className="text-warning">{t('class.none')}</span>
            ) : (
              response.kinds.map((kind) => pick(KIND_NAMES[kind])).join(' / ')
            )}
          </Named>
          <Named name={t('declare.severity')}>
            <SeverityChip severity={incident.severity} />
          </Named>
        </NamedList>
      </div>
    </Section>
  );
}

function SetKinds({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { incident, response } = page;
  return (
    <Ask
      button={t('class.set')}
      title={t('class.setTitle')}
      command="incidents.SetKinds"
      fields={[
        {
          name: 'kinds',
          label: t('class.kinds'),
          kind: 'many',
          first: response.kinds.join('\n'),
          options: KINDS.map((kind) => ({ value: kind, text: pick(KIND_NAMES[kind]) })),
        },
        { name: 'reason', label: t('form.reason'), kind: 'area' },
      ]}
      problem={({ kinds }) =>
        linesOf(kinds).length > KINDS_AT_ONCE ? t('class.tooMany', { count: KINDS_AT_ONCE }) : null
      }
      toInput={({ kinds, reason }) => ({ incident: incident.id, kinds: linesOf(kinds), reason })}
      submit={t('class.setSubmit')}
    />
  );
}

/** Shows what follows before it is sent: it is public at once. */
function Assess({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { incident, criteria } = page;
  return (
    <Ask
      button={t('severity.assess')}
      title={t('severity.assessTitle')}
      command="incidents.Assess"
      isPublic
      look="btn-final"
      lead={<p>{t('severity.assessLead')}</p>}
      fields={criteria.map((one) => ({
        name: one.id,
        label: pick(one.asks),
        hint: one.basis,
        kind: 'radio' as const,
        first: 'unknown',
        options: (['yes', 'no', 'unknown'] as const).map((value) => ({ value, text: t(`answer.${value}`) })),
      }))}
      extra={(_, values) => (
        <p className="flex items-center gap-2" role="status">
          {t('severity.follows')} <SeverityChip severity={worstImplied(criteria, values)} />
        </p>
      )}
      toInput={(values) => ({ incident: incident.id, answers: values })}
      submit={t('severity.assessSubmit')}
    />
  );
}
