/** What decisions on communications share: refusals that several can answer, and short ways to write facts. */
import { type Refused, refuse } from '../../../kernel/result.ts';
import type { FactDef, NewFact, Text } from '../../../log/fact.ts';
import { newFact } from '../../../log/fact.ts';
import { worstOf } from '../engine/status.ts';
import { componentStatusChanged } from '../facts/board.ts';
import type { Impact } from '../facts/notices.ts';
import type { ComponentStatus } from '../facts/words.ts';
import { type Board, standingOf } from '../views/board.ts';

export const COMMS_STREAM = 'comms';
export const MINUTES_30_DAYS = 43_200;

export const SAYS = {
  component: { en: 'No component has this id.', ja: 'この ID の構成要素はない。' },
  notice: { en: 'No draft or notice has this id.', ja: 'この ID の告知はない。' },
  state: { en: 'The notice is not in a state that allows this.', ja: '告知の状態がこの操作を許さない。' },
  stale: { en: 'It has changed since you looked.', ja: '表示後に変更された。' },
  ownText: { en: 'Nobody approves their own text.', ja: '自らの文案は承認できない。' },
  noFunction: {
    en: 'You do not act for this function.',
    ja: 'この職能として承認する立場にない。',
  },
  twice: { en: 'You have approved it already.', ja: '既に承認している。' },
  time: { en: 'The time lies outside what is allowed.', ja: '時刻が許容範囲外である。' },
  nextUpdate: {
    en: 'A notice says when the next update follows, unless the matter is over.',
    ja: '終結時を除き、次回更新の時刻が必要。',
  },
  thread: { en: 'There is no such thread of notices.', ja: 'この告知の系列はない。' },
  incident: { en: 'No incident has this id.', ja: 'この ID のインシデントはない。' },
  rumour: { en: 'No open rumour has this id.', ja: 'この ID の未対応の誤情報はない。' },
  template: { en: 'No template has this id.', ja: 'この ID のひな形はない。' },
  variables: {
    en: 'The variables do not fit the template.',
    ja: '変数がひな形に合わない。',
  },
  text: { en: 'A notice needs a title and its parts.', ja: '告知には表題と各項目の本文が必要。' },
} as const satisfies Record<string, Text>;

/** A fact of communications; one about an incident also carries its id. */
export function commsFact<Body>(
  def: FactDef<Body>,
  stream: string,
  body: Body,
  incident: string | null = null,
): NewFact {
  return newFact(def, `${COMMS_STREAM}/${stream}`, body, incident === null ? {} : { incident });
}

/** The first of these components that the board does not have. */
export function unknownComponent(board: Board, ids: readonly string[]): Refused | null {
  const unknown = ids.find((id) => !board.components.some((component) => component.id === id));
  return unknown === undefined
    ? null
    : refuse('no-component', `there is no component ${unknown}`, 'list them: GET /public/status-page.json');
}

/** The change of one component by one cause, or null when nothing changes. */
export function statusFact(
  board: Board,
  component: string,
  cause: string,
  causeStatus: ComponentStatus,
  reason: Text,
  incident: string | null,
): NewFact | null {
  const standing = standingOf(board, component);
  if ((standing.causes[cause] ?? 'operational') === causeStatus) return null;
  const { [cause]: _, ...others } = standing.causes;
  const to = worstOf([...Object.values(others), causeStatus]);
  const body = { component, cause, causeStatus, from: standing.status, to, reason: { ...reason } };
  return commsFact(componentStatusChanged, 'components', body, incident);
}

/** What a thread does to components now: what it names, and, when it is over, nothing to what it does not name. */
export function impactFacts(
  board: Board,
  cause: string,
  impacts: readonly Impact[],
  isOver: boolean,
  reason: Text,
  incident: string | null,
): NewFact[] {
  const named = new Map(impacts.map(({ component, status }) => [component, status]));
  const facts: NewFact[] = [];
  for (const { id } of board.components) {
    const status = named.get(id) ?? (isOver ? 'operational' : undefined);
    const fact = status === undefined ? null : statusFact(board, id, cause, status, reason, incident);
    if (fact !== null) facts.push(fact);
  }
  return facts;
}
