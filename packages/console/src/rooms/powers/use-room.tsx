/**
 * One use of a power: for the one who is about to sign it, what it does; for everybody else, where it stands. On a phone
 * the title, what is read from the bytes, and one button come first.
 */
import type { PowersPage, PowerView, UseDetail } from '@sonae/core/app/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { meQuery, powersQuery, powerUseQuery } from '../../queries.ts';
import { useNow } from '../../ui/moment.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { ActionPanel } from './action-panel.tsx';
import { readAction, readActionOf } from './action-reading.ts';
import { ApprovalTicks } from './approval-ticks.tsx';
import { DemonstrationNotice } from './demonstration-mark.tsx';
import { type FlatUse, flatUse } from './flat-use.ts';
import { mayReview, mayStillSign } from './legal-use-actions.ts';
import { NextStepsOfUse } from './next-steps-of-use.tsx';
import { OfflineBox } from './offline-box.tsx';
import { ReviewForm } from './review-form.tsx';
import { SignBar, SignPanel } from './sign-panel.tsx';
import { UseClock } from './use-card.tsx';
import { pathOf, timesOf } from './use-path.ts';
import { DecisionPanel, EffectPanel, ReasonPanel, ReviewPanel, SignaturesPanel } from './use-record.tsx';
import { useSigner } from './use-signer.ts';
import { UseStateChip, useStepWords } from './use-state-chip.tsx';
import { UseStepper } from './use-stepper.tsx';

const route = getRouteApi('/powers/uses/$id');

export function UseRoom() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(powerUseQuery(id));
  const { data: page } = useQuery(powersQuery);
  if (data === undefined)
    return error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />;
  const view = page?.powers.find(({ power }) => power.id === data.use.action?.power);
  return <UsePage key={id} detail={data} page={page} view={view} />;
}

type PageProps = {
  readonly detail: UseDetail;
  readonly page: PowersPage | undefined;
  readonly view: PowerView | undefined;
};

function UsePage({ detail, page, view }: PageProps) {
  const { use } = detail;
  const now = useNow();
  const { data: me } = useQuery(meQuery);
  const [isAcknowledged, setAcknowledged] = useState(false);
  const reading = useMemo(() => readAction(use, detail.power), [use, detail.power]);
  const flat = flatUse(use);
  const eligible = view === undefined ? [] : mayStillSign(view, flat, now);
  const signer = useSigner({ use, reading, view, page, me }, eligible);
  const canSign = eligible.length > 0;
  const hasDanger = (reading.decoded?.dangers.length ?? 0) > 0;
  const isFree = readActionOf(reading) !== null && (isAcknowledged || !hasDanger);
  const isReviewer = me !== undefined && view !== undefined && mayReview(me, view.power, flat);
  return (
    <div className="flex flex-col gap-3 sm:gap-4">
      {page?.demonstration ? <DemonstrationNotice /> : null}
      <Header detail={detail} view={view} flat={flat} missing={canSign ? eligible : null} />
      <div className="flex flex-col gap-3 sm:gap-4 lg:grid lg:grid-cols-[minmax(0,1fr)_23rem] lg:items-start">
        <div className="flex min-w-0 flex-col gap-3 sm:gap-4">
          <ActionPanel
            reading={reading}
            isAcknowledged={isAcknowledged}
            onAcknowledge={canSign ? setAcknowledged : null}
          />
          <ReasonPanel use={use} />
        </div>
        <div className="flex min-w-0 flex-col gap-3 sm:gap-4 lg:row-span-2">
          {canSign ? (
            <>
              <SignPanel
                signer={signer}
                page={page}
                isFree={isFree}
                isRequested={use.state === 'requested'}
              />
              <OfflineBox use={use} reading={reading} />
            </>
          ) : null}
          {view === undefined || page === undefined ? null : (
            <NextStepsOfUse flat={flat} use={use} reading={reading} view={view} page={page} me={me} />
          )}
          {isReviewer ? <ReviewForm use={use} /> : null}
          <SignaturesPanel detail={detail} />
        </div>
        <div className="flex min-w-0 flex-col gap-3 sm:gap-4">
          <EffectPanel use={use} />
          <ReviewPanel use={use} />
          <DecisionPanel use={use} />
        </div>
      </div>
      {canSign ? <SignBar signer={signer} isFree={isFree} /> : null}
    </div>
  );
}

type HeaderProps = Pick<PageProps, 'detail' | 'view'> & {
  readonly flat: FlatUse;
  readonly missing: readonly string[] | null;
};

function Header({ detail, view, flat, missing }: HeaderProps) {
  const { t, pick } = useTexts();
  const stepWords = useStepWords();
  const { use, needed } = detail;
  const power = detail.power ?? view?.power;
  const target = power?.targets.find(({ id }) => id === flat.target);
  return (
    <section className="panel">
      <div className="flex flex-col gap-3 p-3 sm:p-4">
        <div>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
            <Link to="/powers" className="link">
              {t('nav.powers')}
            </Link>
            <span className="font-mono">{use.id}</span>
          </p>
          <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <UseStateChip state={use.state} step={flat.step} />
            <h1 className="max-sm:text-[20px] max-sm:leading-[27px]">
              {t('use.title', {
                step: stepWords(flat.step),
                power: power === undefined ? flat.power : pick(power.says),
              })}
              {' · '}
              {target === undefined ? flat.target : pick(target.says)}
            </h1>
          </div>
        </div>
        <div className="grid gap-x-6 gap-y-2.5 sm:grid-cols-2">
          <ApprovalTicks
            signed={use.approvals.map(({ principal }) => principal)}
            needed={needed}
            missing={missing}
          />
          <UseClock use={flat} />
        </div>
      </div>
      <div className="border-t border-line px-3 py-2.5 sm:px-4">
        <UseStepper path={pathOf(flat, timesOf(use, needed))} withTimes />
      </div>
    </section>
  );
}
