/** uPlot, dressed as an instrument. Drawn anew when the appearance or the kind of range changes, fed otherwise. */
import type { PriceSeries } from '@sonae/core/app/api.ts';
import type { LevelChange } from '@sonae/core/nouns/peg/views.ts';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTexts } from '../../i18n/language.ts';
import { useAppearance } from '../../preferences.ts';
import { type ChartContext, chartOptions } from './chart-options.ts';

type Props = {
  readonly series: PriceSeries;
  readonly changes: readonly LevelChange[];
  readonly onPoint: (index: number | null) => void;
};

const HEIGHT = { narrow: 240, wide: 340 } as const;
const NARROW_PX = 560;

function columns({ at, price, low, high }: PriceSeries): uPlot.AlignedData {
  return [at.map((ms) => ms / 1000), [...price], [...high], [...low]];
}

export function PriceChart({ series, changes, onPoint }: Props) {
  const { t } = useTexts();
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read when the plot is made, so a change of appearance makes it anew
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const width = element.clientWidth;
    const size = { width, height: width < NARROW_PX ? HEIGHT.narrow : HEIGHT.wide };
    const made = new uPlot({ ...size, ...chartOptions(element, latest) }, columns(first.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const wide = element.clientWidth;
      made.setSize({ width: wide, height: wide < NARROW_PX ? HEIGHT.narrow : HEIGHT.wide });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [appearance]);

  useEffect(() => {
    plot.current?.setData(columns(series));
  }, [series]);

  return <div ref={box} className="min-h-60 w-full" role="img" aria-label={t('peg.chart')} />;
}
