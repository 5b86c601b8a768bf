/** Proposing a policy: all of it as text, beginning with the one in force. What it loosens is said where it is approved. */
import type { PolicyState } from '@sonae/core/nouns/custody/views/policy.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from '../response/command-form.tsx';
import { policyText, readPolicyText } from './policy-text.ts';

const POLICY_CHARS_MAX = 500_000;

export function ProposePolicy({ policy }: { policy: PolicyState['policy'] }) {
  const { t } = useTexts();
  return (
    <Ask
      button={t('policy.propose')}
      title={t('policy.propose')}
      command="custody.ProposePolicy"
      lead={<p className="text-muted">{t(policy === null ? 'policy.firstLead' : 'policy.lead')}</p>}
      fields={[
        {
          name: 'policy',
          label: t('policy.text'),
          kind: 'area',
          isCode: true,
          first: policyText(policy),
          max: POLICY_CHARS_MAX,
          rows: 16,
          hint: t('policy.hint'),
        },
        { name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 },
      ]}
      problem={({ policy: text = '' }) => {
        const read = readPolicyText(text);
        return 'problems' in read ? t('policy.bad', { problems: read.problems.join('\n') }) : null;
      }}
      toInput={({ policy: text = '', reason }) => ({ ...readPolicyText(text), reason })}
      submit={t('inventory.submit')}
    />
  );
}
