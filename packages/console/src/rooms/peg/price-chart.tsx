/** uPlot, dressed as an instrument. Drawn anew when appearance or language change, fed otherwise. */
import type { PriceSeries } from '@sonae/core/app/api.ts';
import type { LevelChange } from '@sonae/core/nouns/peg/views.ts';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTexts } from '../../i18n/language.ts';
import { isPrinting, useAppearance } from '../../preferences.ts';
import { type ChartContext, chartOptions } from './chart-options.ts';

type Props = {
  readonly series: PriceSeries;
  readonly changes: readonly LevelChange[];
  readonly onPoint: (index: number | null) => void;
};

const NARROW_PX = 560;
/** Fits between the margins of A4. */
const PAPER = { width: 640, height: 260 } as const;

function sizeOf(element: HTMLElement): { width: number; height: number } {
  const width = element.clientWidth;
  return isPrinting() ? PAPER : { width, height: width < NARROW_PX ? 240 : 340 };
}

function columns({ at, price, low, high }: PriceSeries): uPlot.AlignedData {
  return [at.map((ms) => ms / 1000), [...price], [...high], [...low]];
}

export function PriceChart({ series, changes, onPoint }: Props) {
  const { t, language } = useTexts();
  const appearance = useAppearance();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef<ChartContext>({ changes, onPoint, labels: { peg: '', level: () => '' } });
  latest.current = {
    changes,
    onPoint,
    labels: { peg: t('peg.line.peg'), level: (level) => t(`level.${level}`) },
  };
  const first = useRef(series);
  first.current = series;

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read when the plot is made, and words with them, so a change of either makes it anew
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      { ...sizeOf(element), ...chartOptions(element, latest) },
      columns(first.current),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [appearance, language]);

  useEffect(() => {
    plot.current?.setData(columns(series));
  }, [series]);

  return (
    <div
      ref={box}
      className="min-h-60 w-full min-w-0 overflow-hidden"
      role="img"
      aria-label={t('peg.chart')}
    />
  );
}
