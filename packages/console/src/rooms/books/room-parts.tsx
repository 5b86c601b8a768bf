/** Parts that the rooms of books, custody and reserves share: frame, tabs, amounts, controls, and what to do without data. */
import type { ControlText } from '@sonae/core/app/custody/api.ts';
import type { Reading as ControlReading, Level } from '@sonae/core/log/levels.ts';
import type { ReactNode } from 'react';
import { type AnyKey, isKey, useTexts } from '../../i18n/language.ts';
import { LevelChip } from '../../ui/level.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { Rows } from '../response/section.tsx';
import { amountText, assetAmount, type Decimals, isBelowZero } from './amounts.ts';

type FrameProps<T> = {
  readonly title: AnyKey;
  readonly query: {
    readonly data: T | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly children: (page: T) => ReactNode;
};

/** What is read, or why it is not. A page that was read once stays on screen when the next reading fails. */
export function RoomFrame<T>({ title, query, children }: FrameProps<T>) {
  const { t } = useTexts();
  const { data, error, refetch } = query;
  if (data === undefined)
    return (
      <section className="panel">
        <h1 className="panel-title">{t(title)}</h1>
        {error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />}
      </section>
    );
  return <div className="flex min-w-0 flex-col gap-3">{children(data)}</div>;
}

type TabsProps<T extends string> = {
  readonly label: string;
  readonly tabs: readonly { readonly value: T; readonly text: string; readonly count?: number }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
};

/** Parts of a room as a row of buttons; which one is open stands in the address. */
export function Tabs<T extends string>({ label, tabs, value, onChange }: TabsProps<T>) {
  return (
    <nav aria-label={label} data-chrome>
      <ul className="flex flex-wrap gap-1">
        {tabs.map((tab) => (
          <li key={tab.value}>
            <button
              type="button"
              data-tab={tab.value}
              aria-pressed={tab.value === value}
              className={`btn ${tab.value === value ? 'btn-main' : ''}`}
              onClick={() => onChange(tab.value)}
            >
              {tab.text}
              {(tab.count ?? 0) === 0 ? null : <span className="text-2xs">{tab.count}</span>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type HeadProps<Tab extends string> = {
  readonly room: 'custody' | 'reserves';
  readonly tabs: readonly Tab[];
  /** What waits behind each. */
  readonly counts: Readonly<Record<Tab, number>>;
  readonly value: Tab;
  readonly onChange: (value: Tab) => void;
};

/** The name of a room and its parts. */
export function RoomHead<Tab extends string>({ room, tabs, counts, value, onChange }: HeadProps<Tab>) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby={room}>
      <div className="panel-title border-b-0">
        <h1 id={room} className="mr-2">
          {t(`${room}.title`)}
        </h1>
        <div className="sm:ml-auto">
          <Tabs
            label={t(`${room}.tabs`)}
            tabs={tabs.map((tab) => ({
              value: tab,
              text: t(`${room}.tab.${tab}` as AnyKey),
              count: counts[tab],
            }))}
            value={value}
            onChange={onChange}
          />
        </div>
      </div>
    </section>
  );
}

/** An amount with its asset; below zero it is said by sign and colour, unless that is as it should be (`calm`). */
export function Amount(props: {
  minor: string;
  asset: string;
  decimals: Decimals;
  bare?: boolean;
  calm?: boolean;
}) {
  const { minor, asset, decimals, bare = false, calm = false } = props;
  const text = bare ? amountText(minor, decimals[asset] ?? 0) : assetAmount(minor, asset, decimals);
  return (
    <span className={`whitespace-nowrap ${isBelowZero(minor) && !calm ? 'font-semibold text-critical' : ''}`}>
      {text}
    </span>
  );
}

/** A room, or a part of one, without data: what it would show, and what to do to get there. */
export function HowToFill({ says, steps, guide }: { says: string; steps: readonly string[]; guide: string }) {
  const { t } = useTexts();
  return (
    <div className="flex flex-col gap-2 p-4" data-fill>
      <p>{says}</p>
      <ol className="list-decimal pl-5">
        {steps.map((step) => (
          <li key={step} className="py-0.5 [overflow-wrap:anywhere]">
            {step}
          </li>
        ))}
      </ol>
      <p className="label">{t('fill.guide', { guide })}</p>
    </div>
  );
}

const WORST: readonly Level[] = ['critical', 'warning', 'watch', 'blind', 'ok'];

type ReadingsProps = {
  readonly readings: readonly ControlReading[];
  readonly controls: readonly ControlText[];
};

/** Controls as they read now, worst first, each with its sentence and what it rests on. */
export function Readings({ readings, controls }: ReadingsProps) {
  const { t, pick } = useTexts();
  const sorted = [...readings].sort((a, b) => WORST.indexOf(a.level) - WORST.indexOf(b.level));
  return (
    <Rows>
      {sorted.map(({ control, subject, level, why }) => {
        const about = controls.find(({ id }) => id === control);
        const name = `control.${control}`;
        return (
          <li key={`${control}/${subject}`} className="px-3 py-1.5" data-control={control}>
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
              <LevelChip level={level} />
              <span className="font-medium" title={about === undefined ? undefined : pick(about.statement)}>
                {isKey(name) ? t(name) : control}
              </span>
              <span className="font-mono text-xs text-muted">{subject}</span>
            </div>
            <p>{pick(why)}</p>
            {level === 'ok' || about === undefined ? null : (
              <p className="label">{about.basis.join(' · ')}</p>
            )}
          </li>
        );
      })}
    </Rows>
  );
}
