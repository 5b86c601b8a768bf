/** A page that tells what the controls said during a scenario, made from the facts of the run. */
import type { App } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { formatAmount } from '@sonae/core/kernel/money.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import type { LoggedViolation } from '@sonae/core/nouns/ledger/facts/batches.ts';

export type Spoken = {
  readonly at: string;
  readonly control: string;
  readonly subject: string;
  readonly to: string;
  readonly why: string;
};
export type Run = { readonly spoken: readonly Spoken[]; readonly violations: readonly LoggedViolation[] };

const FACTS_MAX = 10_000;
const ALARMING = ['warning', 'critical'];

/** What alarmed, oldest first, and every posting that broke a rule. */
export async function readRun(app: App): Promise<Run> {
  const spoken: Spoken[] = [];
  const violations: LoggedViolation[] = [];
  for (const row of await app.ports.store.facts({ limit: FACTS_MAX })) {
    const fact = decodeFact(row.text, registry.facts);
    const body = fact.body as unknown as {
      control: string;
      subject: string;
      to: string;
      why: { en: string };
      root: string;
    };
    if (/\.ControlLevelChanged@/.test(fact.type) && ALARMING.includes(body.to))
      spoken.push({
        at: fact.occurredAt,
        control: body.control,
        subject: body.subject,
        to: body.to,
        why: body.why.en,
      });
    if (!fact.type.startsWith('ledger.ViolationsDetected@')) continue;
    for (const item of (await app.ports.store.evidence(body.root)) ?? [])
      violations.push(JSON.parse(item) as LoggedViolation);
  }
  return { spoken, violations };
}

/** The first alarm of every control and subject, as rows of a table. */
export function spokenTable({ spoken }: Run): string[] {
  const seen = new Set<string>();
  const first = spoken.filter(
    ({ control, subject }) => !seen.has(`${control}/${subject}`) && seen.add(`${control}/${subject}`),
  );
  return [
    '| when (UTC) | control | subject | level | what it said |',
    '|---|---|---|---|---|',
    ...first.map(
      ({ at, control, subject, to, why }) =>
        `| ${at.slice(0, 16).replace('T', ' ')} | \`${control}\` | ${subject} | ${to} | ${why} |`,
    ),
  ];
}

export function violationTable({ violations }: Run): string[] {
  const text = (minor: string, decimals: number | null): string =>
    decimals === null ? minor : formatAmount(BigInt(minor), decimals);
  return [
    '| posting | dated | rule | account | amount | running exposure |',
    '|---|---|---|---|---|---|',
    ...violations.map(
      ({ id, at, rule, account, amount, asset, exposure, decimals }) =>
        `| ${id} | ${at.slice(0, 16).replace('T', ' ')} | ${rule} | ${account} | ${text(amount, decimals)} ${asset} | ${text(exposure, decimals)} |`,
    ),
  ];
}
