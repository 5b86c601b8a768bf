/**
 * Whether the log only grew since the last visit; loud, with both signed checkpoints as evidence, when it did
 * not.
 */

import type { Key } from '../i18n/en.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { momentText, READER_ZONE } from '../ui/time-format.ts';
import type { Growth, Seen } from './log-memory.ts';
import { isHonest } from './log-memory.ts';
import type { GrowthCheck } from './use-growth.ts';

type Broken = Extract<Growth, { before: Seen }>;

export function GrowthPanel({
  check,
  isSimulated,
  isEmpty,
}: {
  check: GrowthCheck;
  isSimulated: boolean;
  isEmpty: boolean;
}) {
  const { t } = useTexts();
  const { growth, failure } = check;
  if (growth !== null && growth.kind !== 'first' && !isHonest(growth)) {
    return <Alarm growth={growth} isSimulated={isSimulated} onForget={check.forget} />;
  }
  return (
    <div className="panel flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <h3 className="font-semibold">{t('growth.title')}</h3>
        {isEmpty ? <p className="text-muted">{t('growth.empty')}</p> : null}
        {failure === '' || isEmpty ? null : (
          <p className="text-warning">{t('growth.failed', { reason: failure })}</p>
        )}
        {failure === '' && growth === null && !isEmpty ? (
          <p className="text-muted">{t('growth.reading')}</p>
        ) : null}
        {growth === null || failure !== '' ? null : <Calm growth={growth} />}
      </div>
      <button type="button" className="btn" onClick={check.again} data-chrome>
        {t('growth.again')}
      </button>
    </div>
  );
}

/** On top of the page: whoever reads only the status must know that it contradicts what was seen before. */
export function ContradictionNotice({ growth }: { growth: Growth | null }) {
  const { t } = useTexts();
  if (growth === null || isHonest(growth)) return null;
  return (
    <p className="flex gap-2 rounded-[3px] border-2 border-critical bg-critical-soft p-3 font-medium">
      <span className="pt-0.5 text-critical">
        <Icon name="critical" />
      </span>
      <span>
        {t('growth.notice')}{' '}
        <a href="#check" className="link">
          {t('growth.noticeLink')}
        </a>
      </span>
    </p>
  );
}

function valuesOf(growth: Growth): Readonly<Record<string, string>> {
  const count = (size: number): string => size.toLocaleString('en-US');
  if (growth.kind === 'first') return { size: count(growth.now.size) };
  const { before, now } = growth;
  const time = momentText(Date.parse(before.seenAt), READER_ZONE);
  return { size: count(now.size), from: count(before.size), to: count(now.size), time };
}

function Calm({ growth }: { growth: Growth }) {
  const { t } = useTexts();
  const key = `growth.${growth.kind === 'first' || growth.kind === 'same' ? growth.kind : 'grown'}` as const;
  return (
    <p className={`flex gap-1.5 ${growth.kind === 'first' ? '' : 'text-ok'}`}>
      <span className="pt-0.5">
        <Icon name={growth.kind === 'first' ? 'seal' : 'ok'} />
      </span>
      {t(key, valuesOf(growth))}
    </p>
  );
}

const ALARM: Readonly<Record<'rewritten' | 'shorter' | 'other-key', { title: Key; body: Key }>> = {
  rewritten: { title: 'growth.rewritten', body: 'growth.rewrittenBody' },
  shorter: { title: 'growth.shorter', body: 'growth.shorterBody' },
  'other-key': { title: 'growth.otherKey', body: 'growth.otherKeyBody' },
};

function Alarm({
  growth,
  isSimulated,
  onForget,
}: {
  growth: Broken;
  isSimulated: boolean;
  onForget: () => void;
}) {
  const { t } = useTexts();
  const kind = growth.kind === 'rewritten' || growth.kind === 'shorter' ? growth.kind : 'other-key';
  return (
    <div className="rounded-[3px] border-2 border-critical bg-critical-soft p-4" role="alert">
      <h3 className="flex items-center gap-2 text-lg font-semibold text-critical">
        <Icon name="critical" size={20} />
        {t(ALARM[kind].title)}
      </h3>
      <p className="mt-2">{t(ALARM[kind].body, valuesOf(growth))}</p>
      {isSimulated ? <p className="mt-2 font-medium">{t('growth.simulated')}</p> : null}
      <div className="mt-3 grid gap-3 sm:grid-cols-2">
        <Evidence title={t('growth.before')} seen={growth.before} />
        <Evidence title={t('growth.now')} seen={growth.now} />
      </div>
      <button type="button" className="btn mt-3" onClick={onForget} data-chrome>
        {t('growth.forget')}
      </button>
    </div>
  );
}

function Evidence({ title, seen }: { title: string; seen: Seen }) {
  return (
    <div className="min-w-0">
      <h4 className="text-sm font-medium">{title}</h4>
      <pre className="mt-1 border border-line bg-panel p-2.5 font-mono text-xs whitespace-pre-wrap">
        {`${seen.seenAt}\n${seen.verifierKey}\n\n${seen.note}`}
      </pre>
    </div>
  );
}
