/** What findings say of the control: one reading an account or tier, one for all that is not listed, one for the book. */
import type { DecisionContext } from '../../../log/define.ts';
import type { NewFact, Text } from '../../../log/fact.ts';
import type { Level, Reading, StandingLevels } from '../../../log/levels.ts';
import { ledgerLevels, UNIFORMITY } from '../controls.ts';
import { TIER } from '../facts/treatment.ts';
import type { ListedUnequal, TreatmentState } from '../views/treatment.ts';

export const TREATMENT_CONTROL = UNIFORMITY.id;
const SUBJECT_MAX = 60;
const DIGEST_CHARS = 16;
const SENTENCE_MAX = 700;
const SHOWN_MAX = 8;

/**
 * What an account is called in readings: with its book, and as a whole. A name that is too long, or could be taken for
 * a shortened one, ends in a digest of all of it.
 */
export function subjectOf(book: string, account: string, ctx: Pick<DecisionContext, 'evidence'>): string {
  const whole = `${book}/${account}`;
  if (whole.length < SUBJECT_MAX && !account.includes('~')) return whole;
  const digest = ctx.evidence([whole]).root.replaceAll('+', '-').replaceAll('/', '_').slice(0, DIGEST_CHARS);
  return `${whole.slice(0, SUBJECT_MAX - DIGEST_CHARS - 1)}~${digest}`;
}

/** The subject of all that is not listed one by one. */
export const unlistedSubject = (book: string): string => `${book}/~more`;

type Read = {
  readonly book: string;
  readonly at: string;
  readonly unequal: readonly ListedUnequal[];
  readonly unlisted: TreatmentState['unlisted'];
  readonly cleared: readonly string[];
  /** Stood, still differ, and are counted with those that are not listed. */
  readonly over: readonly string[];
  readonly before: readonly ListedUnequal[];
  readonly standing: StandingLevels;
  readonly subject: (account: string) => string;
};

/** Facts for everything that is said now and was not said before. */
export function readTreatment(read: Read): NewFact[] {
  const { book, at, cleared, over, standing, subject } = read;
  const found = [...byAccount(read.unequal)].map(([account, of]) => ({
    account,
    reading: readAccount(account, of, subject),
  }));
  const ended = (account: string, why: Text): Reading => readingOf(subject(account), 'ok', why);
  const readings = [
    ...found.map(({ reading }) => reading),
    ...cleared.map((account) => ended(account, WELL)),
    ...over.map((account) => ended(account, OVER)),
    readUnlisted(read),
    readingOf(book, 'ok', TOLD),
  ];
  const again = found.filter(({ account, reading }) => isAnew(account, reading, read));
  return [
    ...ledgerLevels.changes(standing, readings, at),
    ...again.map(({ reading }) => ledgerLevels.again(reading, at)),
  ];
}

const WELL: Text = {
  en: 'Treated as its peers are, or approved.',
  ja: '同種口座と同じ取扱いである、または承認済みである。',
};
const OVER: Text = {
  en: 'Counted with those that are not listed one by one.',
  ja: '個別に列挙されない口座に含めて集計する。',
};
const TOLD: Text = {
  en: 'How accounts are treated is known again.',
  ja: '口座の取扱いが再び報告されている。',
};

const readingOf = (subject: string, level: Level, why: Text): Reading => ({
  control: TREATMENT_CONTROL,
  subject,
  level,
  why,
});

function byAccount(unequal: readonly ListedUnequal[]): Map<string, ListedUnequal[]> {
  const accounts = new Map<string, ListedUnequal[]>();
  for (const one of unequal) accounts.set(one.account, [...(accounts.get(one.account) ?? []), one]);
  return accounts;
}

/** What is found of one account, in one sentence and at its worst level. */
export function readAccount(
  account: string,
  of: readonly ListedUnequal[],
  subject: (account: string) => string,
): Reading {
  const level = (['critical', 'warning', 'watch'] as const).find((rank) =>
    of.some((one) => (one.level ?? 'critical') === rank),
  );
  const shown = of.slice(0, SHOWN_MAX).map(describe);
  return readingOf(subject(account), level ?? 'watch', {
    en: `${account} is treated otherwise than its peers, without approval: ${shown.map(({ en }) => en).join('; ')}.`.slice(
      0,
      SENTENCE_MAX,
    ),
    ja: `${account} の取扱いが承認なく同種口座と異なる: ${shown.map(({ ja }) => ja).join('、')}`.slice(
      0,
      SENTENCE_MAX,
    ),
  });
}

function describe({ kind, of, what, value, peers }: ListedUnequal): Text {
  const name = what === '' ? kind : what;
  switch (kind) {
    case 'changed': {
      const [en, ja] = of === 'tier' ? ['tier', '区分'] : [name, name];
      return { en: `${en} changed: ${peers} -> ${value}`, ja: `${ja} の変更: ${peers} → ${value}` };
    }
    case 'absent':
      return { en: `not in the snapshot (${value})`, ja: `スナップショットにない(${value})` };
    case 'not-liquidated':
      return { en: `not liquidated: ${value} (${peers})`, ja: `強制決済なし: ${value}(${peers})` };
    case 'withdrawals':
      return { en: `withdrawals: ${value} (${peers})`, ja: `出金時間: ${value}(${peers})` };
    default:
      return { en: `${name}: ${value} (${peers})`, ja: `${name}: ${value}(${peers})` };
  }
}

function readUnlisted({ book, unlisted }: Read): Reading {
  const subject = unlistedSubject(book);
  if (unlisted === null)
    return readingOf(subject, 'ok', { en: 'Everything is listed.', ja: '全件が列挙されている。' });
  const { accounts, level, first } = unlisted;
  const names = first.join(', ').slice(0, SENTENCE_MAX);
  return readingOf(subject, level, {
    en: `${accounts} more accounts are treated otherwise than their peers, the worst of them ${names}.`,
    ja: `同種口座と取扱いが異なる口座がさらに ${accounts} 件ある(重い順に ${names})。`,
  });
}

/** An account that stands and has another exemption now is news, although its level is the same. */
function isAnew(
  account: string,
  { control, subject, level, why }: Reading,
  { before, standing, unequal }: Read,
): boolean {
  const known = standing[`${control}/${subject}`];
  if (known?.level !== level) return false;
  const told = before.filter((one) => one.account === account);
  if (told.length === 0) return known.why.en !== why.en;
  const keys = (of: readonly ListedUnequal[]): string => of.map(keyOf).sort().join();
  return keys(told) !== keys(unequal.filter((one) => one.account === account));
}

/**
 * What happens to an account goes on and on; its settings are other ones as soon as they have another value. How many of
 * a tier have it is no other value.
 */
const keyOf = ({ account, kind, of, what, value }: ListedUnequal): string =>
  JSON.stringify([
    kind,
    of,
    what,
    of === 'conduct' ? '' : account.startsWith(TIER) ? value.split(' (')[0] : value,
  ]);
