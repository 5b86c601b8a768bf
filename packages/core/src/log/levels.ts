/**
 * Levels of controls: what they are called, how bad they are, and how a noun records that one of its controls changed.
 * A noun defines its fact and view with `defineLevels`; readings become facts only where they differ from the log.
 */
import { z } from 'zod';
import type { Action, ActionRule, ControlDef } from './define.ts';
import { defineFact, type FactDef, isFact, type NewFact, newFact, type Text } from './fact.ts';
import { defineView, type View } from './stream.ts';

export const LEVELS = ['ok', 'watch', 'warning', 'critical', 'blind'] as const;
export const levelSchema = z.enum(LEVELS);
export type Level = z.infer<typeof levelSchema>;

/**
 * How bad. Blindness is worse than ok and never hides a known evil: a control that saw `critical` and then lost its
 * input stays `critical` (its sentence says so, see `besideStanding`).
 */
export const LEVEL_RANK: Readonly<Record<Level, number>> = {
  ok: 0,
  blind: 1,
  watch: 2,
  warning: 3,
  critical: 4,
};

/** What levels are called in sentences. */
export const LEVEL_NAMES: Readonly<Record<Level, { readonly en: string; readonly ja: string }>> = {
  ok: { en: 'ok', ja: '正常' },
  watch: { en: 'watch', ja: '注意' },
  warning: { en: 'warning', ja: '警戒' },
  critical: { en: 'critical', ja: '危機' },
  blind: { en: 'blind', ja: '不可視' },
};

const SUBJECT_LENGTH_MAX = 60;
const textSchema = z.object({ en: z.string().max(2_000), ja: z.string().max(2_000) }).strict();

/** What a control says of one subject (an asset, an account, a source) at one moment. */
export type Reading = {
  readonly control: string;
  readonly subject: string;
  readonly level: Level;
  readonly why: Text;
};
export const readingSchema = z
  .object({
    control: z.string().max(60),
    subject: z.string().min(1).max(SUBJECT_LENGTH_MAX),
    level: levelSchema,
    why: textSchema,
  })
  .strict();

const changeSchema = z
  .object({
    control: z.string().max(60),
    subject: z.string().min(1).max(SUBJECT_LENGTH_MAX),
    from: levelSchema,
    to: levelSchema,
    at: z.iso.datetime(),
    why: textSchema,
  })
  .strict();
type Change = z.infer<typeof changeSchema>;

/** A control that is not ok, as the log has it. */
export type StandingLevel = Reading & { readonly since: string };
/** By `control/subject`; what is ok has no entry. */
export type StandingLevels = Readonly<Record<string, StandingLevel>>;

/**
 * Readings as they stand beside what the log has. Blindness takes the place of `ok` and of `watch`: that one asks for a
 * look and alarms nobody, so what happens unseen behind it would be silence. What is worse keeps its level, and its
 * sentence says that it is not seen now; it is never left out.
 */
export function besideStanding(readings: readonly Reading[], standing: StandingLevels): Reading[] {
  return readings.map((one) => {
    const held = standing[`${one.control}/${one.subject}`]?.level ?? 'ok';
    if (one.level !== 'blind' || LEVEL_RANK[held] <= LEVEL_RANK.watch) return one;
    const why = {
      en: `Last seen ${held}, now blind. ${one.why.en}`,
      ja: `直前は「${LEVEL_NAMES[held].ja}」、現在は不可視。${one.why.ja}`,
    };
    return { ...one, level: held, why };
  });
}

export type NounLevels = {
  readonly levelChanged: FactDef<Change>;
  readonly levels: View<StandingLevels>;
  /** Facts for readings that differ from what the log says. A subject that is not read keeps its level. */
  changes(standing: StandingLevels, readings: readonly Reading[], at: string): NewFact[];
  /** The fact that a level stands, for another reason than before: news although the level is the same. */
  again(reading: Reading, at: string): NewFact;
  /** A changed control is a signal: it opens, joins or leaves an incident. */
  readonly signal: ActionRule;
};

/** The fact `<noun>.ControlLevelChanged`, the view `<noun>.levels` (one key, `all`) and what follows from them. */
/**
 * @param silence controls that are about being told at all: their blindness opens an incident. Everything else that is
 * blind because of them shows it and joins nothing, so that one silent source is one incident.
 */
export function defineLevels(
  noun: string,
  controls: readonly (ControlDef & { name: Text })[],
  silence: readonly string[] = [],
): NounLevels {
  const levelChanged = defineFact({
    name: `${noun}.ControlLevelChanged`,
    version: 1,
    schema: changeSchema,
    says: {
      en: 'A control changed its level for one subject.',
      ja: '統制の一つの対象についての水準が変わった。',
    },
  });
  const names = new Map(controls.map(({ id, name }) => [id, name]));
  return {
    levelChanged,
    levels: defineView<StandingLevels>({
      name: `${noun}.levels`,
      version: 1,
      folds: [levelChanged.name],
      initial: () => ({}),
      keysOf: () => ['all'],
      apply: (standing, fact) => (isFact(levelChanged, fact) ? withChange(standing, fact.body) : standing),
    }),
    changes: (standing, readings, at) =>
      readings.flatMap(({ control, subject, level, why }) => {
        const from = standing[`${control}/${subject}`]?.level ?? 'ok';
        if (from === level) return [];
        const body = { control, subject, from, to: level, at, why };
        return [newFact(levelChanged, `${noun}/control/${control}`, body, { occurredAt: at })];
      }),
    again: ({ control, subject, level, why }, at) => {
      const body = { control, subject, from: level, to: level, at, why };
      return newFact(levelChanged, `${noun}/control/${control}`, body, { occurredAt: at });
    },
    signal: {
      on: levelChanged.name,
      act: (fact): Action[] => (isFact(levelChanged, fact) ? [signalOf(fact.body, names, silence)] : []),
    },
  };
}

function withChange(standing: StandingLevels, { control, subject, to, at, why }: Change): StandingLevels {
  const key = `${control}/${subject}`;
  // The same level said anew has another sentence: it stands since it began.
  const known = standing[key];
  const since = known?.level === to ? known.since : at;
  if (to !== 'ok') return { ...standing, [key]: { control, subject, level: to, since, why } };
  const { [key]: _, ...others } = standing;
  return others;
}

function signalOf(
  { control, subject, from, to, at, why }: Change,
  names: ReadonlyMap<string, Text>,
  silence: readonly string[],
): Action {
  const name = names.get(control) ?? { en: control, ja: control };
  const title = `${name.en}: ${subject} / ${name.ja}: ${subject}`.slice(0, 200);
  const input = { correlation: `${control}/${subject}`, component: subject, title, from, to, at, why };
  return {
    kind: 'command',
    command: 'incidents.Signal',
    input: { ...input, persisted: silence.includes(control) },
  };
}
