/**
 * Recording a statement that was read: checked again here, because nothing that a reader says is believed. The same
 * content twice is nothing new; other content under the same id, a gap to the statement before or after, and days that
 * were told otherwise before are breaks. What is dated where it cannot be is refused.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { EVIDENCE_ITEMS_MAX } from '../../../kernel/limits.ts';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand, type EvidenceBatch } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { neighbours, overlapping } from '../engine/statement-order.ts';
import { breakResolved, dayOfLate } from '../facts/breaks.ts';
import {
  FORMATS,
  type REMARKS,
  STATEMENTS_KEPT,
  type Statement,
  statementRecorded,
  statementSchema,
} from '../facts/statements.ts';
import { hexHash, shortText, slug } from '../facts/words.ts';
import { type Breaks, breaks } from '../views/breaks.ts';
import { reservesSetup } from '../views/setup.ts';
import { accountStatements, type Received } from '../views/statements.ts';
import { type Difference, isDayAhead, openBreak, policyOf, reservesFact, SAYS } from './checks.ts';

const count = z.int().nonnegative();
const overlapSchema = z.object({ statement: shortText, repeats: count, others: count }).strict();
type Overlap = z.infer<typeof overlapSchema>;

export const recordStatement = defineCommand({
  name: 'reserves.RecordStatement',
  says: {
    en: 'Record a statement of an account: entries as evidence, sums as a fact.',
    ja: '口座の取引明細を記録する(明細は証跡、合計は事実として)。',
  },
  input: z
    .object({
      /** The firm's name of the account. */
      account: slug,
      format: z.enum(FORMATS),
      fileHash: hexHash,
      contentHash: shortText,
      statement: statementSchema,
      /** Statements known before that share days with it: entries that both have, and that only one has. */
      overlaps: z.array(overlapSchema).max(STATEMENTS_KEPT).optional(),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {
    'no-policy': SAYS.policy,
    'does-not-add': {
      en: 'Opening balance and booked entries do not make the closing balance.',
      ja: '期首残高と記帳済み明細の合計が期末残高に一致しない。',
    },
    'bad-period': { en: 'It ends before it begins.', ja: '期間の終わりが始まりより前である。' },
    'day-ahead': SAYS.dayAhead,
    'outside-period': {
      en: 'A booked entry is dated outside of the statement’s period.',
      ja: '明細の対象期間外の日付の記帳がある。',
    },
  },
  reads: ({ account }) => ({
    setup: ref(reservesSetup, 'all'),
    known: ref(accountStatements, account),
    open: ref(breaks, 'all'),
  }),
  decide: ({ overlaps = [], ...input }, { setup, known, open }, ctx) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    const { account, format, fileHash, contentHash, statement } = input;
    const refused = untrusted(statement, ctx.now);
    if (refused !== null) return refused;
    const evidence = batchesOf(statement, ctx.evidence);
    const roots = evidence.map(({ root }) => root);
    const { entries, account: _, ...sums } = statement;
    const same = known.statements.find(({ statementId }) => statementId === statement.statementId);
    if (same !== undefined && (same.contentHash === contentHash || isSame(same, statement, roots)))
      return { facts: [], result: { outcome: 'duplicate', remarks: [] } };
    const opened = (one: Difference): NewFact => openBreak(one, policy, ctx.newId(), ctx.now);
    const about = (one: Pick<Difference, 'key' | 'kind' | 'amount' | 'detail'>): Difference => ({
      ...{ scope: account, asset: statement.currency },
      ...one,
    });
    if (same !== undefined) {
      const isTold = open.open.some((one) => one.scope === account && one.key === conflictKey(same));
      const facts = isTold ? [] : [opened(about(conflictOf(same, statement)))];
      return { facts, result: { outcome: 'conflict', remarks: [] } };
    }
    const ours = known.statements.filter(({ currency }) => currency === statement.currency);
    const shared = sharedDays(statement, ours, overlaps);
    const meets = neighbours(statement, ours, new Set(shared.repeated.keys()));
    const gap = meets.before === null ? null : gapBetween(meets.before, statement);
    const remarks = remarksOf(
      statement,
      [...shared.repeated.values()].some((repeats) => repeats > 0),
    );
    const body = { ...sums, account, format, fileHash, contentHash, roots, remarks, receivedAt: ctx.now };
    const facts: NewFact[] = [
      reservesFact(statementRecorded, `account/${account}`, { ...body, entries: entries.length }),
      ...(gap === null ? [] : [opened(about(gap))]),
      ...(shared.differing.length === 0 ? [] : [opened(about(overlapOf(statement, shared.differing)))]),
      ...between(account, statement, meets.after, open, (one) => opened(about(one))),
      ...arrived(account, statement, open),
    ];
    const outcome = gap !== null ? 'gap' : shared.differing.length > 0 ? 'overlap' : 'recorded';
    return { facts, evidence, result: { outcome, remarks } };
  },
});

/** Why nothing of it can be believed. */
function untrusted(statement: Statement, now: string): Refused | null {
  const { statementId, from, to, entries } = statement;
  if (from > to) return refuse('bad-period', `statement: ${from} to ${to}`, 'read the file again');
  if (isDayAhead(to, now))
    return refuse(
      'day-ahead',
      `statement ${statementId}: it closes on ${to}, which has not come`,
      'ask the bank for it again when the day is over',
    );
  const odd = entries.find(({ on, isBooked }) => isBooked && (on < from || on > to));
  if (odd)
    return refuse(
      'outside-period',
      `statement ${statementId}: an entry of ${odd.on} is booked in it, and it is about ${from} to ${to}`,
      'ask the bank for it again',
    );
  const left = difference(statement);
  if (left === 0n) return null;
  return refuse(
    'does-not-add',
    `statement ${statementId}: off by ${left} minor units`,
    'ask the bank for it again',
  );
}

const difference = ({ opening, closing, entries }: Statement): bigint =>
  entries.reduce((sum, { amount, isBooked }) => (isBooked ? sum + BigInt(amount) : sum), BigInt(opening)) -
  BigInt(closing);

function batchesOf(
  { entries, account }: Statement,
  evidence: (items: readonly JsonValue[]) => EvidenceBatch,
): EvidenceBatch[] {
  const batches: EvidenceBatch[] = [];
  for (let n = 0; n < entries.length; n += EVIDENCE_ITEMS_MAX)
    batches.push(evidence(entries.slice(n, n + EVIDENCE_ITEMS_MAX).map((entry) => ({ account, ...entry }))));
  return batches;
}

/** Where only the days that it is said to be about were read otherwise, it says nothing new. */
const isSame = (known: Received, { opening, closing }: Statement, roots: readonly string[]): boolean =>
  known.opening === opening && known.closing === closing && known.roots.join() === roots.join();

const remarksOf = ({ entries }: Statement, isRepeating: boolean): (typeof REMARKS)[number][] => [
  ...(entries.some(({ amount }) => BigInt(amount) === 0n) ? (['zero-entries'] as const) : []),
  ...(isRepeating ? (['repeats'] as const) : []),
];

const conflictKey = ({ statementId }: Received): string => `conflict ${statementId}`;

type Found = Pick<Difference, 'key' | 'kind' | 'amount' | 'detail'>;

function conflictOf(same: Received, { closing }: Statement): Found {
  const detail = `statement ${same.statementId} came again with other content; closing was ${same.closing}, is ${closing}`;
  const amount = (BigInt(closing) - BigInt(same.closing)).toString();
  return { key: conflictKey(same), kind: 'statement-conflict', amount, detail };
}

/** Common days with the same entries are repeats; with others, or where nobody compared, both cannot be right. */
function sharedDays(
  now: Statement,
  ours: readonly Received[],
  told: readonly Overlap[],
): { readonly repeated: ReadonlyMap<string, number>; readonly differing: readonly Received[] } {
  const repeated = new Map<string, number>();
  const differing: Received[] = [];
  for (const one of overlapping(now, ours)) {
    const compared = told.find(({ statement }) => statement === one.statementId);
    // Where only the last day of the one is the first of the other, balances that do not meet say it.
    const isTouching = one.to === now.from || (one.from === now.to && one.to > now.to);
    if (compared !== undefined && compared.others === 0 && (compared.repeats > 0 || !isTouching))
      repeated.set(one.statementId, compared.repeats);
    else if (!isTouching) differing.push(one);
  }
  return { repeated, differing };
}

function overlapOf({ statementId, from, to }: Statement, differing: readonly Received[]): Found {
  const names = differing.map((one) => `${one.statementId} (${one.from} to ${one.to})`).join(', ');
  const detail = `${statementId} (${from} to ${to}) has other entries on the same days than ${names}`;
  return {
    key: `overlap ${statementId}`,
    kind: 'statement-conflict',
    amount: '0',
    detail: detail.slice(0, 1_000),
  };
}

const gapKey = (statementId: string): string => `gap ${statementId}`;

/** A statement must open where the one before it closed. */
function gapBetween(
  before: Pick<Received, 'statementId' | 'closing'>,
  next: Pick<Received, 'statementId' | 'opening'>,
): Found | null {
  if (before.closing === next.opening) return null;
  const amount = (BigInt(next.opening) - BigInt(before.closing)).toString();
  const detail = `${before.statementId} closed at ${before.closing}, ${next.statementId} opens at ${next.opening}`;
  return { key: gapKey(next.statementId), kind: 'statement-gap', amount, detail };
}

/** One that came late stands between two: the gap before the later one is closed by it, or is seen only now. */
function between(
  account: string,
  now: Statement,
  after: Received | null,
  { open }: Breaks,
  opened: (one: Found) => NewFact,
): NewFact[] {
  if (after === null) return [];
  const known = open.find((one) => one.scope === account && one.key === gapKey(after.statementId));
  const gap = gapBetween(now, after);
  if (gap === null) return known === undefined ? [] : [resolved(known.id, `statement ${now.statementId}`)];
  return known === undefined ? [opened(gap)] : [];
}

const resolved = (id: string, note: string): NewFact =>
  reservesFact(breakResolved, `break/${id}`, { id, how: 'matched', note });

/** Late ones that are here now: of the days that it is about and of no others. */
function arrived(account: string, { from, to, statementId }: Statement, { open }: Breaks): NewFact[] {
  const isHere = (key: string): boolean => from <= dayOfLate(key) && dayOfLate(key) <= to;
  return open
    .filter((one) => one.scope === account && one.kind === 'statement-late' && isHere(one.key))
    .map(({ id }) => resolved(id, `statement ${statementId}`));
}
