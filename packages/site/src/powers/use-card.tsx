/** One use of a power as everybody may see it: what it did, when, who signed, whether it was right; and the check. */
import { type DecodedAction, decodeAction } from '@sonae/proof/action-decoder';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { isKey, useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/moment.tsx';
import type { PublicPowersPage, PublicUse } from './public-powers.ts';
import { SignatureCheck } from './signature-check.tsx';

type Props = {
  readonly use: PublicUse;
  readonly page: PublicPowersPage;
  readonly verifierKey: string;
};

/** What the action does, read here; null where it can not be read. */
function decoded(use: PublicUse): DecodedAction | null {
  try {
    return decodeAction(canonicalJson(use.action as unknown as JsonValue));
  } catch {
    return null;
  }
}

export function UseCard({ use, page, verifierKey }: Props) {
  const { t, pick } = useTexts();
  const { action } = use;
  const power = page.powers.find((one) => one.power.id === action.power)?.power;
  const target = power?.targets.find(({ id }) => id === action.target);
  const step = `useStep.${action.step}`;
  const first = use.steps[0];
  return (
    <article className="panel" aria-label={`${action.power} ${use.use}`}>
      <header className="border-b border-line px-4 py-3">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1.5">
          <h4 className="min-w-0 flex-1 basis-56 font-semibold">
            {isKey(step) ? t(step) : action.step}: {power === undefined ? action.power : pick(power.says)}
          </h4>
          <Standing use={use} />
        </div>
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm text-muted">
          <span>{target === undefined ? action.target : pick(target.says)}</span>
          {first === undefined ? null : <Moment at={first.at} />}
        </p>
      </header>
      <Steps use={use} />
      <div className="border-t border-line px-4 py-2.5">
        <p>
          <span className="text-sm text-muted">{t('use.approvers', { count: use.approvers.length })}</span>{' '}
          <span className="font-mono text-sm">{use.approvers.join(', ')}</span>
        </p>
        <Review use={use} />
        <Contents use={use} />
      </div>
      <SignatureCheck use={use} verifierKey={verifierKey} />
    </article>
  );
}

/** The last thing that happened, in a word. */
function Standing({ use }: { use: PublicUse }) {
  const { t } = useTexts();
  const names = use.steps.map(({ what }) => what.split('@', 1)[0] ?? '');
  const isOver = names.some((name) => name === 'authority.Lapsed' || name === 'authority.Resumed');
  const isForce = use.action.step === 'stop' && !isOver;
  return (
    <span
      className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${isForce ? 'text-critical' : 'text-ok'}`}
    >
      <Icon name={isForce ? 'critical' : 'ok'} />
      {t(isForce ? 'use.inForce' : isOver ? 'use.over' : 'use.done')}
    </span>
  );
}

function Steps({ use }: { use: PublicUse }) {
  const { t } = useTexts();
  return (
    <ol className="px-4 py-1.5">
      {use.steps.map(({ what, at, seq }) => {
        const key = `fact.${what.split('@', 1)[0]}`;
        return (
          <li key={seq} className="grid gap-x-4 py-1.5 sm:grid-cols-[17rem_minmax(0,1fr)_auto]">
            <span className="text-sm">
              <Moment at={at} />
            </span>
            <span>{isKey(key) ? t(key) : what}</span>
            <a href={`?fact=${seq}#fact-${seq}`} className="link text-sm whitespace-nowrap">
              {t('incidents.proof', { seq })}
            </a>
          </li>
        );
      })}
    </ol>
  );
}

function Review({ use }: { use: PublicUse }) {
  const { t } = useTexts();
  if (use.review === null) return <p className="mt-1 text-sm text-muted">{t('use.notReviewed')}</p>;
  const { wasRight, findings } = use.review;
  return (
    <div className="mt-1.5">
      <p className={`flex items-center gap-1.5 font-medium ${wasRight ? 'text-ok' : 'text-critical'}`}>
        <Icon name={wasRight ? 'ok' : 'critical'} />
        {t(wasRight ? 'use.right' : 'use.wrong')}
      </p>
      <p className="text-sm whitespace-pre-wrap">{findings}</p>
    </div>
  );
}

/** Read in this browser from the action's own bytes. */
function Contents({ use }: { use: PublicUse }) {
  const { t, pick } = useTexts();
  const reading = decoded(use);
  return (
    <details className="mt-1.5">
      <summary className="text-sm">{t('use.contents')}</summary>
      {reading === null ? (
        <p className="text-critical">{t('use.unreadable')}</p>
      ) : (
        <>
          <p className="mt-1 font-medium">{pick(reading.title)}</p>
          <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[11rem_minmax(0,1fr)]">
            {reading.lines.map(({ label, value }) => (
              <div key={label.en} className="contents">
                <dt className="text-sm text-muted">{pick(label)}</dt>
                <dd className="font-mono text-sm">{value}</dd>
              </div>
            ))}
            <dt className="text-sm text-muted">{t('use.hash')}</dt>
            <dd className="font-mono text-sm">{reading.hash}</dd>
          </dl>
        </>
      )}
    </details>
  );
}
