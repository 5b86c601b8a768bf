/** What must be true of powers: that prepared stops work, effects show, reviews are made, and quorums can be reached. */
import { HOUR_MS, MINUTE_MS, parseTime } from '../../kernel/time.ts';
import type { ControlDef } from '../../log/define.ts';
import type { Text } from '../../log/fact.ts';
import type { Level } from '../../log/levels.ts';
import { activeCredential, isPresent, type People } from '../people/views/register.ts';
import type { Uses } from './views/list.ts';
import type { Powers } from './views/powers.ts';

/** A prepared stop that was not rehearsed for this long is as good as unknown. */
export const REHEARSED_WITHIN_MS = 25 * HOUR_MS;
/** From order to the effect read on the target. */
const EFFECT_WITHIN_MS = 5 * MINUTE_MS;
/** A guardian contract has a delay of its own before it resumes. */
const RESUME_WITHIN_MS = 24 * HOUR_MS;

export type AuthorityReading = { readonly control: string; readonly level: Level; readonly why: Text };
export type AuthorityState = { readonly people: People; readonly powers: Powers; readonly uses: Uses };

export const AUTHORITY_CONTROLS: readonly ControlDef[] = [
  {
    id: 'authority.rehearsal',
    statement: {
      en: 'Every prepared stop would work against the present state of its target.',
      ja: '準備済みの停止操作は対象の現状に対して有効である。',
    },
    basis: ['SEAL SFC ir-3.1.3', 'Maker emergency spells'],
    owner: 'technical-lead',
    levels: ['ok', 'warning', 'blind'],
  },
  {
    id: 'authority.effect',
    statement: {
      en: 'What was ordered shows on the target within five minutes.',
      ja: '命令した操作の効果が五分以内に対象で確認できる。',
    },
    basis: ['docs/explain/powers.md'],
    owner: 'commander',
    levels: ['ok', 'critical'],
  },
  {
    id: 'authority.review',
    statement: {
      en: 'Every use of a power is reviewed in time.',
      ja: '権限の行使はすべて期限までに検証される。',
    },
    basis: ['docs/explain/powers.md'],
    owner: 'compliance',
    levels: ['ok', 'watch'],
  },
  {
    id: 'authority.quorum',
    statement: {
      en: 'Enough approvers of every power are present and able to sign.',
      ja: '各権限の承認者が定足数以上在席し署名できる。',
    },
    basis: ['Optimism charter: signer liveness', 'SEAL SFC ir-3.1.2'],
    owner: 'commander',
    levels: ['ok', 'watch', 'warning'],
  },
];

/** All controls over powers, as of an instant. */
export function readAuthority(state: AuthorityState, now: string): AuthorityReading[] {
  if (state.people.founding === '') return [];
  return [rehearsal(state, now), effect(state, now), review(state), quorum(state, now)];
}

const fine = (control: string): AuthorityReading => ({
  control,
  level: 'ok',
  why: { en: 'holds', ja: '満たされている' },
});

function rehearsal({ powers, uses }: AuthorityState, now: string): AuthorityReading {
  const control = 'authority.rehearsal';
  const failing: string[] = [];
  const unknown: string[] = [];
  for (const { power, rehearsals, adoptedAt } of Object.values(powers.powers)) {
    for (const target of power.targets) {
      if (target.act.kind === 'govern' || target.open.length > 0) continue;
      const isInForce = uses.uses.some(
        (use) => use.power === power.id && use.target === target.id && use.endedAt === null,
      );
      if (isInForce) continue;
      const last = rehearsals[target.id];
      const since = parseTime(now) - parseTime(last?.at ?? adoptedAt);
      if (last && !last.works) failing.push(`${power.id}/${target.id}: ${last.why}`);
      else if (since > REHEARSED_WITHIN_MS) unknown.push(`${power.id}/${target.id}`);
    }
  }
  if (failing.length > 0) {
    const list = failing.join('; ').slice(0, 1_000);
    return { control, level: 'warning', why: { en: `would fail: ${list}`, ja: `失敗する見込み: ${list}` } };
  }
  if (unknown.length === 0) return fine(control);
  const list = unknown.join(', ');
  return { control, level: 'blind', why: { en: `not rehearsed: ${list}`, ja: `未試行: ${list}` } };
}

const patienceMs = ({ state, step }: { state: string; step: string }): number =>
  state === 'ordered' && step !== 'stop' ? RESUME_WITHIN_MS : EFFECT_WITHIN_MS;

function effect({ uses }: AuthorityState, now: string): AuthorityReading {
  const control = 'authority.effect';
  const late = uses.uses.filter(
    (use) =>
      (use.state === 'ordered' || use.state === 'executed') &&
      parseTime(now) - parseTime(use.executedAt ?? use.executeAfter ?? use.activatedAt ?? now) >
        patienceMs(use),
  );
  const first = late[0];
  if (first === undefined) return fine(control);
  const text = `${first.power}/${first.target} (${first.id})`;
  return { control, level: 'critical', why: { en: `no effect seen: ${text}`, ja: `効果未確認: ${text}` } };
}

function review({ uses }: AuthorityState): AuthorityReading {
  const control = 'authority.review';
  const missed = uses.uses.filter((use) => use.reviewMissed && !use.reviewed);
  if (missed.length === 0) return fine(control);
  const list = missed
    .map((use) => use.id)
    .join(', ')
    .slice(0, 500);
  return { control, level: 'watch', why: { en: `reviews overdue: ${list}`, ja: `検証期限超過: ${list}` } };
}

function quorum({ people, powers }: AuthorityState, now: string): AuthorityReading {
  const control = 'authority.quorum';
  const short: string[] = [];
  const thin: string[] = [];
  for (const { power } of Object.values(powers.powers)) {
    const holders = new Set(power.roles.approve.flatMap((role) => people.roles[role]?.holders ?? []));
    const able = [...holders].filter(
      (id) =>
        isPresent(people, id, now) &&
        Object.keys(people.persons[id]?.credentials ?? {}).some((credential) => {
          const active = activeCredential(people, id, credential);
          return active !== null && power.credentials.includes(active.kind);
        }),
    ).length;
    if (able < power.quorum) short.push(`${power.id} ${able}/${power.quorum}`);
    else if (able < power.resumeQuorum || able === power.quorum)
      thin.push(`${power.id} ${able}/${power.quorum}`);
  }
  if (short.length > 0) {
    const list = short.join(', ');
    return {
      control,
      level: 'warning',
      why: { en: `cannot be used now: ${list}`, ja: `現在行使できない: ${list}` },
    };
  }
  if (thin.length === 0) return fine(control);
  const list = thin.join(', ');
  return {
    control,
    level: 'watch',
    why: { en: `nobody may be missing: ${list}`, ja: `欠員の余裕なし: ${list}` },
  };
}
