/**
 * Recording a statement that was read: checked again here, because nothing that a reader says is believed. The same
 * content twice is nothing new; other content under the same id, or a gap to the statement before, is a break.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { EVIDENCE_ITEMS_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand, type EvidenceBatch } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { breakResolved } from '../facts/breaks.ts';
import type { Policy } from '../facts/policy.ts';
import { FORMATS, type Statement, statementRecorded, statementSchema } from '../facts/statements.ts';
import { hexHash, shortText, slug } from '../facts/words.ts';
import { type Breaks, breaks } from '../views/breaks.ts';
import { reservesSetup } from '../views/setup.ts';
import { accountStatements, type Received } from '../views/statements.ts';
import { type Difference, openBreak, policyOf, reservesFact, SAYS } from './checks.ts';

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
  },
  reads: ({ account }) => ({
    setup: ref(reservesSetup, 'all'),
    known: ref(accountStatements, account),
    open: ref(breaks, 'all'),
  }),
  decide: (input, { setup, known, open }, ctx) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    const { account, format, fileHash, contentHash, statement } = input;
    const { entries, account: _, ...sums } = statement;
    if (statement.from > statement.to)
      return refuse('bad-period', `statement: ${statement.from} to ${statement.to}`, 'read the file again');
    const left = difference(statement);
    if (left !== 0n)
      return refuse(
        'does-not-add',
        `statement ${statement.statementId}: off by ${left} minor units`,
        'ask the bank for it again',
      );
    const same = known.statements.find(({ statementId }) => statementId === statement.statementId);
    if (same?.contentHash === contentHash) return { facts: [], result: { outcome: 'duplicate' } };
    if (same !== undefined) {
      const about = { account, asset: statement.currency, id: statement.statementId };
      return {
        facts: conflict(about, same, statement, open, policy, ctx.newId, ctx.now),
        result: { outcome: 'conflict' },
      };
    }
    const evidence = batchesOf(statement, ctx.evidence);
    const roots = evidence.map(({ root }) => root);
    const body = {
      ...sums,
      account,
      format,
      fileHash,
      contentHash,
      entries: entries.length,
      roots,
      receivedAt: ctx.now,
    };
    const gap = gapOf(account, statement, known.statements);
    const facts: NewFact[] = [
      reservesFact(statementRecorded, `account/${account}`, body),
      ...(gap === null ? [] : [openBreak(gap, policy, ctx.newId(), ctx.now)]),
      ...arrived(account, statement.to, open),
    ];
    return { facts, evidence, result: { outcome: gap === null ? 'recorded' : 'gap' } };
  },
});

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

function conflict(
  { account, asset, id }: { account: string; asset: string; id: string },
  same: Received,
  { closing }: Statement,
  open: Breaks,
  policy: Policy,
  newId: () => string,
  now: string,
): NewFact[] {
  const key = `conflict ${id}`;
  if (open.open.some((one) => one.scope === account && one.key === key)) return [];
  const detail = `statement ${id} came again with other content; closing was ${same.closing}, is ${closing}`;
  const amount = (BigInt(closing) - BigInt(same.closing)).toString();
  return [
    openBreak(
      { scope: account, key, kind: 'statement-conflict', asset, amount, detail },
      policy,
      newId(),
      now,
    ),
  ];
}

/** The statement that ends last before this one begins must close where this one opens. */
function gapOf(account: string, now: Statement, known: readonly Received[]): Difference | null {
  const before = known.filter(({ to, currency }) => to <= now.from && currency === now.currency).at(-1);
  if (before === undefined || before.closing === now.opening) return null;
  const amount = (BigInt(now.opening) - BigInt(before.closing)).toString();
  const detail = `${before.statementId} closed at ${before.closing}, ${now.statementId} opens at ${now.opening}`;
  const kind = 'statement-gap' as const;
  return { scope: account, key: `gap ${now.statementId}`, kind, asset: now.currency, amount, detail };
}

/** Late ones that are here now. */
function arrived(account: string, to: string, { open }: Breaks): NewFact[] {
  return open
    .filter((one) => one.scope === account && one.kind === 'statement-late' && one.key.slice(5) <= to)
    .map(({ id }) => reservesFact(breakResolved, `break/${id}`, { id, how: 'matched', note: '' }));
}
