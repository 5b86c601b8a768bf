/**
 * What must be true of a peg. Each control measures one thing from a reading of the price book and says, in a sentence
 * a person can act on, what it saw. Limits and dwell times are data (../engine.ts, docs/explain/peg-limits.md).
 */
import type { Text } from '../../../log/fact.ts';
import { LEVEL_NAMES, LEVEL_RANK, type Level } from '../../../log/levels.ts';
import type { BookReading } from '../../prices/engine.ts';
import {
  type ControlReading,
  createHistory,
  createLadder,
  isEasing,
  type Ladder,
  type Limits,
  type Measured,
  remember,
  step,
} from '../engine.ts';
import { PEG_CONTROLS } from './list.ts';

export type PegReading = {
  readonly at: number;
  readonly level: Level;
  readonly price: number | null;
  readonly controls: readonly ControlReading[];
  readonly why: Text;
};

export type PegWatch = { evaluate(reading: BookReading): PegReading };

const WARMING_UP: Text = {
  en: 'Starting: waiting for the first prices.',
  ja: '起動中: 最初の価格を待っています。',
};

/** Evaluates all controls of one asset over successive readings; holds ladders and windows, reads no clock. */
export function createPegWatch(asset: string, limits: Limits): PegWatch {
  const history = createHistory();
  const ladders = new Map<string, Ladder>();
  for (const { id, rungs } of PEG_CONTROLS) {
    ladders.set(id, createLadder(rungs === null ? [] : (limits[rungs] as Ladder['rungs'])));
  }
  let startedAt: number | null = null;
  let warm = false;
  return {
    evaluate: (reading) => {
      remember(history, reading, limits);
      startedAt ??= reading.at;
      warm ||= reading.composite !== null || reading.at - startedAt >= limits.warmUpMs;
      if (!warm) return { at: reading.at, price: null, controls: [], level: 'ok', why: WARMING_UP };
      const controls: ControlReading[] = [];
      for (const { id, measure } of PEG_CONTROLS) {
        const measured = measure(reading, history, limits, asset);
        if (!('absent' in measured))
          controls.push(readControl(id, ladders.get(id) as Ladder, measured, reading.at));
      }
      return { at: reading.at, price: reading.composite?.price ?? null, controls, ...worstOf(controls) };
    },
  };
}

function readControl(
  id: string,
  ladder: Ladder,
  measured: Exclude<Measured, { absent: true }>,
  at: number,
): ControlReading {
  if ('blind' in measured) {
    const held = ladder.level;
    if (held === 'ok' || !measured.holds)
      return { control: id, level: 'blind', why: measured.blind, value: null };
    const why = {
      en: `Last seen ${held}, now blind. ${measured.blind.en}`,
      ja: `直前は「${LEVEL_NAMES[held].ja}」、現在は不可視。${measured.blind.ja}`,
    };
    return { control: id, level: held, why, value: null };
  }
  const climbed = step(ladder, measured.value, at);
  const level =
    measured.atMost && LEVEL_RANK[climbed] > LEVEL_RANK[measured.atMost] ? measured.atMost : climbed;
  const said = measured.say(level);
  if (!isEasing(ladder, measured.value)) return { control: id, level, why: said, value: measured.value };
  const why = {
    en: `Easing (${measured.say('ok').en.replace(/\.$/, '')}); stays at ${level} until it has been calm long enough.`,
    ja: `緩和中(${measured.say('ok').ja.replace(/。$/, '')})。十分に落ち着くまで「${LEVEL_NAMES[level].ja}」を維持します。`,
  };
  return { control: id, level, why, value: measured.value };
}

/** Secondary inputs may be blind on their own; the asset is blind only when its price is. */
function worstOf(controls: readonly ControlReading[]): { level: Level; why: Text } {
  let level: Level = 'ok';
  let why: Text = { en: 'Every control holds.', ja: 'すべての統制が満たされています。' };
  for (const reading of controls) {
    const counts = reading.level !== 'blind' || reading.control === 'peg.sight';
    if (counts && LEVEL_RANK[reading.level] > LEVEL_RANK[level]) ({ level, why } = reading);
  }
  return { level, why };
}
