/**
 * What the public site reads of powers. The types repeat what core's app/api.ts calls `PublicPowersPage`, as far as this
 * page needs it: it depends on nothing but the proof package, like any outsider.
 */
import type { Action } from '@sonae/proof/action';
import { type DisclosedFact, request, type Severity, type Text } from '../status.ts';

export type Level = 'ok' | 'watch' | 'warning' | 'critical' | 'blind';
export type CriterionPart =
  | { readonly signal: string; readonly atLeast: Level }
  | { readonly signal: string; readonly quietForMs: number }
  | { readonly severity: Severity };
export type Criteria = { readonly anyOf: readonly CriterionPart[] };
export type PublicPower = {
  readonly id: string;
  readonly says: Text;
  readonly does: Text;
  readonly targets: readonly { readonly id: string; readonly says: Text }[];
  readonly quorum: number;
  readonly resumeQuorum: number;
  readonly delayMs: number;
  readonly resumeDelayMs: number;
  readonly bounds: { readonly durationMs: number | null };
  readonly activation: Criteria | null;
  readonly release: Criteria | null;
  readonly reviewWithinMs: number;
  readonly governs: 'tighten' | 'loosen' | null;
};
export type PublicUse = {
  readonly use: string;
  readonly hash: string;
  readonly action: Action;
  readonly approvers: readonly string[];
  readonly steps: readonly { readonly what: string; readonly at: string; readonly seq: number }[];
  readonly review: { readonly wasRight: boolean; readonly findings: string } | null;
};
export type PublicPowersPage = {
  readonly powers: readonly { readonly power: PublicPower; readonly hash: string; readonly seq: number }[];
  readonly uses: readonly PublicUse[];
  readonly founding: string;
  readonly demonstration: boolean;
  readonly guardians: readonly { readonly chainId: number; readonly address: string }[];
  readonly guardianAbi: readonly unknown[];
};

export async function fetchPowers(): Promise<PublicPowersPage> {
  return (await (await request('/public/powers.json')).json()) as PublicPowersPage;
}

const LISTED_AT_ONCE = 100;

/** Disclosed facts below a number, newest first; fewer than asked for means that there are no more. */
export async function listDisclosed(before: number): Promise<readonly DisclosedFact[]> {
  const response = await request(`/log/disclosed?limit=${LISTED_AT_ONCE}&before=${before}`);
  const { disclosed } = (await response.json()) as { disclosed: DisclosedFact[] };
  // A static copy of the page has all of them in one file.
  return disclosed.filter(({ seq }) => seq < before).slice(0, LISTED_AT_ONCE);
}
