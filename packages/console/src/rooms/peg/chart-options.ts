/**
 * How the price is drawn: a band from low to high, the price over it, hairlines at the peg and at the limits
 * people
 * speak of, and a marked line wherever the level changed. Colours come from the theme at the time of drawing.
 */
import type { Level } from '@sonae/core/log/levels.ts';
import type { LevelChange } from '@sonae/core/nouns/peg/views.ts';
import type uPlot from 'uplot';
import { READER_ZONE } from '../../ui/moment.tsx';
import { axisLabels } from '../../ui/time-format.ts';

export type ChartContext = {
  readonly changes: readonly LevelChange[];
  readonly onPoint: (index: number | null) => void;
  readonly labels: { readonly peg: string; readonly level: (level: Level) => string };
};
type Latest = { readonly current: ChartContext };
type Paint = Readonly<Record<'ink' | 'muted' | 'line' | 'edge' | 'accent' | 'panel' | Level, string>>;

const PAINTS = [
  'ink',
  'muted',
  'line',
  'edge',
  'accent',
  'panel',
  'ok',
  'watch',
  'warning',
  'critical',
  'blind',
] as const;
const LINES = [1, 0.997, 0.99, 0.98] as const;
const FONT = '11px "Noto Sans JP Variable", "Noto Sans JP", system-ui, sans-serif';
/** Room above and below the prices, as a share of their span, and the least span shown. */
const PADDING = 0.08;
const SPAN_MIN = 0.004;
/** A change in the very last minute still belongs to the picture. */
const EDGE_PX = 2;
const LABEL_GAP_PX = 58;
/** Labels of lines that lie close together are pushed apart by this. */
const LABEL_LINE_PX = 13;
const RIGHT_PX = 52;
const TOP_PX = 22;

/** `light-dark()` resolves only where it is used, so each colour is read off an element that wears it. */
function readPaint(element: HTMLElement): Paint {
  const probe = element.appendChild(document.createElement('span'));
  const paint: Record<string, string> = {};
  for (const name of PAINTS) {
    probe.style.color = `var(--${name})`;
    paint[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return paint as Paint;
}

/** The peg is always in sight, so that distance from it is seen and not guessed. */
function priceRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  const low = Math.min(min ?? 1, 1);
  const high = Math.max(max ?? 1, 1);
  const room = Math.max(high - low, SPAN_MIN) * PADDING;
  return [low - room, high + room];
}

export function chartOptions(element: HTMLElement, latest: Latest): Omit<uPlot.Options, 'width' | 'height'> {
  const paint = readPaint(element);
  const none = { show: false } as const;
  const hair = { stroke: paint.line, width: 1 };
  const axis = { stroke: paint.muted, font: FONT, grid: hair, ticks: { ...hair, size: 4 } };
  return {
    padding: [TOP_PX, RIGHT_PX, 0, 0],
    legend: none,
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: priceRange } },
    series: [
      {},
      { stroke: paint.ink, width: 1.4, points: none },
      { stroke: withAlpha(paint.accent, 0.5), width: 0.75, points: none },
      { stroke: withAlpha(paint.accent, 0.5), width: 0.75, points: none },
    ],
    bands: [{ series: [2, 3], fill: withAlpha(paint.accent, 0.2) }],
    axes: [
      { ...axis, space: 70, size: 30, values: (_, splits) => axisLabels(splits, READER_ZONE) },
      { ...axis, size: 58, values: (_, splits) => splits.map((value) => value.toFixed(splitDigits(splits))) },
    ],
    hooks: {
      drawAxes: [(plot) => drawLimits(plot, paint, latest.current.labels.peg)],
      draw: [(plot) => drawChanges(plot, paint, latest.current)],
      setCursor: [(plot) => latest.current.onPoint(plot.cursor.idx ?? null)],
    },
  };
}

/** Enough digits to tell the labels of an axis apart. */
function splitDigits(splits: readonly number[]): number {
  const step = (splits[1] ?? 1) - (splits[0] ?? 0);
  return Math.abs(step * 1_000 - Math.round(step * 1_000)) < 1e-6 ? 3 : 4;
}

function withAlpha(color: string, alpha: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(alpha * 100)}%, transparent)`;
}

function drawLimits(plot: uPlot, paint: Paint, pegLabel: string): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = scaledFont(scale);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  let labelY = Number.NEGATIVE_INFINITY;
  for (const at of LINES) {
    const y = Math.round(plot.valToPos(at, 'y', true)) + 0.5;
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = at === 1 ? paint.ink : paint.edge;
    ctx.lineWidth = scale;
    ctx.setLineDash(at === 1 ? [] : [5 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = at === 1 ? paint.ink : paint.muted;
    labelY = Math.max(y, labelY + LABEL_LINE_PX * scale);
    ctx.fillText(at === 1 ? `1 ${pegLabel}` : String(at), bbox.left + bbox.width + 5 * scale, labelY);
  }
  ctx.restore();
}

/**
 * A line per change of level, with the mark of its level; the word stands there too where it does not
 * collide.
 */
function drawChanges(plot: uPlot, paint: Paint, { changes, labels }: ChartContext): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = scaledFont(scale);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const right = bbox.left + bbox.width;
  let free = Number.POSITIVE_INFINITY;
  for (const change of [...changes].reverse()) {
    const x = Math.round(plot.valToPos(Date.parse(change.at) / 1000, 'x', true)) + 0.5;
    if (x < bbox.left || x > right + EDGE_PX * scale) continue;
    ctx.strokeStyle = paint[change.to];
    ctx.fillStyle = paint[change.to];
    ctx.lineWidth = scale;
    ctx.setLineDash(change.to === 'blind' ? [2 * scale, 3 * scale] : []);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 12 * scale);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.globalAlpha = 0.7;
    ctx.stroke();
    ctx.globalAlpha = 1;
    drawMark(ctx, change.to, x, bbox.top - 14 * scale, 4 * scale);
    const label = labels.level(change.to);
    const width = ctx.measureText(label).width + 10 * scale;
    if (x + width <= Math.min(free, right + RIGHT_PX * scale)) {
      ctx.fillText(label, x + 6 * scale, bbox.top - 12 * scale);
      free = x - 4 * scale;
    } else free = Math.min(free, x - (LABEL_GAP_PX / 10) * scale);
  }
  ctx.restore();
}

/**
 * Corners of each level's mark, as in its icon: a diamond, a triangle, an octagon; blind is hollow, ok a
 * dash.
 */
const MARKS: Readonly<Record<Level, readonly (readonly [number, number])[]>> = {
  ok: [
    [-1, -0.3],
    [1, -0.3],
    [1, 0.3],
    [-1, 0.3],
  ],
  watch: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  warning: [
    [0, -1],
    [1, 0.9],
    [-1, 0.9],
  ],
  critical: [
    [-0.4, -1],
    [0.4, -1],
    [1, -0.4],
    [1, 0.4],
    [0.4, 1],
    [-0.4, 1],
    [-1, 0.4],
    [-1, -0.4],
  ],
  blind: [
    [-1, 0],
    [0, -0.7],
    [1, 0],
    [0, 0.7],
  ],
};

function drawMark(ctx: CanvasRenderingContext2D, level: Level, x: number, y: number, radius: number): void {
  ctx.beginPath();
  for (const [dx, dy] of MARKS[level]) ctx.lineTo(x + dx * radius, y + dy * radius);
  ctx.closePath();
  ctx.setLineDash([]);
  if (level === 'blind') ctx.stroke();
  else ctx.fill();
}

function scaledFont(scale: number): string {
  return FONT.replace('11px', `${11 * scale}px`);
}
