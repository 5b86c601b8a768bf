/** "Add the whole list up again": one asset's leaves from the first to the last, with progress and a way to stop. */

import type { OpenFile } from '@sonae/proof/customer-file';
import { useEffect, useId, useRef, useState } from 'react';
import { StepLine } from '../check/steps-view.tsx';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import type { Decimals } from './amounts.ts';
import { Answer } from './answer.tsx';
import { checkList, type ListVerdict } from './check-list.ts';
import { knownLog, type ShownLog } from './known-log.ts';
import { fetchDisclosure, fetchStatement, fetchTile, type PublishedEpoch } from './published.ts';
import { quantityText } from './quantity.tsx';
import { Why } from './why.tsx';

const LEAF_BYTES = 64;
const MEGABYTE = 1_000_000;
/** A bar that moves in more steps than this only costs time. */
const PROGRESS_STEPS = 200;

type Props = {
  readonly epoch: PublishedEpoch;
  readonly decimals: Decimals;
  readonly shown: ShownLog;
  readonly file: OpenFile | null;
};
type Progress = { readonly done: number; readonly all: number };
type State = Progress | ListVerdict | 'cancelled' | null;
const isRunning = (state: State): state is Progress =>
  typeof state === 'object' && state !== null && 'done' in state;

export function ListPanel({ epoch, decimals, shown, file }: Props) {
  const { t } = useTexts();
  const id = useId();
  const [asset, setAsset] = useState(epoch.assets[0]?.asset ?? '');
  const leaves = epoch.assets.find((one) => one.asset === asset)?.leaves ?? 0;
  const isOfEpoch = file?.proof.statement.epoch === epoch.epoch;
  const { state, start, cancel, clear } = useList({
    epoch,
    asset,
    leaves,
    shown,
    file: isOfEpoch ? file : null,
  });
  return (
    <div className="panel" data-list>
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('list.title')}</h3>
      <div className="flex flex-col gap-2.5 px-4 py-3">
        <p className="max-w-[42rem]">{t('list.intro')}</p>
        <p className="text-sm text-muted">
          {t(file === null ? 'list.withoutOwn' : isOfEpoch ? 'list.withOwn' : 'list.otherEpoch')}
        </p>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5" data-chrome>
          <label htmlFor={id}>{t('list.asset')}</label>
          <select
            id={id}
            className="min-h-7.5 rounded-xs border border-edge bg-panel px-1.5"
            value={asset}
            disabled={isRunning(state)}
            onChange={(event) => {
              setAsset(event.target.value);
              clear();
            }}
          >
            {epoch.assets.map((one) => (
              <option key={one.asset}>{one.asset}</option>
            ))}
          </select>
          <span className="text-sm text-muted">
            {t('list.leaves', {
              leaves: leaves.toLocaleString('en-US'),
              size: ((leaves * LEAF_BYTES) / MEGABYTE).toFixed(1),
            })}
          </span>
          {isRunning(state) ? (
            <button type="button" className="btn" onClick={cancel}>
              {t('list.cancel')}
            </button>
          ) : (
            <button type="button" className="btn" onClick={start}>
              <Icon name="seal" />
              {t('list.start')}
            </button>
          )}
        </div>
        <div aria-live="polite">
          {state === null ? null : state === 'cancelled' ? (
            <p>{t('list.cancelled')}</p>
          ) : isRunning(state) ? (
            <ProgressLine {...state} />
          ) : (
            <Verdict verdict={state} asset={asset} decimals={decimals} />
          )}
        </div>
      </div>
    </div>
  );
}

type Asked = Omit<Props, 'decimals'> & { readonly asset: string; readonly leaves: number };

/** One reading at a time; leaving the page ends it. */
function useList({ epoch, asset, leaves, shown, file }: Asked) {
  const [state, setState] = useState<State>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const read = async (): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setState({ done: 0, all: leaves });
    const { log } = await knownLog(shown);
    const step = Math.max(1, Math.floor(leaves / PROGRESS_STEPS));
    let told = 0;
    const asked = {
      ...{ epoch, asset, log, file, signal: controller.signal },
      read: { disclosure: fetchDisclosure, statement: fetchStatement },
      readTile: (path: string, signal: AbortSignal) => fetchTile(epoch.epoch, path, signal),
      onLeaves: (done: number, all: number) => {
        if (done < all && done - told < step) return;
        told = done;
        setState({ done, all });
      },
    };
    setState(await checkList(asked).catch((): State => 'cancelled'));
  };
  return {
    state,
    start: () => void read(),
    cancel: () => stop.current?.abort(),
    clear: () => setState(null),
  };
}

function ProgressLine({ done, all }: Progress) {
  const { t } = useTexts();
  const words = t('list.progress', { done: done.toLocaleString('en-US'), all: all.toLocaleString('en-US') });
  return (
    <p className="flex flex-wrap items-center gap-3">
      <progress className="h-2 w-60 max-w-full accent-accent" value={done} max={all} aria-label={words} />
      <span className="text-sm">{words}</span>
    </p>
  );
}

function Verdict(props: { verdict: ListVerdict; asset: string; decimals: Decimals }) {
  const { verdict, asset, decimals } = props;
  const { t } = useTexts();
  const { report, steps } = verdict;
  const failed = steps.find(({ outcome }) => outcome === 'fail');
  const amount = (minor: bigint): string => quantityText(minor, asset, decimals, t);
  const own = report?.own ?? null;
  return (
    <>
      <Answer good={verdict.good}>{t(verdict.good ? 'list.good' : 'counted.bad')}</Answer>
      {report === null ? null : (
        <p className="mt-1">
          {t('list.sum', {
            leaves: report.leaves.toLocaleString('en-US'),
            credit: amount(report.credit),
            debt: amount(report.debt),
          })}{' '}
          {own === null
            ? null
            : own.parts === 0
              ? t('list.ownNone')
              : t('list.own', { credit: amount(own.credit), debt: amount(own.debt), parts: own.parts })}
        </p>
      )}
      {failed === undefined ? null : <Why step={failed.name} reason={failed.reason} />}
      <ol className="mt-2.5 flex flex-col gap-1.5 border-l-2 border-line pl-3">
        {steps.map(({ name, outcome, reason, shown }) => (
          <StepLine
            key={name}
            title={t(name === 'own' ? 'list.own.title' : `list.${name}`)}
            how={t(`list.${name}.how`, shown)}
            outcome={outcome}
            reason={reason}
          />
        ))}
      </ol>
    </>
  );
}
