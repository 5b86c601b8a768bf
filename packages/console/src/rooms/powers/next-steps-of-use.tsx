/** What may be done with a use beside signing it: call it off, execute it, ask for its end or for more time. */
import type { Me, PowersPage, PowerView } from '@sonae/core/app/api.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { useNow } from '../../ui/moment.tsx';
import type { Reading } from './action-reading.ts';
import { criteriaText } from './criteria-text.ts';
import type { FlatUse } from './flat-use.ts';
import { isReviewable, mayExecute, stepsAfterStop } from './legal-use-actions.ts';
import { Met } from './power-card.tsx';
import { RequestDialog } from './request-dialog.tsx';
import { SayNoDialog } from './say-no-dialog.tsx';
import { useSigner } from './use-signer.ts';

type Props = {
  readonly flat: FlatUse;
  readonly use: Use;
  readonly reading: Reading;
  readonly view: PowerView;
  readonly page: PowersPage;
  readonly me: Me | undefined;
};

export function NextStepsOfUse(props: Props) {
  const { flat, view, page, me } = props;
  const texts = useTexts();
  const { t } = texts;
  const now = useNow();
  const command = useCommand();
  const [asked, setAsked] = useState<'resume' | 'extend' | null>(null);
  const isEarly = flat.state === 'requested' || flat.state === 'activated';
  const after = stepsAfterStop(view, flat, page.uses);
  const canExecute = me !== undefined && mayExecute(me, view.power, flat, now);
  const isWaiting = isReviewable(flat);
  if (!isEarly && after.length === 0 && !isWaiting) return null;
  return (
    <section className="panel" aria-labelledby="next-use" data-chrome>
      <div className="panel-title">
        <h2 id="next-use">{t('incident.next')}</h2>
      </div>
      <div className="flex flex-col gap-2 p-3">
        {canExecute ? (
          <button
            type="button"
            className="btn btn-main"
            disabled={command.isPending}
            onClick={() => command.send('authority.Execute', { use: flat.id })}
          >
            {t('next.execute')}
          </button>
        ) : null}
        {flat.state === 'activated' && !canExecute ? (
          <p className="text-xs text-muted">
            {view.power.roles.execute.length === 0
              ? t('next.byItself')
              : t('next.byRole', { roles: view.power.roles.execute.join(', ') })}
          </p>
        ) : null}
        {after.map((step) => (
          <button key={step} type="button" className="btn" onClick={() => setAsked(step)}>
            {t(`next.${step}`)}
          </button>
        ))}
        {after.includes('resume') && view.power.release !== null ? (
          <p className="text-xs text-muted">
            {t('power.release')}: {criteriaText(view.power.release, texts)} <Met isMet={view.releaseMet} />
          </p>
        ) : null}
        {isEarly ? <CallOff {...props} /> : null}
        {isWaiting ? (
          <p className="text-xs text-muted">
            {t('next.review', { roles: view.power.roles.review.join(', ') })}
          </p>
        ) : null}
        <CommandOutcome command={command} />
      </div>
      <RequestDialog
        view={asked === null ? null : view}
        onClose={() => setAsked(null)}
        asked={asked === null ? undefined : { step: asked, target: flat.target, of: flat.id }}
      />
    </section>
  );
}

/** Any one of those who may cancel or approve, with a signature of that person. */
function CallOff({ use, reading, view, page, me }: Props) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const roles = [...view.power.roles.cancel, ...view.power.roles.approve];
  const may = page.members
    .filter((member) => member.present && member.roles.some((role) => roles.includes(role)))
    .map(({ id }) => id);
  const signer = useSigner({ use, reading, view, page, me }, may);
  return (
    <>
      <button
        type="button"
        className="btn btn-grave"
        disabled={may.length === 0}
        onClick={() => {
          signer.command.reset();
          setOpen(true);
        }}
      >
        {t('next.cancel')}
      </button>
      <SayNoDialog verdict="cancel" open={isOpen} onClose={() => setOpen(false)} signer={signer} />
    </>
  );
}
