/** Judging a use after it: was it right? By somebody who neither asked nor approved. Public. */
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { type FormEvent, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { ReasonField } from './reason-field.tsx';

export function ReviewForm({ use }: { use: Use }) {
  const { t } = useTexts();
  const command = useCommand();
  const [wasRight, setWasRight] = useState<boolean | null>(null);
  const [findings, setFindings] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    command.send('authority.Review', { use: use.id, wasRight, findings: findings.trim() });
  };
  return (
    <form className="panel" aria-labelledby="review" data-chrome onSubmit={submit}>
      <div className="panel-title">
        <h2 id="review">{t('review.title')}</h2>
        <DisclosureMark isPublic text={t('common.public')} />
      </div>
      <div className="flex flex-col gap-3 p-3">
        <fieldset className="flex flex-col gap-1">
          <legend className="font-medium">{t('review.question')}</legend>
          {([true, false] as const).map((verdict) => (
            <label key={String(verdict)} className="flex min-h-8 items-center gap-2">
              <input
                type="radio"
                name="verdict"
                required
                checked={wasRight === verdict}
                onChange={() => setWasRight(verdict)}
              />
              {t(verdict ? 'review.right' : 'review.wrong')}
            </label>
          ))}
        </fieldset>
        <ReasonField
          label={t('review.findings')}
          hint={t('review.hint')}
          value={findings}
          onChange={setFindings}
        />
        <CommandOutcome command={command} />
        <button
          type="submit"
          className="btn btn-main self-start"
          disabled={command.isPending || wasRight === null || findings.trim() === ''}
        >
          {t(command.isPending ? 'common.sending' : 'review.submit')}
        </button>
      </div>
    </form>
  );
}
