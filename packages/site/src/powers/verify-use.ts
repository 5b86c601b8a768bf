/**
 * Checking a use of a power from outside: that its activation is in the log, that its action hashes to what was signed,
 * that the firm and the power are the ones that the action names, that every signature holds over exactly this action, and
 * that enough different people, who were allowed to, made them. After a failure the rest is not reached.
 */
import { type Action, actionHash, parseAction } from '@sonae/proof/action';
import { type Proof, proofProblem, statementDigest } from '@sonae/proof/approval';
import { concatBytes, toHex, utf8Encode } from '@sonae/proof/bytes';
import { canonicalBytes, canonicalJson, isJsonObject, type JsonValue } from '@sonae/proof/canonical-json';
import { demand } from '@sonae/proof/proof-error';
import { runSteps, type Step } from '../check/run-steps.ts';
import { type FactCheck, type Verdict, verifyFact } from '../check/verify-fact.ts';
import type { DisclosedFact } from '../status.ts';
import { applyChange, PEOPLE_CHANGES, type Register, registerOf } from './register.ts';

export const USE_STEPS = [
  'activation',
  'action',
  'charter',
  'power',
  'people',
  'approvals',
  'quorum',
] as const;
export type UseStepName = (typeof USE_STEPS)[number];
export type UseStep = Step<UseStepName>;
export type CheckedApproval = {
  readonly principal: string;
  readonly credential: string;
  readonly kind: string;
  /** Null: it holds. */
  readonly problem: string | null;
};
export type UseVerdict = {
  readonly good: boolean;
  readonly steps: readonly UseStep[];
  readonly approvals: readonly CheckedApproval[];
};

export type UseCheck = Omit<FactCheck, 'seq'> & {
  /** As the page shows it, so that the page itself is checked too. */
  readonly use: string;
  readonly hash: string;
  /** Number of the fact that activated it, or that published it after its review. */
  readonly seq: number;
  readonly listDisclosed: (before: number) => Promise<readonly DisclosedFact[]>;
};

type Approval = {
  readonly principal: string;
  readonly credential: string;
  readonly proof: Proof;
  /** Only in what was published after its review. */
  readonly at?: string;
};
type PowerTerms = {
  readonly id: string;
  readonly quorum: number;
  readonly resumeQuorum: number;
  readonly credentials: readonly string[];
  readonly roles: { readonly approve: readonly string[] };
};
type Work = {
  body: { action: JsonValue; hash: string; approvals: readonly Approval[] };
  action: Action;
  listed: readonly DisclosedFact[];
  register: Register;
  power: PowerTerms;
  approvals: CheckedApproval[];
};
type Run = (work: Work, check: UseCheck) => Promise<UseStep['shown']> | UseStep['shown'];

const POWER_DOMAIN = utf8Encode('sonae/power/v1\n');
const HASH_SHOWN_CHARS = 12;
const FOUNDED = 'people.Founded@1';
const KEPT_BACK = 'authority.UsePublished';
const POWER_CHANGES: readonly string[] = ['authority.PowerAdopted', 'authority.PowerRevoked'];

export async function verifyUse(check: UseCheck): Promise<UseVerdict> {
  const work = { approvals: [] as CheckedApproval[] } as Work;
  const { good, steps } = await runSteps(USE_STEPS, (name) => RUN[name](work, check));
  return { good, steps, approvals: work.approvals };
}

const RUN: Readonly<Record<UseStepName, Run>> = {
  activation: async (work, check) => {
    const fact = await disclosedFact(check, check.seq, ['authority.Activated', KEPT_BACK]);
    const body = nameOf(fact) === KEPT_BACK ? (bodyOf(fact).summary ?? null) : bodyOf(fact);
    demand(isJsonObject(body), 'bad-disclosure', `fact ${check.seq} carries no action`);
    work.body = body as unknown as Work['body'];
    return { seq: check.seq };
  },
  action: (work, { hash, use, sha256 }) => {
    work.action = parseAction(canonicalJson(work.body.action));
    demand(work.action.use === use, 'bad-action', `the action is about use ${work.action.use}, not ${use}`);
    const made = toHex(actionHash(work.action, sha256));
    demand(
      made === work.body.hash,
      'bad-action',
      `the action hashes to ${made}, the fact says ${work.body.hash}`,
    );
    demand(made === hash, 'bad-action', `the action hashes to ${made}, this page says ${hash}`);
    return { hash: made.slice(0, HASH_SHOWN_CHARS) };
  },
  charter: async (work, check) => {
    work.listed = knownThen(await listBefore(check), work.body.approvals);
    const founded = work.listed.find(({ type }) => type === FOUNDED);
    demand(founded !== undefined, 'bad-disclosure', 'no founding is disclosed before this use');
    const fact = await disclosedFact(check, founded.seq, ['people.Founded']);
    const { charter = null, signatures } = bodyOf(fact);
    const digest = toHex(statementDigest({ says: 'found', body: charter }, check.sha256));
    const { founding } = work.action;
    demand(
      digest === founding,
      'bad-approval',
      `the charter hashes to ${digest}, the action names ${founding}`,
    );
    work.register = registerOf(charter);
    const signed = signatures as unknown as readonly Approval[];
    for (const id of work.register.credentials.keys())
      demandFounder(work.register, signed, id, charter, check);
    return { seq: founded.seq, count: work.register.credentials.size };
  },
  power: async (work, check) => {
    const { policy, power: id } = work.action;
    const fact = await adoption(work, check);
    demand(fact !== null, 'bad-approval', `power ${id} as it stood does not hash to ${policy}`);
    work.power = bodyOf(fact).power as unknown as PowerTerms;
    return { power: id, hash: policy.slice(0, HASH_SHOWN_CHARS) };
  },
  people: async (work, check) => {
    const changes = work.listed
      .filter(({ type }) => (PEOPLE_CHANGES as readonly string[]).includes(type.split('@', 1)[0] ?? ''))
      .sort((a, b) => a.seq - b.seq);
    for (const { seq } of changes)
      applyChange(work.register, await disclosedFact(check, seq, PEOPLE_CHANGES));
    return { count: changes.length };
  },
  approvals: (work, { sha256 }) => {
    work.approvals = work.body.approvals.map((approval) => checkApproval(work, approval, sha256));
    const bad = work.approvals.find(({ problem }) => problem !== null);
    demand(bad === undefined, 'bad-approval', `${bad?.principal}: ${bad?.problem}`);
    return { count: work.approvals.length };
  },
  quorum: (work) => {
    const { step } = work.action;
    const needed = step === 'resume' || step === 'extend' ? work.power.resumeQuorum : work.power.quorum;
    const people = new Set(work.approvals.map(({ principal }) => principal));
    demand(
      people.size >= needed,
      'bad-approval',
      `${people.size} different people signed, ${needed} are needed`,
    );
    return { count: people.size, needed };
  },
};

/** One approval: by a person who held an approving role, with a credential that counts, over exactly this action. */
function checkApproval(
  { action, power, register }: Work,
  { principal, credential: id, proof }: Approval,
  sha256: UseCheck['sha256'],
): CheckedApproval {
  const credential = register.credentials.get(principal)?.get(id);
  if (credential === undefined)
    return { principal, credential: id, kind: '', problem: `has no credential ${id} in the log` };
  const { kind } = credential;
  const answer = (problem: string | null): CheckedApproval => ({ principal, credential: id, kind, problem });
  const isHolder = power.roles.approve.some((role) => register.holders.get(role)?.includes(principal));
  if (!isHolder) return answer(`holds none of the approving roles ${power.roles.approve.join(', ')}`);
  if (!power.credentials.includes(kind)) return answer(`the power takes no ${kind}`);
  return answer(proofProblem({ says: 'approve', action }, credential, proof, sha256));
}

function demandFounder(
  register: Register,
  signed: readonly Approval[],
  id: string,
  charter: JsonValue,
  { sha256 }: UseCheck,
): void {
  const own = signed.find(({ principal }) => principal === id);
  demand(own !== undefined, 'bad-approval', `founder ${id} has not signed the charter`);
  const credential = register.credentials.get(id)?.get(own.credential);
  demand(credential !== undefined, 'bad-approval', `founder ${id} signed with an unknown credential`);
  const problem = proofProblem({ says: 'found', body: charter }, credential, own.proof, sha256);
  demand(problem === null, 'bad-approval', `founder ${id}: ${problem}`);
}

/** The power as it stood then: its newest adoption, if nobody had withdrawn it. Its hash is made here, not read. */
async function adoption(work: Work, check: UseCheck): Promise<JsonValue | null> {
  for (const { seq, type } of work.listed) {
    const name = type.split('@', 1)[0] ?? '';
    if (!POWER_CHANGES.includes(name)) continue;
    const fact = await disclosedFact(check, seq, POWER_CHANGES);
    const { power = null } = bodyOf(fact);
    if (name === 'authority.PowerRevoked' && power === work.action.power) return null;
    if (!isJsonObject(power) || power.id !== work.action.power) continue;
    const made = toHex(check.sha256(concatBytes(POWER_DOMAIN, canonicalBytes(power))));
    return made === work.action.policy ? fact : null;
  }
  return null;
}

/** A use that was kept back until its review is judged by what stood when the last person signed. */
function knownThen(
  listed: readonly DisclosedFact[],
  approvals: readonly Approval[],
): readonly DisclosedFact[] {
  const times = approvals.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]));
  if (times.length === 0) return listed;
  const last = Math.max(...times);
  return listed.filter(({ recordedAt }) => Date.parse(recordedAt) <= last);
}

/**
 * Everything disclosed before the use, newest first, back to the founding: nobody could be enrolled and no power adopted
 * before it. That it is this firm's founding is shown by its hash.
 */
async function listBefore({ seq, listDisclosed }: UseCheck): Promise<readonly DisclosedFact[]> {
  const all: DisclosedFact[] = [];
  let before = seq;
  for (;;) {
    const page = await listDisclosed(before);
    const last = page.at(-1);
    if (last === undefined) return all;
    demand(last.seq < before, 'bad-disclosure', 'the list of disclosed facts does not go back');
    all.push(...page);
    before = last.seq;
    if (before === 0 || page.some(({ type }) => type === FOUNDED)) return all;
  }
}

/** A disclosed fact of one of these types, after every check that a single fact goes through. */
async function disclosedFact(check: UseCheck, seq: number, names: readonly string[]): Promise<JsonValue> {
  const { good, fact, steps }: Verdict = await verifyFact({ ...check, seq });
  const failed = steps.find(({ outcome }) => outcome === 'fail');
  demand(good && fact !== null, 'bad-disclosure', `fact ${seq}, ${failed?.name}: ${failed?.reason}`);
  demand(
    names.includes(nameOf(fact)),
    'bad-disclosure',
    `fact ${seq} is ${nameOf(fact)}, not ${names.join(' or ')}`,
  );
  return fact;
}

const nameOf = (fact: JsonValue): string =>
  isJsonObject(fact) ? (String(fact.type).split('@', 1)[0] ?? '') : '';

function bodyOf(fact: JsonValue): Readonly<Record<string, JsonValue>> {
  demand(isJsonObject(fact) && isJsonObject(fact.body), 'bad-disclosure', 'a fact has a body');
  return fact.body;
}
