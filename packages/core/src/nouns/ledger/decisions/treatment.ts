/** A snapshot of how accounts are treated becomes findings: an account treated otherwise is named, with what its peers have. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import type { Level, Reading } from '../../../log/levels.ts';
import { ref } from '../../../log/stream.ts';
import { ledgerLevels } from '../controls.ts';
import { findUnequal, type Unequal } from '../engine/uniformity.ts';
import { TREATMENTS_MAX, treatmentRecorded, treatmentSchema, UNEQUAL_MAX } from '../facts/treatment.ts';
import { bookId } from '../facts/words.ts';
import { ledgerPolicy } from '../views/policy.ts';
import { treatment } from '../views/treatment.ts';

const CONTROL = 'ledger.uniform-treatment';
const SUBJECT_MAX = 60;

export const recordTreatment = defineCommand({
  name: 'ledger.RecordTreatment',
  says: {
    en: 'Record how the exchange treats its accounts, and find those that are treated otherwise.',
    ja: '取引所による口座の取扱いを記録し、均一でない口座を検出する。',
  },
  input: z
    .object({
      book: bookId.default('main'),
      at: z.iso.datetime(),
      accounts: z.array(treatmentSchema).min(1).max(TREATMENTS_MAX),
      /** The snapshot before, where it is at hand: what changed since is a finding. */
      before: z.array(treatmentSchema).max(TREATMENTS_MAX).default([]),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: { 'named-twice': { en: 'An account is named twice.', ja: '同じ口座が二度記載されている。' } },
  reads: ({ book }) => ({
    policy: ref(ledgerPolicy, book),
    known: ref(treatment, book),
    standing: ref(ledgerLevels.levels, 'all'),
  }),
  decide: ({ book, at, accounts, before }, { policy, known, standing }, ctx) => {
    const names = new Set(accounts.map(({ account }) => account));
    if (names.size !== accounts.length)
      return refuse('named-twice', 'accounts: one of them is named twice', 'send each account once');
    const approved = policy.exemptions.filter(({ until }) => parseTime(until) > parseTime(at));
    const unequal = findUnequal(accounts, before, approved, parseTime(at));
    const evidence = ctx.evidence(accounts as unknown as JsonValue[]);
    const listed = unequal.slice(0, UNEQUAL_MAX);
    const body = {
      ...{ book, at, accounts: accounts.length, root: evidence.root },
      ...{ unequal: listed, more: unequal.length - listed.length },
    };
    const fact = newFact(treatmentRecorded, `ledger/${book}/treatment`, body, { occurredAt: at });
    const readings = readUnequal(listed, known.unequal);
    return { facts: [fact, ...ledgerLevels.changes(standing, readings, at)], evidence: [evidence] };
  },
});

const WORST: Readonly<Record<Unequal['kind'], Level>> = {
  flag: 'critical',
  changed: 'critical',
  'not-liquidated': 'critical',
  limit: 'warning',
  withdrawals: 'watch',
};

/** One reading per account that is treated otherwise, and one for each that no longer is. */
function readUnequal(unequal: readonly Unequal[], before: readonly Unequal[]): Reading[] {
  const byAccount = new Map<string, Unequal[]>();
  for (const one of unequal) byAccount.set(one.account, [...(byAccount.get(one.account) ?? []), one]);
  const found = [...byAccount].map(([account, of]): Reading => {
    const level = (['critical', 'warning', 'watch'] as const).find((rank) =>
      of.some(({ kind }) => WORST[kind] === rank),
    );
    const list = of.map(({ kind, what, value, peers }) => `${what || kind}: ${value} (${peers})`).join('; ');
    return {
      control: CONTROL,
      subject: account.slice(0, SUBJECT_MAX),
      level: level ?? 'watch',
      why: {
        en: `${account} is treated otherwise than its peers, without approval: ${list}.`.slice(0, 2_000),
        ja: `${account} の取扱いが承認なく同種口座と異なる: ${list}`.slice(0, 2_000),
      },
    };
  });
  const over = [...new Set(before.map(({ account }) => account))].filter(
    (account) => !byAccount.has(account),
  );
  const well = { en: 'Treated as its peers are.', ja: '同種口座と同じ取扱いである。' };
  return [
    ...found,
    ...over.map(
      (account): Reading => ({
        control: CONTROL,
        subject: account.slice(0, SUBJECT_MAX),
        level: 'ok',
        why: well,
      }),
    ),
  ];
}
